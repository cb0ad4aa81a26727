package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.streams.topology.StreamHarness.observation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.avro.Schema;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.registry.InMemoryRegistry;
import org.sidereus.schemas.registry.RegisteredSchema;
import org.sidereus.schemas.registry.RegistryClient;
import org.sidereus.schemas.registry.RegistryUnreachableException;

/** Events whose schema the registry does not give for a time, among others. */
class UnknownSchemasTest {
  private static final int SLOW_ID = 77;

  /** A registry that knows one more id, when it responds for it. */
  private static final class PatchyRegistry implements RegistryClient {
    private final Set<Integer> failing = new HashSet<>(Set.of(SLOW_ID));
    private final Set<Integer> asked = new ConcurrentSkipListSet<>();
    private InMemoryRegistry registry;

    @Override
    public int register(String subject, Schema schema) {
      return registry.register(subject, schema);
    }

    @Override
    public int idOf(String subject, Schema schema) {
      return registry.idOf(subject, schema);
    }

    @Override
    public Schema schema(int id) {
      asked.add(id);
      if (failing.contains(id)) {
        throw new RegistryUnreachableException("HTTP 500 for id " + id);
      }
      return id >= SLOW_ID && id < SLOW_ID + 5 ? Observation.getClassSchema() : registry.schema(id);
    }

    @Override
    public RegisteredSchema latest(String subject) {
      return registry.latest(subject);
    }

    @Override
    public boolean isCompatible(String subject, Schema schema) {
      return registry.isCompatible(subject, schema);
    }
  }

  private final PatchyRegistry patchy = new PatchyRegistry();

  private StreamHarness stream() {
    StreamHarness stream = new StreamHarness(patchy, null);
    patchy.registry = stream.registry;
    return stream;
  }

  private static void publishSlow(StreamHarness stream, Observation observation) {
    publish(stream, SLOW_ID, observation);
  }

  private static void publish(StreamHarness stream, int schema, Observation observation) {
    byte[] bytes = stream.bytes(observation);
    ByteBuffer.wrap(bytes).putInt(1, schema);
    stream.observations.pipeInput(observation.getObject().getBytes(StandardCharsets.UTF_8), bytes);
  }

  private void recover(StreamHarness stream) {
    patchy.failing.clear();
    stream.driver.advanceWallClockTime(Duration.ofSeconds(2));
    stream.settle();
  }

  private static List<String> objects(StreamHarness stream) {
    return stream.posteriors.readValuesToList().stream().map(ObjectPosterior::getObject).toList();
  }

  @Test
  void shouldLetOthersOvertakeButNotThoseOfTheSameKey() {
    try (StreamHarness stream = stream()) {
      publishSlow(stream, observation("slow", "g", 1));
      Observation corrected = observation("slow", "g", 1, 5, 5, 5, 5);
      stream.publish(corrected);
      stream.publish(observation("other", "g", 1));
      stream.settle();
      assertThat(objects(stream)).containsExactly("other");
      assertThat(stream.ledger().pending()).isEqualTo(2);

      recover(stream);

      List<ObjectPosterior> late = stream.posteriors.readValuesToList();
      assertThat(late).extracting(ObjectPosterior::getObject).containsExactly("slow", "slow");
      assertThat(late.get(1).getSource().getOffset()).isEqualTo(1);
      assertThat(stream.ledger().pending()).isZero();
      assertThat(stream.meters.ledgers().get(0).unaccounted()).isZero();
    }
  }

  /** Otherwise a hundred events with ids of their own wait a hundred times as long as one. */
  @Test
  void shouldLookUpAllAtTheSameTimeAlthoughEachWaitsForTheOneBefore() {
    try (StreamHarness stream = stream()) {
      for (int i = 0; i < 5; i++) {
        patchy.failing.add(SLOW_ID + i);
        publish(stream, SLOW_ID + i, observation("slow", "g", 1));
      }
      assertThat(patchy.asked).contains(SLOW_ID, SLOW_ID + 4);
      patchy.asked.clear();
      stream.driver.advanceWallClockTime(Duration.ofSeconds(2));
      assertThat(patchy.asked).contains(SLOW_ID, SLOW_ID + 1, SLOW_ID + 2, SLOW_ID + 3);
      assertThat(objects(stream)).isEmpty();

      patchy.failing.remove(SLOW_ID + 4);
      stream.driver.advanceWallClockTime(Duration.ofSeconds(2));
      assertThat(objects(stream)).as("still behind others").isEmpty();
      recover(stream);
      assertThat(objects(stream)).containsExactly("slow", "slow", "slow", "slow", "slow");
    }
  }

  /** The second waits for the schema of the first, the third for the key of the second. */
  @Test
  void shouldKeepTheOrderOfAKeyOfWhichNoneWasTriedItself() {
    try (StreamHarness stream = stream()) {
      publishSlow(stream, observation("first", "g", 1));
      publishSlow(stream, observation("second", "g", 1));
      stream.publish(observation("second", "g", 1, 5, 5, 5, 5));
      stream.settle();
      stream.settle();
      assertThat(objects(stream)).isEmpty();
      recover(stream);
      List<ObjectPosterior> late = stream.posteriors.readValuesToList();
      assertThat(late).extracting(one -> one.getSource().getOffset()).containsExactly(0L, 1L, 2L);
    }
  }

  @Test
  void shouldKeepWindowsOpenForWhatWaits() {
    try (StreamHarness stream = stream()) {
      publishSlow(stream, observation("slow", "g", 1));
      stream.publish(observation("in time", "g", 2));
      stream.publish(observation("next window", "g", 100));
      stream.settle();
      assertThat(closed(stream)).isEmpty();

      recover(stream);
      stream.settle();

      List<GroupPosterior> closed = closed(stream);
      assertThat(closed).hasSize(1);
      assertThat(closed.get(0).getObjects()).isEqualTo(2);
      assertThat(stream.ledger().late()).isZero();
      assertThat(stream.ledger().streamTimeMs()).isEqualTo(100_000);
    }
  }

  @Test
  void shouldPassWindowsAndMarkersInTheOrderOfArrival() {
    try (StreamHarness stream = stream()) {
      publishSlow(stream, observation("first", "g", 1));
      stream.publish(observation("a", "g", 3));
      stream.publish(observation("b", "g", 30));
      publishSlow(stream, observation("second", "g", 4));
      stream.publish(observation("c", "g", 50));
      stream.publishEnd(60);
      stream.settle();
      assertThat(closed(stream)).isEmpty();
      assertThat(stream.ledger().markers()).isZero();

      recover(stream);
      stream.settle();

      assertThat(closed(stream)).extracting(GroupPosterior::getObjects).containsExactly(2L, 1L, 1L);
      assertThat(stream.ledger().late()).isOne();
      assertThat(stream.ledger().markers()).isOne();
      assertThat(stream.ledger().events()).isEqualTo(5);
    }
  }

  private static List<GroupPosterior> closed(StreamHarness stream) {
    return stream.readGroups().stream().filter(GroupPosterior::getClosed).toList();
  }

  /** A Kafka timestamp of the past could be refused by a topic, or deleted by its retention. */
  @Test
  void shouldGiveResultsTheTimeOfTheClockAndRejectionsThatOfTheEvent() {
    try (StreamHarness stream = new StreamHarness()) {
      long clockMs = 1_000_000;
      long oldMs = 1_000;
      Observation old = observation("old", "g", 1);
      stream.observations.pipeInput(
          "old".getBytes(StandardCharsets.UTF_8), stream.bytes(old), oldMs);
      stream.observations.pipeInput("bad".getBytes(StandardCharsets.UTF_8), new byte[] {1}, oldMs);
      stream.settle();
      TestRecord<byte[], ObjectPosterior> posterior = stream.posteriors.readRecord();
      assertThat(posterior.timestamp()).isBetween(clockMs, clockMs + 1_000);
      assertThat(posterior.value().getTime()).isEqualTo(old.getTime());
      TestRecord<byte[], Rejection> rejection = stream.rejections.readRecord();
      assertThat(rejection.timestamp()).isBetween(clockMs, clockMs + 1_000);
      assertThat(rejection.value().getTimestamp()).isEqualTo(Instant.ofEpochMilli(oldMs));
      assertThat(rejection.headers()).isEmpty();
    }
  }

  /** Brokers refuse timestamps that are far ahead of their clock. */
  @Test
  void shouldNotGiveResultsATimeAheadOfTheClockOfTheMachine() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.machineMs = 400_000;
      stream.publish(observation("o", "g", 1));
      stream.settle();
      assertThat(stream.posteriors.readRecord().timestamp()).isEqualTo(400_000);
      assertThat(stream.groups.readRecord().timestamp()).isEqualTo(400_000);
    }
  }
}
