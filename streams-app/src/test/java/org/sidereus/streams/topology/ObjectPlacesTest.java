package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.streams.topology.StreamHarness.observation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;

class ObjectPlacesTest {
  private static final int PARTITIONS = 5;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ReceivedEvent event(int partition, byte[] key) {
    return new ReceivedEvent("night", partition, 7, 0, key, new byte[] {1});
  }

  @Test
  void shouldAgreeWithThePartitionerOfKafka() {
    ObjectPlaces places = new ObjectPlaces(PARTITIONS);
    for (int i = 0; i < 200; i++) {
      String object = "étoile-" + i;
      int own = BuiltInPartitioner.partitionForKey(bytes(object), PARTITIONS);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        assertThat(places.misplaced(event(partition, bytes(object)), object).isPresent())
            .isEqualTo(partition != own);
      }
    }
  }

  @Test
  void shouldSayWhatIsWrong() {
    ObjectPlaces places = new ObjectPlaces(1);
    assertThat(places.misplaced(event(0, null), "star")).get().asString().contains("no key");
    assertThat(places.misplaced(event(0, bytes("\"star\"")), "star"))
        .get()
        .asString()
        .contains("another key, '\"star\"'");
    assertThat(places.misplaced(event(0, bytes("s".repeat(5_000))), "star".repeat(200)))
        .get()
        .asString()
        .hasSizeLessThan(400);
  }

  /** It changes nothing where it is, and the object stays in its group elsewhere. */
  @Test
  void shouldCountWithdrawalsThatDoNotFindTheirObject() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("star", "g", 1));
      stream.observations.pipeInput(bytes("star"), (byte[]) null);
      stream.observations.pipeInput(bytes("\"star\""), (byte[]) null);
      Observation ofAnotherSurvey =
          Observation.newBuilder(observation("star", null, 1))
              .setKind(ObservationKind.WITHDRAWAL)
              .setSurvey("another")
              .build();
      stream.publish(observation("star", "g", 1));
      stream.publish(ofAnotherSurvey);
      stream.settle();
      assertThat(stream.meters.unknownWithdrawals()).isEqualTo(2);
      assertThat(stream.meters.misplaced()).isZero();
      stream.observations.pipeInput(bytes("other"), stream.bytes(ofAnotherSurvey));
      stream.settle();
      assertThat(stream.meters.misplaced()).isOne();
    }
    try (StreamHarness stream =
        new StreamHarness(
            null, List.of(StreamHarness.bundle(StreamHarness.BUNDLE, "1", null)), 4)) {
      int elsewhere = 0;
      for (int i = 0; i < 20; i++) {
        stream.observations.pipeInput(bytes("star-" + i), (byte[]) null);
        elsewhere += BuiltInPartitioner.partitionForKey(bytes("star-" + i), 4) == 0 ? 0 : 1;
      }
      stream.settle();
      assertThat(stream.meters.misplaced()).isEqualTo(elsewhere).isPositive();
    }
  }

  /** The observations are inferred all the same. */
  @Test
  void shouldCountObservationsThatOthersDoNotFind() {
    try (StreamHarness stream = new StreamHarness()) {
      stream.publish(observation("at-its-place", "g", 1));
      stream.observations.pipeInput(null, stream.bytes(observation("no-key", "g", 1)));
      stream.observations.pipeInput(bytes("other"), stream.bytes(observation("star", "g", 1)));
      stream.settle();
      assertThat(stream.posteriors.readValuesToList()).hasSize(3);
      assertThat(stream.meters.misplaced()).isEqualTo(2);
    }
    try (StreamHarness stream =
        new StreamHarness(
            null, List.of(StreamHarness.bundle(StreamHarness.BUNDLE, "1", null)), 4)) {
      // The test driver has partition 0 only.
      int elsewhere = 0;
      for (int i = 0; i < 20; i++) {
        stream.publish(observation("star-" + i, "g", 1));
        elsewhere += BuiltInPartitioner.partitionForKey(bytes("star-" + i), 4) == 0 ? 0 : 1;
      }
      stream.settle();
      assertThat(stream.meters.misplaced()).isEqualTo(elsewhere).isPositive();
    }
  }
}
