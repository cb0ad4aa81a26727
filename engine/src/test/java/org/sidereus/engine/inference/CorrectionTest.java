package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.testing.LinearGaussianBundle;

/** A flow that is wrong on purpose, in a model whose posterior and evidence are known. */
class CorrectionTest {
  private static final EngineOptions CPU =
      EngineOptions.defaults().withDevice(Device.CPU).withSamples(4096);
  private static final double SHIFT = 0.5;
  private static final double WIDENING = 1.3;

  @TempDir Path folder;

  @Test
  void shouldCorrectAWrongFlow() {
    List<float[]> rows = rows(30, 0);
    List<ObjectSummary> summaries = infer(SHIFT, WIDENING, rows);
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    for (int r = 0; r < rows.size(); r++) {
      ObjectSummary summary = summaries.get(r);
      double[] y = toDouble(rows.get(r));
      double[] mean = LinearGaussianBundle.posteriorMean(y);
      assertThat(summary.corrected()).isTrue();
      assertThat(summary.flags()).doesNotContain(ObjectFlag.LOW_EFFECTIVE_SAMPLE_SIZE);
      assertThat(summary.check().logEvidence())
          .isCloseTo(LinearGaussianBundle.logEvidence(y), within(0.05));
      for (int i = 0; i < mean.length; i++) {
        double sd = Math.sqrt(covariance[i][i]);
        assertThat(summary.mean()[i]).isCloseTo(mean[i], within(0.06 * sd));
        assertThat(summary.sd(i)).isCloseTo(sd, within(0.06 * sd));
        assertThat(summary.quantiles()[i][0]).isCloseTo(mean[i] - 0.9945 * sd, within(0.12 * sd));
        assertThat(summary.quantiles()[i][1]).isCloseTo(mean[i], within(0.12 * sd));
        assertThat(summary.quantiles()[i][2]).isCloseTo(mean[i] + 0.9945 * sd, within(0.12 * sd));
      }
    }
  }

  @Test
  void shouldLeaveTheFlowOfABundleWithoutLikelihoodAlone() {
    Bundle bundle = Bundle.load(LinearGaussianBundle.write(folder.resolve("plain")));
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU)) {
      ObjectSummary summary = engine.infer(rows(1, 0)).get(0);
      assertThat(summary.check()).isNull();
      assertThat(summary.corrected()).isFalse();
      assertThat(summary.flags()).isEmpty();
    }
  }

  @Test
  void shouldHaveFullEffectiveSampleSizeWhereTheFlowIsExact() {
    for (ObjectSummary summary : infer(0, 1, rows(20, 0))) {
      assertThat(summary.check().effectiveSampleSize()).isCloseTo(4096, within(1.0));
      assertThat(summary.check().measured()).isEqualTo(4);
    }
  }

  @Test
  void shouldDrawMoreSamplesWhereFewOfTheFlowAreEffective() {
    List<float[]> rows = rows(20, 0);
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    Bundle narrow =
        Bundle.load(LinearGaussianBundle.writeWeighted(folder.resolve("narrow"), 0, 0.5));
    try (PosteriorEngine engine = PosteriorEngine.open(narrow, CPU.withSamples(1024))) {
      List<ObjectSummary> summaries = engine.infer(rows);
      for (int r = 0; r < rows.size(); r++) {
        ObjectSummary summary = summaries.get(r);
        double[] mean = LinearGaussianBundle.posteriorMean(toDouble(rows.get(r)));
        assertThat(summary.corrected()).isTrue();
        assertThat(summary.samples()).isEqualTo(WiderFlow.COUNTS[0]);
        for (int i = 0; i < mean.length; i++) {
          double sd = Math.sqrt(covariance[i][i]);
          assertThat(summary.mean()[i]).isCloseTo(mean[i], within(0.1 * sd));
          assertThat(summary.sd(i)).isCloseTo(sd, within(0.1 * sd));
        }
        Samples published = engine.published(List.of(rows.get(r))).get(0);
        ImportanceWeights weights = new ImportanceWeights(published.count());
        assertThat(weights.take(published.logWeight())).isTrue();
        assertThat(weights.effectiveSampleSize()).isEqualTo(summary.check().effectiveSampleSize());
      }
    }
  }

  /** Many samples are effective, but the weights take away a third of each standard deviation. */
  @Test
  void shouldDrawManyMoreSamplesWhereWeightsNarrowAPosterior() {
    List<float[]> rows = rows(3, 0);
    Bundle wide = Bundle.load(LinearGaussianBundle.writeWeighted(folder.resolve("wide"), 0, 1.6));
    try (PosteriorEngine engine = PosteriorEngine.open(wide, CPU.withSamples(1024))) {
      for (float[] row : rows) {
        Samples flow = engine.sample(row);
        ImportanceWeights weights = new ImportanceWeights(flow.count());
        assertThat(weights.take(flow.logWeight())).isTrue();
        assertThat(weights.effectiveSampleSize()).isBetween(0.35 * 1024, 0.9 * 1024);
        ObjectSummary summary = engine.infer(List.of(row)).get(0);
        assertThat(summary.samples()).isEqualTo(WiderFlow.COUNTS[1]);
        assertThat(summary.corrected()).isTrue();
        assertThat(engine.published(List.of(row)).get(0).count()).isEqualTo(WiderFlow.COUNTS[1]);
      }
    }
  }

  @Test
  void shouldGiveTheFlowWhereItIsTooFarOff() {
    List<float[]> rows = rows(10, 0);
    List<ObjectSummary> wrong = infer(40, 1, rows);
    for (int r = 0; r < rows.size(); r++) {
      double[] mean = LinearGaussianBundle.posteriorMean(toDouble(rows.get(r)));
      double sd = Math.sqrt(LinearGaussianBundle.posteriorCovariance()[0][0]);
      ObjectSummary summary = wrong.get(r);
      assertThat(summary.flags()).contains(ObjectFlag.LOW_EFFECTIVE_SAMPLE_SIZE);
      assertThat(summary.corrected()).isFalse();
      assertThat(summary.mean()[0]).isCloseTo(mean[0] + 40 * sd, within(0.01 * sd));
    }
  }

  @Test
  void shouldFindAMisfitWhereNoParametersFitOnly() {
    long fitting =
        infer(0, 1, rows(2000, 0)).stream()
            .filter(one -> one.flags().contains(ObjectFlag.MODEL_MISFIT))
            .count();
    long shifted =
        infer(0, 1, rows(200, 10)).stream()
            .filter(one -> one.flags().contains(ObjectFlag.MODEL_MISFIT))
            .count();
    assertThat(fitting).isLessThanOrEqualTo(6);
    assertThat(shifted).isGreaterThan(150);
  }

  @ParameterizedTest
  @ValueSource(floats = {1e2f, -1e6f, 1e15f})
  void shouldStayFiniteHoweverFarAnObservationIs(float value) {
    ObjectSummary summary =
        infer(SHIFT, WIDENING, List.of(new float[] {value, 0, -value, 1})).get(0);
    assertThat(summary.mean()).doesNotContain(Double.NaN);
    assertThat(summary.flags())
        .contains(ObjectFlag.MODEL_MISFIT, ObjectFlag.LOW_EFFECTIVE_SAMPLE_SIZE);
    assertThat(summary.corrected()).isFalse();
    assertThat(summary.check().pValue()).isZero();
    assertThat(summary.check().logEvidence()).isFinite();
  }

  @Test
  void shouldFlagValuesAndErrorsOutsideTheTraining() {
    SupportCheck check = new SupportCheck(manifest(surveyed(0.09)));
    assertThat(check.isOutside(new float[] {-1.29f, 0, 0, 0})).isFalse();
    assertThat(check.isOutside(new float[] {2.29f, 99, 0, 0})).isFalse();
    assertThat(check.isOutside(new float[] {-1.31f, 0, 0, 0})).isTrue();
    assertThat(check.isOutside(new float[] {2.31f, 0, 0, 0})).isTrue();
    SupportCheck errors = new SupportCheck(manifest(surveyed(0.2)));
    assertThat(errors.isOutside(new float[] {0, 0, 0, 0})).isTrue();
  }

  private static Observable surveyed(double smallestError) {
    return new Observable("y1", "dex", 0.1).withRange(-1.0, 2.0).withErrorRange(smallestError, 0.5);
  }

  private static Manifest manifest(Observable first) {
    Manifest plain = Manifest.parse(LinearGaussianBundle.manifest("test", "1"));
    List<Observable> observables = new ArrayList<>(plain.observables());
    observables.set(0, first);
    return plain.toBuilder().observables(observables).build();
  }

  private List<ObjectSummary> infer(double shift, double widening, List<float[]> rows) {
    Path directory = folder.resolve("bundle-" + shift + "-" + rows.size());
    Bundle bundle = Bundle.load(LinearGaussianBundle.writeWeighted(directory, shift, widening));
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU)) {
      return engine.infer(rows);
    }
  }

  /** Observations of objects of the prior; every other value off by some errors, up and down. */
  private static List<float[]> rows(int n, double offset) {
    SplittableRandom random = new SplittableRandom(11);
    return IntStream.range(0, n)
        .mapToObj(
            i -> {
              double[] theta = LinearGaussianBundle.draw(random);
              double[] y = LinearGaussianBundle.predict(theta);
              float[] row = new float[y.length];
              for (int m = 0; m < y.length; m++) {
                double pull = random.nextGaussian() + offset * (m % 2 == 0 ? 1 : -1);
                row[m] = (float) (y[m] + LinearGaussianBundle.ERROR * pull);
              }
              return row;
            })
        .toList();
  }

  private static double[] toDouble(float[] row) {
    return IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray();
  }
}
