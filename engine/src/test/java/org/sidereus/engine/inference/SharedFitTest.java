package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleLocator;

/** The fit of the shared parameters is made where it is wanted, and changes nothing else. */
class SharedFitTest {
  private static final Bundle BUNDLE =
      Bundle.load(BundleLocator.ofInstallation().locate("gce-tng"));
  private static final int ROWS = 7;

  @Test
  void shouldFitOnlyTheRowsThatWantIt() {
    EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU).withBatchSize(3);
    List<float[]> rows = rows();
    try (PosteriorEngine engine = PosteriorEngine.open(BUNDLE, options)) {
      List<ObjectSummary> all = engine.infer(rows);
      for (BitSet wanted : List.of(bits(), bits(1), bits(0, 2, 6), bits(3, 4, 5))) {
        List<ObjectSummary> some = engine.infer(rows, wanted);
        for (int i = 0; i < ROWS; i++) {
          assertThat(all.get(i).sharedLogRatio()).isNotNull();
          assertThat(some.get(i).sharedLogRatio())
              .isEqualTo(wanted.get(i) ? all.get(i).sharedLogRatio() : null);
          assertThat(some.get(i).mean()).isEqualTo(all.get(i).mean());
          assertThat(some.get(i).covariance()).isEqualTo(all.get(i).covariance());
          assertThat(some.get(i).quantiles()).isDeepEqualTo(all.get(i).quantiles());
          assertThat(some.get(i).check()).isEqualTo(all.get(i).check());
          assertThat(some.get(i).flags()).isEqualTo(all.get(i).flags());
        }
      }
    }
  }

  /** With many samples, objects have sets of noise by their features. */
  @Test
  void shouldGiveTheSameBitsInEveryBatchWithSetsOfNoise() {
    EngineOptions options =
        EngineOptions.defaults().withDevice(Device.CPU).withSamples(2_048).withBatchSize(3);
    List<float[]> rows = rows();
    try (PosteriorEngine engine = PosteriorEngine.open(BUNDLE, options)) {
      List<ObjectSummary> all = engine.infer(rows);
      for (int i = 0; i < ROWS; i++) {
        ObjectSummary alone = engine.infer(List.of(rows.get(i))).get(0);
        assertThat(alone.mean()).isEqualTo(all.get(i).mean());
        assertThat(alone.sharedLogRatio()).isNotNull().isEqualTo(all.get(i).sharedLogRatio());
      }
    }
  }

  @Test
  void shouldRefuseToFitARowThatIsNotThere() {
    try (PosteriorEngine engine = PosteriorEngine.open(BUNDLE, EngineOptions.defaults())) {
      assertThatThrownBy(() -> engine.infer(rows(), bits(ROWS)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sharedFit names row 7 of 7 rows");
    }
  }

  private static List<float[]> rows() {
    FeatureEncoder encoder = new FeatureEncoder(BUNDLE.manifest());
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          encoder.features(
              Map.of(
                  "Fe_H", Measurement.of(-0.8 + 0.1 * i, 0.05),
                  "Mg_Fe", Measurement.of(0.5 - 0.06 * i, 0.05),
                  "O_Fe", Measurement.of(0.6 - 0.06 * i, 0.05))));
    }
    return rows;
  }

  private static BitSet bits(int... indices) {
    BitSet bits = new BitSet();
    for (int index : indices) {
      bits.set(index);
    }
    return bits;
  }
}
