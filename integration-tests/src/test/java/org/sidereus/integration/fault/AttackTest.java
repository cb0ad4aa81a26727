package org.sidereus.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.integration.environment.Metrics;
import org.sidereus.integration.environment.PatchyRegistry;
import org.sidereus.integration.environment.RawProducer;
import org.sidereus.integration.environment.RunningService;
import org.sidereus.integration.environment.ServiceKeys;
import org.sidereus.integration.environment.ServiceProcess;
import org.sidereus.integration.environment.SurveyClients;
import org.sidereus.integration.environment.TestEnvironment;
import org.sidereus.integration.environment.TestLog;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.registry.HttpRegistry;
import org.sidereus.schemas.registry.RegistryConfig;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * Hostile producers of every kind at once, against a service with a small heap: good observations
 * are inferred all the time, memory is bounded, and the group of good objects is as without them.
 */
@Tag("slow")
class AttackTest {
  private static final int SECONDS = Integer.getInteger("attack.seconds", 120);
  private static final int BOMB_BYTES = Integer.getInteger("attack.bomb.MiB", 300) << 20;
  private static final int HEAP_MIB = 384;
  private static final long MOST_RESIDENT_BYTES = 1_200L << 20;
  private static final long PACE_MS = 500;
  private static final long SOON_MS = 1_000;

  @TempDir private Path folder;
  private final TestLog log = new TestLog("attack");
  private final Random random = new Random(3);
  private ServiceKeys keys;
  private SurveyClients clients;
  private byte[] nested;
  private int floods;

  private record Surroundings(String bootstrapServers, String registryUrl)
      implements TestEnvironment {
    @Override
    public void close() {}
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldInferGoodObservationsThroughoutAndKeepTheirGroup() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        PatchyRegistry registry = PatchyRegistry.start()) {
      Path bundle = LinearGaussianBundle.writeWeighted(folder.resolve("bundle"), 0, 1);
      keys =
          ServiceKeys.of(
                  new Surroundings(broker.bootstrapServers(), registry.url()),
                  "attack",
                  folder.resolve("state"),
                  Map.of("bundles", bundle.toString(), "schema.unknown.wait", "10s"))
              .createTopics();
      try (SurveyClients opened = new SurveyClients(keys);
          ServiceProcess service =
              ServiceProcess.start(keys, folder, "-Xmx" + HEAP_MIB + "m")
                  .awaitReady(Duration.ofMinutes(3))) {
        clients = opened;
        nested = nestedNulls(registry.url());
        sendGood("warm", "warm-0");
        awaitObject("warm-0");
        registry.delay(100);

        List<Long> latencies = new ArrayList<>();
        long peak = 0;
        long endNs = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        int good = 0;
        while (System.nanoTime() < endNs) {
          attack(broker.bootstrapServers(), good);
          long sentNs = System.nanoTime();
          sendGood("attacked", "good-" + good);
          awaitObject("good-" + good);
          good++;
          latencies.add((System.nanoTime() - sentNs) / 1_000_000);
          peak = Math.max(peak, service.http().metrics().total("process_resident_memory_bytes"));
          Thread.sleep(PACE_MS);
        }
        latencies.sort(null);
        log.note(
            "%d good observations in %d s of attack: median %d ms, 95 %% %d ms, longest %d ms; at"
                + " most %d MiB resident, -Xmx%dm",
            good,
            SECONDS,
            latencies.get(good / 2),
            latencies.get(good * 95 / 100),
            latencies.get(good - 1),
            peak >> 20,
            HEAP_MIB);
        assertThat(peak).isLessThan(MOST_RESIDENT_BYTES);

        // The same observations without an attack, under another name.
        for (int i = 0; i < good; i++) {
          sendGood("calm", "good-" + i);
        }
        clients.flush();
        int all = good;
        Map<String, GroupPosterior> groups =
            RunningService.forAllTime(
                clients
                    .groups()
                    .await(
                        Duration.ofMinutes(5),
                        found -> {
                          Map<String, GroupPosterior> last = RunningService.forAllTime(found);
                          return objects(last, "attacked") == all && objects(last, "calm") == all;
                        }));
        for (int i = 0; i < LinearGaussianBundle.PARAMETERS.size() - 1; i++) {
          var attacked = groups.get("attacked").getParameters();
          if (i < attacked.size()) {
            assertThat(attacked.get(i)).isEqualTo(groups.get("calm").getParameters().get(i));
          }
        }
        Metrics metrics = service.http().metrics();
        assertThat(metrics.total("sidereus_unaccounted_requests")).isZero();
        assertThat(service.log()).doesNotContain("restarts a stream thread", "OutOfMemoryError");
        assertThat(latencies.get(good * 95 / 100)).as("95 %% of %s", latencies).isLessThan(SOON_MS);
      }
    }
  }

  private static long objects(Map<String, GroupPosterior> groups, String name) {
    GroupPosterior group = groups.get(name);
    return group == null ? 0 : group.getObjects();
  }

  /** One round of everything. */
  private void attack(String broker, int round) throws Exception {
    for (int i = 0; i < 15; i++) {
      byte[] unknown = new byte[15];
      random.nextBytes(unknown);
      ByteBuffer.wrap(unknown).put((byte) 0).putInt(random.nextInt(1_000_000, 2_000_000_000));
      clients.send(new byte[] {(byte) i}, unknown);
      byte[] junk = new byte[20];
      random.nextBytes(junk);
      clients.send(new byte[] {(byte) i}, junk);
    }
    for (int i = 0; i < 50; i++) {
      String name = "flood-" + floods++;
      clients.send(star(name, name, null, 0));
    }
    clients.send(star("wide-" + round, "wide", null, 20_000));
    clients.send(star("poisoned", "poisoned", "visit-" + round, 20_000));
    clients.send(new byte[] {9}, nested);
    RawProducer.send(
        broker, keys.topics().observations(), round % 2, -1, new byte[] {8}, new byte[] {1, 2});
    if (round % 20 == 10) {
      bomb(broker, round % 2);
    }
  }

  private void bomb(String broker, int partition) throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker,
            "compression.type",
            "zstd",
            "max.request.size",
            Integer.MAX_VALUE,
            "buffer.memory",
            2L << 30);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  keys.topics().observations(), partition, new byte[] {7}, new byte[BOMB_BYTES]))
          .get();
    }
  }

  private void sendGood(String group, String object) {
    clients.send(star(object, group, null, 0));
  }

  private void awaitObject(String object) {
    clients
        .objects()
        .await(
            Duration.ofMinutes(1),
            all -> all.stream().anyMatch(one -> one.getObject().equals(object)));
  }

  private static Observation star(String object, String group, String visit, int unread) {
    Random scatter = new Random(object.hashCode());
    List<Measurement> measurements = new ArrayList<>();
    double[] y = LinearGaussianBundle.predict(LinearGaussianBundle.PRIOR_MEANS);
    for (int i = 0; i < y.length; i++) {
      double value = y[i] + LinearGaussianBundle.ERROR * scatter.nextGaussian();
      measurements.add(new Measurement(LinearGaussianBundle.OBSERVABLES.get(i), value, null));
    }
    for (int i = 0; i < unread; i++) {
      measurements.add(new Measurement(Integer.toString(i, 36), 0.0, null));
    }
    return Observation.newBuilder()
        .setSurvey("survey-" + group)
        .setObject(object)
        .setGroup(group)
        .setVisit(visit)
        .setTime(Instant.now())
        .setMeasurements(measurements)
        .build();
  }

  /** An observation with nested arrays, each of which announces as many nulls as bytes are left. */
  private byte[] nestedNulls(String registry) throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode schema = json.readTree(Observation.getClassSchema().toString());
    ObjectNode extra = ((ArrayNode) schema.path("fields")).addObject();
    extra.put("name", "extra");
    extra.set(
        "type",
        json.readTree("{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":\"null\"}}"));
    extra.set("default", json.readTree("[]"));
    int id =
        new HttpRegistry(RegistryConfig.of(Map.of(RegistryConfig.URL, registry)))
            .register("nested-value", new Schema.Parser().parse(schema.toString()));
    byte[] plain = clients.bytes(star("nested", "nested", null, 0));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain);
    Deque<byte[]> inner = new ArrayDeque<>();
    int after = 1;
    while (after < 500_000) {
      byte[] next = longs(after + 1, 0);
      inner.addFirst(next);
      after += next.length;
    }
    out.write(longs(inner.size()));
    for (byte[] one : inner) {
      out.write(one);
    }
    out.write(longs(0));
    byte[] event = out.toByteArray();
    ByteBuffer.wrap(event).putInt(1, id);
    return event;
  }

  private static byte[] longs(long... values) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    for (long value : values) {
      encoder.writeLong(value);
    }
    return out.toByteArray();
  }
}
