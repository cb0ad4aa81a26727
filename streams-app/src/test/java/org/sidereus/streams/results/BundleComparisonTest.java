package org.sidereus.streams.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.results.BundleComparison.Entry;

class BundleComparisonTest {
  private static GroupPosterior posterior(String bundle, long objects, Double logEvidence) {
    return GroupPosterior.newBuilder()
        .setGroup("g")
        .setBundle(bundle)
        .setBundleVersion("1")
        .setTime(Instant.EPOCH)
        .setObjects(objects)
        .setParameters(List.of())
        .setCovariance(List.of())
        .setLogEvidence(logEvidence)
        .build();
  }

  @Test
  void shouldPutTheBestBundleFirst() {
    BundleComparison comparison =
        BundleComparison.of(
            List.of(posterior("a", 10, -20.0), posterior("b", 10, 5.5), posterior("c", 10, 1.5)));

    assertThat(comparison.entries())
        .containsExactly(
            new Entry("b", "1", 10, 5.5, 0.0),
            new Entry("c", "1", 10, 1.5, -4.0),
            new Entry("a", "1", 10, -20.0, -25.5));
  }

  @Test
  void shouldNotCompareSumsOverFewerObjectsOrUnknownOnes() {
    BundleComparison comparison =
        BundleComparison.of(
            List.of(posterior("late", 9, 90.0), posterior("b", 10, 5.5), posterior("c", 10, null)));

    assertThat(comparison.entries())
        .containsExactly(
            new Entry("b", "1", 10, 5.5, 0.0),
            new Entry("c", "1", 10, null, null),
            new Entry("late", "1", 9, 90.0, null));
  }

  @Test
  void shouldSayNothingOfNoBundle() {
    assertThat(BundleComparison.of(List.of()).entries()).isEmpty();
  }
}
