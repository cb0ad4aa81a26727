package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.testing.LinearGaussianBundle;
import org.sidereus.testing.OnnxModelWriter;

class PosteriorEngineTest {
  private static final EngineOptions CPU = EngineOptions.defaults().withDevice(Device.CPU);

  @TempDir static Path folder;
  private static Bundle bundle;

  @BeforeAll
  static void writeBundle() {
    bundle = Bundle.load(LinearGaussianBundle.write(folder.resolve("bundle")));
  }

  @Test
  void shouldGiveTheKnownPosterior() {
    List<float[]> rows = rows(40);
    double[][] covariance = LinearGaussianBundle.posteriorCovariance();
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU)) {
      List<ObjectSummary> summaries = engine.infer(rows);
      assertThat(summaries).hasSameSizeAs(rows);
      for (int r = 0; r < rows.size(); r++) {
        ObjectSummary summary = summaries.get(r);
        double[] mean = LinearGaussianBundle.posteriorMean(toDouble(rows.get(r)));
        assertThat(summary.samples()).isEqualTo(LinearGaussianBundle.SAMPLES);
        for (int i = 0; i < mean.length; i++) {
          double sd = Math.sqrt(covariance[i][i]);
          // the noise is whitened: mean and covariance are exact but for float32
          assertThat(summary.mean()[i]).isCloseTo(mean[i], within(1e-5 * sd + 1e-6));
          assertThat(summary.sd(i)).isCloseTo(sd, within(1e-5 * sd));
          for (int j = 0; j < mean.length; j++) {
            assertThat(summary.covariance()[i * mean.length + j])
                .isCloseTo(covariance[i][j], within(1e-5 * sd * Math.sqrt(covariance[j][j])));
          }
          assertThat(summary.quantiles()[i][0])
              .isCloseTo(mean[i] - 0.99446 * sd, within(0.02 * sd));
          assertThat(summary.quantiles()[i][1]).isCloseTo(mean[i], within(0.02 * sd));
          assertThat(summary.quantiles()[i][2])
              .isCloseTo(mean[i] + 0.99446 * sd, within(0.02 * sd));
        }
      }
    }
  }

  @Test
  void shouldGiveTheSameBitsInEveryBatchAndThread() throws Exception {
    List<float[]> rows = rows(101);
    List<ObjectSummary> alone = new ArrayList<>();
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU.withBatchSize(7))) {
      rows.forEach(row -> alone.addAll(engine.infer(List.of(row))));
      assertSame(engine.infer(rows), alone);
    }
    EngineOptions many = CPU.withBatchSize(16).withWorkers(3).withIntraOpThreads(2);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, many)) {
      engine.warmUp();
      ExecutorService callers = Executors.newFixedThreadPool(4);
      List<Future<List<ObjectSummary>>> results = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        results.add(callers.submit(() -> engine.infer(rows)));
      }
      for (Future<List<ObjectSummary>> result : results) {
        assertSame(result.get(), alone);
      }
      callers.shutdown();
    }
  }

  @Test
  void shouldKeepSamplesWhoseMomentsAreThoseOfTheSummary() {
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU.withKeptSamples(200))) {
      for (ObjectSummary summary : engine.infer(rows(5))) {
        KeptSamples kept = summary.kept();
        assertThat(kept).isNotNull();
        assertThat(kept.count()).isEqualTo(Math.min(200, summary.samples()));
        for (int d = 0; d < summary.mean().length; d++) {
          double total = 0;
          double mean = 0;
          for (int s = 0; s < kept.count(); s++) {
            total += kept.weights()[s];
            mean += kept.weights()[s] * kept.theta(s, d);
          }
          assertThat(total).isCloseTo(1, within(1e-5));
          assertThat(mean).isCloseTo(summary.mean()[d], within(0.3 * summary.sd(d)));
        }
      }
    }
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU)) {
      assertThat(engine.infer(rows(1)).get(0).kept()).isNull();
    }
  }

  @Test
  void shouldGiveSamplesWithTheirDensities() {
    List<float[]> rows = rows(5);
    try (PosteriorEngine engine =
            PosteriorEngine.open(bundle, CPU.withSamples(64).withBatchSize(2));
        OnnxGraph density = OnnxGraph.open(bundle, Manifest.DENSITY, Device.CPU, 1)) {
      List<Samples> all = engine.sample(rows);
      for (int r = 0; r < rows.size(); r++) {
        Samples samples = all.get(r);
        assertThat(samples.count()).isEqualTo(64);
        float[] x = new float[64 * rows.get(r).length];
        for (int s = 0; s < 64; s++) {
          System.arraycopy(rows.get(r), 0, x, s * rows.get(r).length, rows.get(r).length);
        }
        float[] logProb =
            density.evaluate(
                GraphContract.LOG_PROB,
                new long[] {64},
                new GraphInput(GraphContract.THETA, samples.parameters(), samples.theta()),
                new GraphInput(GraphContract.FEATURES, rows.get(r).length, x));
        for (int s = 0; s < 64; s++) {
          assertThat(samples.logProb()[s]).isCloseTo(logProb[s], within(1e-3f));
        }
        assertThat(engine.sample(rows.get(r)).theta()).isEqualTo(samples.theta());
      }
    }
  }

  @Test
  void shouldPredictWithTheEmulator() {
    try (EmulatorEngine emulator = EmulatorEngine.open(bundle, CPU)) {
      float[] y = emulator.predict(new float[] {-2.3f, -2.89f, 6f, -2f, -3f, 4f});
      double[] first = LinearGaussianBundle.predict(new double[] {-2.3, -2.89, 6});
      double[] second = LinearGaussianBundle.predict(new double[] {-2, -3, 4});
      for (int m = 0; m < 4; m++) {
        assertThat((double) y[m]).isCloseTo(first[m], within(1e-6));
        assertThat((double) y[4 + m]).isCloseTo(second[m], within(1e-6));
      }
      assertThat(emulator.predict(new float[0])).isEmpty();
    }
  }

  @Test
  void shouldInferNothingFromNothing() {
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, CPU)) {
      assertThat(engine.infer(List.of())).isEmpty();
    }
  }

  @Test
  void shouldFailForAnObjectWithoutFinitePosteriorAndGoOn() {
    List<float[]> rows = rows(3);
    List<float[]> broken = List.of(rows.get(0), new float[] {Float.NaN, 0, 0, 0}, rows.get(2));
    try (PosteriorEngine engine =
        PosteriorEngine.open(bundle, CPU.withBatchSize(1).withWorkers(2))) {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> engine.infer(broken))
            .isInstanceOf(InferenceException.class)
            .hasMessageContaining("not finite");
      }
      assertThat(engine.infer(rows)).hasSize(3);
    }
  }

  @Test
  void shouldRefuseRowsOfTheWrongLengthAndUseAfterClose() {
    PosteriorEngine engine = PosteriorEngine.open(bundle, CPU);
    assertThatThrownBy(() -> engine.infer(List.of(new float[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 0 has 3 features but the bundle has 4");
    engine.close();
    engine.close();
    assertThatThrownBy(() -> engine.infer(rows(1))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldNeverReplaceTheGpuThatWasAskedFor() {
    EngineOptions cuda = EngineOptions.defaults().withDevice(Device.cuda(63));
    assertThatThrownBy(() -> PosteriorEngine.open(bundle, cuda))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("cuda:63");
  }

  @Test
  void shouldRefuseMoreParametersThanItHasPointsFor() {
    assertThatThrownBy(() -> PosteriorEngine.checkDimensions(1001, Path.of("wide")))
        .isInstanceOf(BundleException.class)
        .hasMessage("wide has 1001 parameters but at most 1000 are supported; use another bundle");
  }

  @Test
  void shouldRunSomewhereByDefault() {
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults())) {
      assertThat(engine.device().kind()).isNotEqualTo(Device.Kind.AUTO);
      assertThat(engine.infer(rows(2))).hasSize(2);
    }
  }

  private static void assertSame(List<ObjectSummary> found, List<ObjectSummary> wanted) {
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).mean()).isEqualTo(wanted.get(i).mean());
      assertThat(found.get(i).covariance()).isEqualTo(wanted.get(i).covariance());
      assertThat(found.get(i).quantiles()).isDeepEqualTo(wanted.get(i).quantiles());
    }
  }

  private static List<float[]> rows(int n) {
    SplittableRandom random = new SplittableRandom(7);
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] theta = LinearGaussianBundle.draw(random);
      double[] y = LinearGaussianBundle.predict(theta);
      float[] row = new float[y.length];
      for (int m = 0; m < y.length; m++) {
        row[m] = (float) (y[m] + LinearGaussianBundle.ERROR * random.nextGaussian());
      }
      rows.add(row);
    }
    return rows;
  }

  private static double[] toDouble(float[] row) {
    double[] values = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      values[i] = row[i];
    }
    return values;
  }

  @Test
  void shouldEndAWarmUpThatTakesTooLong() {
    // 2,000 sines of each sample, one after the other
    OnnxModelWriter graph = new OnnxModelWriter();
    graph.input("x", "B", bundle.manifest().features().size()).input("noise", "S", 3);
    graph.output("theta", "B", "S", 3);
    graph.output("log_prob", "B", "S");
    String last = "noise";
    for (int i = 0; i < 2_000; i++) {
      graph.node("Sin", "s" + i, last);
      last = "s" + i;
    }
    graph.integers("features", 1).sum("total", "x", "features");
    graph.integers("axes", 1, 2).node("Unsqueeze", "totals", "total", "axes");
    graph.node("Add", "theta", "totals", last);
    graph.sum("log_prob", "theta", "last").integers("last", 2);
    Path slow = folder.resolve("slow");
    Map<String, byte[]> files =
        Map.of(
            Manifest.POSTERIOR,
            graph.build(),
            Manifest.EMULATOR,
            LinearGaussianBundle.emulatorGraph());
    Bundle one = Bundle.load(LinearGaussianBundle.write(slow, "slow", "1", files));

    try (PosteriorEngine engine = PosteriorEngine.open(one, CPU.withSamples(200_000))) {
      assertThatThrownBy(() -> engine.warmUp(Duration.ofMillis(1)))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("takes more than 0 s for one batch");
      engine.warmUp();
    }
  }
}
