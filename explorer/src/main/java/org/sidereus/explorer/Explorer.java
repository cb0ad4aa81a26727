package org.sidereus.explorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.sidereus.engine.SidereusException;
import org.sidereus.explorer.api.ExplorerApi;
import org.sidereus.explorer.api.Installation;
import org.sidereus.explorer.api.KeptRecords;
import org.sidereus.explorer.api.LiveState;
import org.sidereus.explorer.api.ObservationReading;
import org.sidereus.explorer.api.Predictions;
import org.sidereus.explorer.follow.AskedCluster;
import org.sidereus.explorer.follow.ChangeFeed;
import org.sidereus.explorer.follow.Notices;
import org.sidereus.explorer.follow.Rates;
import org.sidereus.explorer.follow.StreamProgress;
import org.sidereus.explorer.follow.TopicFollower;
import org.sidereus.explorer.store.ExplorerDatabase;
import org.sidereus.explorer.store.PosteriorWriter;
import org.sidereus.http.AllowedHosts;
import org.sidereus.http.HttpLimits;
import org.sidereus.http.HttpServer;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;

/**
 * Follows the topics of a service and serves its pages. It only reads the topics: it has no
 * consumer group and writes nothing to the broker or the registry.
 */
public final class Explorer implements AutoCloseable {
  private static final long FLUSH_MS = 250;

  private final HttpServer server;
  private final String host;
  private final Deque<Runnable> open;

  private Explorer(HttpServer server, String host, Deque<Runnable> open) {
    this.server = server;
    this.host = host;
    this.open = open;
  }

  /**
   * Where the explorer listens and keeps its data.
   *
   * @param folder of its database; it can be deleted, and is made again from the topics
   * @param host name or address on which it listens
   * @param port 0: any free one
   */
  public record Place(Path folder, String host, int port) {}

  /**
   * Starts to follow and to listen.
   *
   * @param config of the service whose topics it shows
   * @param truths true value by group and parameter; empty where they are not known
   * @throws SidereusException if the folder cannot be written or the port is taken; a broker that
   *     does not respond is waited for, while the pages show what the folder has
   */
  public static Explorer start(
      ServiceConfig config, Place place, Map<String, Map<String, Double>> truths) {
    Deque<Runnable> open = new ArrayDeque<>();
    try {
      return start(config, place, truths, open);
    } catch (RuntimeException | Error e) {
      closeAll(open);
      throw e;
    }
  }

  private static Explorer start(
      ServiceConfig config,
      Place place,
      Map<String, Map<String, Double>> truths,
      Deque<Runnable> open) {
    KafkaSettings kafka = new KafkaSettings(config);
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    Admin admin = Admin.create(kafka.admin());
    open.push(() -> admin.close(java.time.Duration.ZERO));
    ExplorerDatabase database = ExplorerDatabase.open(place.folder());
    open.push(database::close);
    Rates rates = new Rates(Clock.systemUTC());
    ObjectMapper mapper = new ObjectMapper();
    ChangeFeed feed = new ChangeFeed(names -> json(mapper, names));
    Notices notices = new Notices(() -> feed.changed(Set.of()));
    TopicFollower follower =
        new TopicFollower(
            config,
            decoders(serdes),
            new AskedCluster(admin),
            new PosteriorWriter(database),
            new TopicFollower.Signals(feed, rates, notices));
    Thread following = thread(follower, "explorer-follower");
    open.push(
        () -> {
          follower.close();
          join(following);
        });
    StreamProgress progress = new StreamProgress(admin, config, notices);
    Thread asking = thread(progress, "explorer-progress");
    open.push(
        () -> {
          progress.close();
          asking.interrupt();
          join(asking);
        });
    ObservationReading reading =
        new ObservationReading(
            kafka.consumer(), serdes.valueSerde(Observation.class).deserializer());
    open.push(reading::close);
    Installation installation = Installation.of(config, truths);
    Predictions predictions = new Predictions(installation);
    open.push(predictions::close);
    ExplorerApi api =
        new ExplorerApi(
            new KeptRecords(
                database,
                decoders(serdes),
                serdes.valueSerde(Observation.class).deserializer(),
                reading),
            installation,
            predictions,
            new LiveState(rates, progress, follower::isAlive, notices));
    HttpServer server = listen(place);
    open.push(server::close);
    serve(server, new ExplorerPages(api, feed));
    Thread telling = thread(() -> flush(feed), "explorer-feed");
    open.push(telling::interrupt);
    telling.start();
    following.start();
    asking.start();
    return new Explorer(server, place.host(), open);
  }

  private static TopicFollower.Decoders decoders(SerdeFactory serdes) {
    return new TopicFollower.Decoders(
        serdes.valueSerde(ObjectPosterior.class).deserializer(),
        serdes.valueSerde(GroupPosterior.class).deserializer(),
        serdes.valueSerde(Rejection.class).deserializer(),
        serdes.valueSerde(PosteriorSamples.class).deserializer());
  }

  private static HttpServer listen(Place place) {
    try {
      return HttpServer.listen(
          new InetSocketAddress(place.host(), place.port()),
          "explorer-http",
          AllowedHosts.of(List.of(place.host())),
          HttpLimits.defaults());
    } catch (IOException e) {
      throw new SidereusException(
          "the explorer cannot listen on %s:%d (%s); stop what listens there or choose another --port"
              .formatted(place.host(), place.port(), SidereusException.reason(e)),
          e);
    }
  }

  private static void serve(HttpServer server, ExplorerPages pages) {
    try {
      server.serve(pages);
    } catch (IOException e) {
      throw new SidereusException(
          "the explorer's pages cannot be served: " + SidereusException.reason(e), e);
    }
  }

  private static String json(ObjectMapper mapper, List<String> names) {
    try {
      return mapper.writeValueAsString(names);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names cannot be written as JSON", e);
    }
  }

  private static void flush(ChangeFeed feed) {
    try {
      while (true) {
        Thread.sleep(FLUSH_MS);
        feed.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static void join(Thread thread) {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Address of the first page, such as {@code http://127.0.0.1:8090}. */
  public String url() {
    return "http://" + HttpServer.authority(host, server.port());
  }

  @Override
  public synchronized void close() {
    closeAll(open);
  }

  private static void closeAll(Deque<Runnable> open) {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
