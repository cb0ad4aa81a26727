package org.sidereus.streams.brokers;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.NodeApiVersions;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/** Requests to single brokers that Kafka's {@code Admin} does not send. */
final class BrokerRequests {
  private static final int BACKOFF_MS = 50;

  private final AdminClientConfig settings;
  private final String name;
  private final int patienceMs;

  /**
   * Of a client.
   *
   * @param settings of an administration client
   * @param name of the client, as brokers see it
   * @param patience how long to wait for a connection, and for a response
   */
  BrokerRequests(Map<String, Object> settings, String name, Duration patience) {
    this.settings = new AdminClientConfig(settings);
    this.name = name;
    this.patienceMs = Math.toIntExact(patience.toMillis());
  }

  /**
   * Sends a request and waits for its response.
   *
   * @param least least version of the request that will do
   * @throws UnsupportedVersionException the broker does not know that version
   */
  AbstractResponse send(Node broker, AbstractRequest.Builder<?> request, short least)
      throws IOException {
    Time time = Time.SYSTEM;
    LogContext log = new LogContext();
    ApiVersions versions = new ApiVersions();
    try (Metrics metrics = new Metrics();
        ChannelBuilder channels = ClientUtils.createChannelBuilder(settings, time, log);
        Selector selector =
            new Selector(
                settings.getLong(CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG),
                metrics,
                time,
                name,
                channels,
                log);
        NetworkClient client = client(selector, versions, time, log)) {
      if (!NetworkClientUtils.awaitReady(client, broker, time, patienceMs)) {
        throw new IOException("no connection to " + broker);
      }
      NodeApiVersions known = versions.get(broker.idString());
      if (known == null || known.latestUsableVersion(request.apiKey()) < least) {
        throw new UnsupportedVersionException(
            "the broker has no version %d of %s".formatted(least, request.apiKey()));
      }
      ClientRequest sent =
          client.newClientRequest(broker.idString(), request, time.milliseconds(), true);
      return NetworkClientUtils.sendAndReceive(client, sent, time).responseBody();
    }
  }

  private NetworkClient client(Selector selector, ApiVersions versions, Time time, LogContext log) {
    return new NetworkClient(
        selector,
        new ManualMetadataUpdater(),
        name,
        1,
        BACKOFF_MS,
        BACKOFF_MS,
        settings.getInt(CommonClientConfigs.SEND_BUFFER_CONFIG),
        settings.getInt(CommonClientConfigs.RECEIVE_BUFFER_CONFIG),
        patienceMs,
        patienceMs,
        patienceMs,
        time,
        true,
        versions,
        log,
        MetadataRecoveryStrategy.NONE);
  }
}
