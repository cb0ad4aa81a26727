package org.sidereus.streams.brokers;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;

/**
 * Writes the end of a transaction into partitions, as its coordinator does. Brokers before Kafka
 * 4.3 would write it, too, where the producer has just begun its next transaction, and end that
 * one; so this class does not ask them. Kafka's {@code Admin} can only abort ({@code
 * abortTransaction}); a transaction that was committed must be committed everywhere. So this class
 * sends the request of the coordinator itself. Brokers take it from whom they give the right {@code
 * Alter} on the cluster.
 */
final class EndMarkers {
  private static final long TIMEOUT_MS = 10_000;
  private static final int BACKOFF_MS = 50;

  /** Version of the request with which brokers compare epochs strictly. */
  private static final short STRICT = 2;

  private static final String NAME = "sidereus-transactions";

  private final AdminClientConfig settings;

  /**
   * At some brokers.
   *
   * @param settings of an administration client
   */
  EndMarkers(Map<String, Object> settings) {
    this.settings = new AdminClientConfig(settings);
  }

  /**
   * Writes it.
   *
   * @param leader of the partitions
   * @return what each partition says
   * @throws UnsupportedVersionException the leader is older than Kafka 4.3
   */
  Map<TopicPartition, Errors> write(Node leader, WriteTxnMarkersRequest.TxnMarkerEntry end)
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
                NAME,
                channels,
                log);
        NetworkClient client = client(selector, versions, time, log)) {
      if (!NetworkClientUtils.awaitReady(client, leader, time, TIMEOUT_MS)) {
        throw new IOException("no connection to " + leader);
      }
      NodeApiVersions known = versions.get(leader.idString());
      if (known == null || known.latestUsableVersion(ApiKeys.WRITE_TXN_MARKERS) < STRICT) {
        throw new UnsupportedVersionException("the brokers are older than Kafka 4.3");
      }
      ClientRequest request =
          client.newClientRequest(
              leader.idString(),
              new WriteTxnMarkersRequest.Builder(List.of(end)),
              time.milliseconds(),
              true);
      WriteTxnMarkersResponse response =
          (WriteTxnMarkersResponse)
              NetworkClientUtils.sendAndReceive(client, request, time).responseBody();
      return new HashMap<>(response.errorsByProducerId().getOrDefault(end.producerId(), Map.of()));
    }
  }

  private NetworkClient client(Selector selector, ApiVersions versions, Time time, LogContext log) {
    return new NetworkClient(
        selector,
        new ManualMetadataUpdater(),
        NAME,
        1,
        BACKOFF_MS,
        BACKOFF_MS,
        settings.getInt(CommonClientConfigs.SEND_BUFFER_CONFIG),
        settings.getInt(CommonClientConfigs.RECEIVE_BUFFER_CONFIG),
        Math.toIntExact(TIMEOUT_MS),
        TIMEOUT_MS,
        TIMEOUT_MS,
        time,
        true,
        versions,
        log,
        MetadataRecoveryStrategy.NONE);
  }
}
