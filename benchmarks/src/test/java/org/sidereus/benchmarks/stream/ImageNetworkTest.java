package org.sidereus.benchmarks.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.Observation;

class ImageNetworkTest {

  @Test
  void shouldScoreAnImageAloneAsInABatch() {
    GeneratedFeatures features = new GeneratedFeatures(ImageNetwork.manifest());
    List<float[]> rows =
        ImageNetwork.observations("image-", 3).stream().map(features::row).toList();
    try (ImageNetwork network = new ImageNetwork()) {
      List<ObjectSummary> batch = network.inference().infer(rows, new BitSet());
      ObjectSummary alone = network.inference().infer(rows.subList(1, 2), new BitSet()).get(0);
      assertThat(batch).hasSize(3);
      assertThat(alone.mean()).hasSize(10);
      assertThat(alone.mean()).containsExactly(batch.get(1).mean(), within(1e-5));
      assertThat(alone.mean()).isNotEqualTo(batch.get(0).mean());
    }
  }

  @Test
  void shouldMakeTheSameEventsEachTime() {
    List<Observation> some = ImageNetwork.observations("image-", 2);
    assertThat(some).isEqualTo(ImageNetwork.observations("image-", 2));
    assertThat(some.get(0).getMeasurements()).hasSize(784);
    assertThat(some.get(1).getMeasurements()).isNotEqualTo(some.get(0).getMeasurements());

    List<Observation> again = ImageNetwork.observations("image-", 3, 2);
    assertThat(again.subList(0, 2)).isEqualTo(some);
    assertThat(again.get(2).getMeasurements()).isEqualTo(some.get(0).getMeasurements());
    assertThat(again.get(2).getObject()).isEqualTo("image-2");
  }
}
