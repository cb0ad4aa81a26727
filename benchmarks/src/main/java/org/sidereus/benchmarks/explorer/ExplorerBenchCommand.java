package org.sidereus.benchmarks.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.engine.SidereusException;
import org.sidereus.explorer.Explorer;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus bench explorer}: many posteriors, and the time of pages while more arrive. */
@Command(
    description = {
      "Writes posteriors of the size that gce-tng publishes, with windows of groups and rejections,"
          + " to a broker in this process, lets the explorer read them, and asks for pages at"
          + " random while more posteriors arrive.",
      ""
    },
    mixinStandardHelpOptions = true)
final class ExplorerBenchCommand implements Callable<Integer> {
  private static final int FLUSH = 50_000;
  private static final int TICKS = 10;

  @Option(
      names = "--objects",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "Objects (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--groups",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Groups (default: ${DEFAULT-VALUE}).")
  private int groups;

  @Option(
      names = "--windows",
      defaultValue = "24",
      paramLabel = "N",
      description = "Windows of each group (default: ${DEFAULT-VALUE}).")
  private int windows;

  @Option(
      names = "--rejections",
      defaultValue = "100000",
      paramLabel = "N",
      description = "Rejections (default: ${DEFAULT-VALUE}).")
  private int rejections;

  @Option(
      names = "--rate",
      defaultValue = "250",
      paramLabel = "N",
      description = "Posteriors of objects per second meanwhile (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "60",
      paramLabel = "N",
      description = "How long pages are asked for (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "An empty folder for broker and explorer.")
  private Path folder;

  @Spec private CommandSpec spec;

  private final HttpClient http = HttpClient.newHttpClient();

  @Override
  public Integer call() throws InterruptedException {
    GeneratedPosteriors generated = new GeneratedPosteriors(groups);
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        EmbeddedRegistry registry = EmbeddedRegistry.start(0)) {
      Map<String, String> keys = new HashMap<>();
      keys.put("bootstrap.servers", broker.bootstrapServers());
      keys.put("schema.registry.url", registry.url());
      keys.put("topics.replication", "1");
      keys.put("bundles", "gce-tng");
      ServiceConfig config = ServiceConfig.of(keys);
      new TopicPreparation(config).prepare();
      try (Publisher publisher = new Publisher(config)) {
        publisher.observations(generated);
        publisher.objects(generated, 0, objects);
        publisher.groups(generated, 0, groups, Math.max(1, objects / groups));
        publisher.windows(generated, groups, windows);
        publisher.rejections(generated, rejections);
        publisher.flush();
        final long heapBefore = heap();
        long startNs = System.nanoTime();
        try (Explorer explorer =
            Explorer.start(
                config, new Explorer.Place(folder.resolve("explorer"), "127.0.0.1", 0), Map.of())) {
          await(explorer);
          double read = (System.nanoTime() - startNs) / 1e9;
          int ofGroups = groups * (1 + windows);
          say(
              "%d posteriors of objects, %d of groups and %d rejections read in %.1f s (%.0f per"
                  + " second)",
              objects, ofGroups, rejections, read, (objects + ofGroups + rejections) / read);
          measure(explorer, publisher, generated);
          say("heap of the explorer: %.0f MB", Math.max(0, heap() - heapBefore) / 1e6);
        }
      }
    }
    return 0;
  }

  private void await(Explorer explorer) throws InterruptedException {
    while (true) {
      try {
        JsonNode overview = new JsonMapper().readTree(get(explorer.url() + "/api/overview"));
        if (overview.path("object_posteriors").asLong() >= objects
            && overview.path("group_posteriors").asLong() >= groups * (1L + windows)
            && overview.path("rejections").asLong() >= rejections) {
          return;
        }
      } catch (IOException e) {
        throw new SidereusException("the explorer does not respond", e);
      }
      Thread.sleep(500);
    }
  }

  private String get(String address) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new SidereusException(address + ": " + response.body());
    }
    return response.body();
  }

  /** Pages at random, one after the other, while posteriors arrive. */
  private void measure(Explorer explorer, Publisher publisher, GeneratedPosteriors generated)
      throws InterruptedException {
    Thread arriving = new Thread(() -> arrive(publisher, generated), "arriving");
    arriving.setDaemon(true);
    arriving.start();
    Random random = new Random(1);
    Map<String, List<Double>> times = new LinkedHashMap<>();
    long endNs = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < endNs) {
      String group = generated.group(random.nextInt(groups));
      String object = generated.object(random.nextInt(objects));
      Map<String, String> pages = new LinkedHashMap<>();
      pages.put("overview", "/api/overview");
      pages.put("groups", "/api/groups?sort=objects&offset=" + random.nextInt(groups));
      pages.put("groups by name", "/api/groups?search=galaxy-" + random.nextInt(100));
      pages.put("group", "/api/group?group=" + group);
      pages.put("history", "/api/group/history?group=" + group);
      pages.put("objects of a group", "/api/group/objects?bundle=gce-tng&group=" + group);
      pages.put("p-values", "/api/group/p-values?bundle=gce-tng&group=" + group);
      pages.put("object", "/api/object?survey=bench&object=" + object);
      pages.put("search", "/api/search?q=" + object.substring(0, 6));
      pages.put("objects", "/api/objects?after=" + object);
      pages.put("rejections", "/api/rejections");
      pages.put("rejections, filter", "/api/rejections?reason=MALFORMED&survey=bench");
      pages.put("HTML", "/");
      for (Map.Entry<String, String> page : pages.entrySet()) {
        long startNs = System.nanoTime();
        try {
          get(explorer.url() + page.getValue());
        } catch (IOException e) {
          throw new SidereusException(page.getKey() + " does not respond", e);
        }
        times
            .computeIfAbsent(page.getKey(), key -> new ArrayList<>())
            .add((System.nanoTime() - startNs) / 1e6);
      }
    }
    arriving.interrupt();
    arriving.join();
    times.forEach(
        (page, all) ->
            say(
                "%-20s p50 %6.1f ms, p99 %6.1f ms, %d requests",
                page, quantile(all, 0.5), quantile(all, 0.99), all.size()));
    report(explorer);
  }

  private void report(Explorer explorer) throws InterruptedException {
    try {
      long bytes =
          new JsonMapper()
              .readTree(get(explorer.url() + "/api/overview"))
              .path("database_bytes")
              .asLong();
      say("database: %.0f MB, %.0f bytes an object", bytes / 1e6, (double) bytes / objects);
    } catch (IOException e) {
      throw new SidereusException("the explorer does not respond", e);
    }
  }

  /** Heap in use after a collection, bytes. */
  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void arrive(Publisher publisher, GeneratedPosteriors generated) {
    int next = 0;
    try {
      while (true) {
        publisher.objects(generated, next, next + rate / TICKS);
        publisher.groups(generated, next, next + 1, Math.max(1, objects / groups));
        next = (next + rate / TICKS) % objects;
        Thread.sleep(1000 / TICKS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double quantile(List<Double> values, double level) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1.0, level * sorted.size()));
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }

  /** Writes posteriors to their topics. */
  private static final class Publisher implements AutoCloseable {
    private final ServiceConfig config;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Serializer<ObjectPosterior> ofObjects;
    private final Serializer<GroupPosterior> ofGroups;
    private final Serializer<Rejection> ofRejections;
    private final Serializer<Observation> ofObservations;

    Publisher(ServiceConfig config) {
      this.config = config;
      SerdeFactory serdes = RegistryPreparation.serdes(config);
      ofObjects = serdes.valueSerde(ObjectPosterior.class).serializer();
      ofGroups = serdes.valueSerde(GroupPosterior.class).serializer();
      ofRejections = serdes.valueSerde(Rejection.class).serializer();
      ofObservations = serdes.valueSerde(Observation.class).serializer();
      producer =
          new KafkaProducer<>(
              new KafkaSettings(config).producer(),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    void objects(GeneratedPosteriors generated, int from, int to) {
      String topic = config.topics().objectPosteriors();
      for (int i = from; i < to; i++) {
        send(topic, generated.object(i), ofObjects.serialize(topic, generated.posterior(i)));
        if (i % FLUSH == FLUSH - 1) {
          producer.flush();
        }
      }
    }

    void groups(GeneratedPosteriors generated, int from, int to, long objects) {
      String topic = config.topics().groupPosteriors();
      for (int i = from; i < to; i++) {
        send(topic, generated.group(i), ofGroups.serialize(topic, generated.posterior(i, objects)));
      }
    }

    void windows(GeneratedPosteriors generated, int groups, int windows) {
      String topic = config.topics().groupPosteriors();
      for (int window = 0; window < windows; window++) {
        for (int i = 0; i < groups; i++) {
          String key = generated.group(i) + " " + window;
          send(topic, key, ofGroups.serialize(topic, generated.inWindow(i, window)));
        }
        producer.flush();
      }
    }

    void rejections(GeneratedPosteriors generated, int number) {
      String topic = config.topics().rejections();
      for (int i = 0; i < number; i++) {
        send(topic, generated.object(i), ofRejections.serialize(topic, generated.rejection(i)));
      }
    }

    /** Those from which the posteriors come, in one partition. */
    void observations(GeneratedPosteriors generated) {
      String topic = config.topics().observations();
      for (int i = 0; i < GeneratedPosteriors.OBSERVATIONS; i++) {
        byte[] value = ofObservations.serialize(topic, generated.observation(i));
        byte[] key = generated.object(i).getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(new ProducerRecord<>(topic, 0, key, value));
      }
    }

    private void send(String topic, String key, byte[] value) {
      var unused =
          producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    void flush() {
      producer.flush();
    }

    @Override
    public void close() {
      producer.close();
    }
  }
}
