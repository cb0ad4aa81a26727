package org.sidereus.integration.environment;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.SidereusService;

/**
 * The service with the bundle {@code gce-tng} in this process, on topics of its own, and the
 * clients around it.
 */
public final class RunningService implements AutoCloseable {
  public static final int PARTITIONS = ServiceKeys.PARTITIONS;
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  private final ServiceKeys keys;
  private final SidereusService service;
  private final SurveyClients clients;
  private final Endpoint http;

  private RunningService(ServiceKeys keys, SidereusService service, SurveyClients clients) {
    this.keys = keys;
    this.service = service;
    this.clients = clients;
    this.http = new Endpoint(service.url());
  }

  /**
   * Starts a service and waits until it is ready.
   *
   * @param name of its own in this environment
   * @param state folder for its state
   * @param overrides keys of the configuration that differ from those of the tests
   */
  public static RunningService start(
      TestEnvironment environment, String name, Path state, Map<String, String> overrides)
      throws InterruptedException {
    return start(ServiceKeys.of(environment, name, state, overrides));
  }

  /** Starts a service and waits until it is ready. */
  public static RunningService start(ServiceKeys keys) throws InterruptedException {
    return start(keys, keys);
  }

  /** The same, with clients around it that have another configuration, such as other passwords. */
  public static RunningService start(ServiceKeys keys, ServiceKeys ofClients)
      throws InterruptedException {
    ServiceConfig config = ServiceConfig.of(keys.values());
    SidereusService service = SidereusService.start(config, OpenBundles.open(config));
    if (!service.awaitReady(READY_TIMEOUT)) {
      service.close();
      throw new AssertionError("the service did not become ready in " + READY_TIMEOUT);
    }
    return new RunningService(keys, service, new SurveyClients(ofClients));
  }

  /** The producers and consumers around the service. */
  public SurveyClients clients() {
    return clients;
  }

  /** The options by which a command of the command line finds this service. */
  public List<String> options() {
    return keys.options();
  }

  public Topics topics() {
    return keys.topics();
  }

  public Inbox<ObjectPosterior> objects() {
    return clients.objects();
  }

  public Inbox<GroupPosterior> groups() {
    return clients.groups();
  }

  public Inbox<Rejection> rejections() {
    return clients.rejections();
  }

  public byte[] bytes(Observation observation) {
    return clients.bytes(observation);
  }

  public byte[] foreign(Rejection rejection) {
    return clients.foreign(rejection);
  }

  public Observation read(byte[] bytes) {
    return clients.read(bytes);
  }

  public Future<RecordMetadata> send(Observation observation) {
    return clients.send(observation);
  }

  public Future<RecordMetadata> send(byte[] key, byte[] value) {
    return clients.send(key, value);
  }

  public void sendEnd(Instant time) {
    clients.sendEnd(time);
  }

  public void flush() {
    clients.flush();
  }

  public static RecordMetadata stored(Future<RecordMetadata> sending) {
    return SurveyClients.stored(sending);
  }

  public Metrics metrics() {
    return http.metrics();
  }

  /** The response to a path of the HTTP endpoints. */
  public HttpResponse<String> get(String path) {
    return http.get(path);
  }

  /** The HTTP endpoints. */
  public Endpoint http() {
    return http;
  }

  /** Stops the instance; the clients around it stay. */
  public void stopInstance() {
    service.close();
  }

  /** The last posterior of each group for all time among those given. */
  public static Map<String, GroupPosterior> forAllTime(List<GroupPosterior> posteriors) {
    Map<String, GroupPosterior> last = new HashMap<>();
    posteriors.stream()
        .filter(one -> one.getWindowStart() == null)
        .forEach(one -> last.put(one.getGroup(), one));
    return last;
  }

  @Override
  public void close() {
    clients.close();
    service.close();
  }
}
