package org.sidereus.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ModelErrorLayout;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.engine.inference.SharedError;
import org.sidereus.testing.models.LinearGaussianFlows;
import org.sidereus.testing.models.LinearGaussianModel;

/** Measurements that share errors, in a model whose posterior and evidence are known. */
class SharedErrorsTest {
  private static final List<String> NAMES = List.of("x", "y", "z");
  private static final RealMatrix A = MatrixUtils.createRealMatrix(LinearGaussianModel.A);
  private static final int OBJECTS = 30;

  @TempDir Path folder;

  private record Drawn(double[] y, List<SharedError> shared, RealMatrix noise) {
    RealMatrix precision() {
      return new LUDecomposition(noise).getSolver().getInverse();
    }

    Map<String, Measurement> measurements() {
      Map<String, Measurement> measurements = new HashMap<>();
      for (int i = 0; i < y.length; i++) {
        measurements.put(NAMES.get(i), Measurement.of(y[i], LinearGaussianFlows.ERROR));
      }
      return measurements;
    }
  }

  @Test
  void shouldGiveTheExactPosteriorOfCorrelatedErrors() {
    Bundle bundle = LinearGaussianFlows.exact(folder.resolve("bundle"));
    FeatureEncoder encoder = new FeatureEncoder(bundle.manifest());
    List<Drawn> objects = drawn();
    List<float[]> rows = new ArrayList<>();
    for (Drawn one : objects) {
      Encoding encoding = encoder.encode(one.measurements(), one.shared());
      rows.add(((Encoding.Row) encoding).features());
    }
    EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU).withSamples(8_192);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      List<ObjectSummary> summaries = engine.infer(rows);
      for (int i = 0; i < OBJECTS; i++) {
        exact(objects.get(i), summaries.get(i));
      }
    }
  }

  /**
   * Errors of which 97 % of the variance is shared: differences of measurements are known much
   * better than the flow was trained for, and few of its samples count.
   */
  @Test
  void shouldAdaptTheFlowWhereNearlyAllOfTheErrorIsShared() {
    Bundle bundle = LinearGaussianFlows.exact(folder.resolve("bundle"));
    FeatureEncoder encoder = new FeatureEncoder(bundle.manifest());
    SplittableRandom random = new SplittableRandom(5);
    double part = Math.sqrt(0.97) * LinearGaussianFlows.ERROR;
    List<SharedError> shared =
        List.of(new SharedError(part, true, Map.of("x", 1.0, "y", -1.0, "z", 1.0)));
    RealMatrix noise = MatrixUtils.createRealIdentityMatrix(3).scalarMultiply(0.25);
    for (int m = 0; m < 9; m++) {
      if (m / 3 != m % 3) {
        noise.setEntry(m / 3, m % 3, (m % 2 == 1 ? -1 : 1) * part * part);
      }
    }
    List<Drawn> objects = new ArrayList<>();
    List<float[]> rows = new ArrayList<>();
    List<float[]> independent = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      double[] y = A.operate(new double[] {random.nextGaussian(), random.nextGaussian()});
      double common = part * random.nextGaussian();
      for (int m = 0; m < 3; m++) {
        y[m] += (m == 1 ? -1 : 1) * common + Math.sqrt(0.03) * 0.5 * random.nextGaussian();
      }
      Drawn one = new Drawn(y, shared, noise);
      objects.add(one);
      rows.add(((Encoding.Row) encoder.encode(one.measurements(), shared)).features());
      independent.add(encoder.features(one.measurements()));
    }
    EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU).withSamples(8_192);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      List<ObjectSummary> summaries = engine.infer(rows);
      for (int i = 0; i < OBJECTS; i++) {
        ObjectSummary summary = summaries.get(i);
        assertThat(summary.check().effectiveSampleSize()).isGreaterThan(0.6 * summary.samples());
        exact(objects.get(i), summary);
        ratio(objects.get(i), summary);
        modelErrors(objects.get(i), bundle, summary);
      }
      // an object with independent errors is not touched
      ObjectSummary usual = engine.infer(independent).get(0);
      assertThat(usual.check().effectiveSampleSize()).isCloseTo(usual.samples(), within(1.0));
    }
  }

  /**
   * Offsets h of the measurements: log p(y | h) is the normal density of y - h with A A' + C, and
   * given a that of y - A0 a - h with A1 A1' + C.
   */
  private static void modelErrors(Drawn one, Bundle bundle, ObjectSummary summary) {
    ModelErrorLayout layout = ModelErrorLayout.of(bundle.manifest());
    RealMatrix information =
        new LUDecomposition(one.noise().add(A.multiplyTransposed(A))).getSolver().getInverse();
    double[] scores = information.operate(one.y());
    RealMatrix local = A.getSubMatrix(0, 2, 1, 1);
    RealMatrix givenShared =
        new LUDecomposition(one.noise().add(local.multiplyTransposed(local)))
            .getSolver()
            .getInverse();
    for (int e = 0; e < 3; e++) {
      double score =
          summary.modelErrors()[layout.score(e)]
              + summary.modelErrors()[layout.slope(e, 0)] * summary.mean()[0];
      double sd = Math.sqrt(information.getEntry(e, e));
      assertThat(score).isCloseTo(scores[e], within(0.15 * sd));
      for (int f = 0; f <= e; f++) {
        assertThat(summary.modelErrors()[layout.information(e, f)])
            .isCloseTo(
                givenShared.getEntry(e, f),
                within(
                    0.06
                        * Math.sqrt(one.precision().getEntry(e, e))
                        * Math.sqrt(one.precision().getEntry(f, f))));
      }
    }
  }

  /** The polynomial of the shared parameter a is log posterior - log prior. */
  private static void ratio(Drawn one, ObjectSummary summary) {
    double[] exact = marginal(one);
    for (int k = -2; k <= 2; k++) {
      double a = exact[0] + k * exact[1];
      double expected = -0.5 * k * k - Math.log(exact[1]) + 0.5 * a * a; // prior N(0, 1)
      double found = polynomial(summary.sharedLogRatio(), a);
      assertThat(found).as("%d sd from the mean", k).isCloseTo(expected, within(0.1));
    }
  }

  private static double polynomial(double[] coefficients, double a) {
    double value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = value * a + coefficients[i];
    }
    return value;
  }

  /** Mean and sd of the first parameter. */
  private static double[] marginal(Drawn one) {
    RealMatrix precision = new LUDecomposition(one.noise()).getSolver().getInverse();
    RealMatrix weighted = A.transposeMultiply(precision);
    RealMatrix covariance =
        new LUDecomposition(MatrixUtils.createRealIdentityMatrix(2).add(weighted.multiply(A)))
            .getSolver()
            .getInverse();
    double mean = covariance.operate(weighted.operate(one.y()))[0];
    return new double[] {mean, Math.sqrt(covariance.getEntry(0, 0))};
  }

  /** An object does not depend, to the last bit, on those beside it. */
  @Test
  void shouldGiveTheSameInAnyBatch() {
    Bundle bundle = LinearGaussianFlows.exact(folder.resolve("bundle"));
    FeatureEncoder encoder = new FeatureEncoder(bundle.manifest());
    List<float[]> rows = new ArrayList<>();
    for (Drawn one : drawn()) {
      List<SharedError> shared = rows.size() % 3 == 0 ? one.shared() : List.of();
      rows.add(((Encoding.Row) encoder.encode(one.measurements(), shared)).features());
    }
    EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU);
    try (PosteriorEngine together = PosteriorEngine.open(bundle, options.withBatchSize(7));
        PosteriorEngine alone = PosteriorEngine.open(bundle, options.withBatchSize(1))) {
      List<ObjectSummary> left = together.infer(rows);
      List<ObjectSummary> right = alone.infer(rows);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(left.get(i).mean()).isEqualTo(right.get(i).mean());
        assertThat(left.get(i).covariance()).isEqualTo(right.get(i).covariance());
        assertThat(left.get(i).check()).isEqualTo(right.get(i).check());
      }
    }
  }

  /** Observations of the model with its prior, and errors of which a part is shared. */
  private static List<Drawn> drawn() {
    SplittableRandom random = new SplittableRandom(11);
    List<Drawn> objects = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      RealMatrix noise = MatrixUtils.createRealIdentityMatrix(3).scalarMultiply(0.25);
      double[] y = A.operate(new double[] {random.nextGaussian(), random.nextGaussian()});
      double[] own = new double[3];
      Arrays.fill(own, 0.25);
      List<SharedError> shared = new ArrayList<>();
      for (int r = 0; r < 1 + i % 2; r++) {
        double[] u = new double[3];
        Map<String, Double> coefficients = new HashMap<>();
        double draw = random.nextGaussian();
        for (int m = 0; m < 3; m++) {
          double coefficient = 0.5 + random.nextDouble();
          coefficients.put(NAMES.get(m), coefficient);
          u[m] = 0.2 * coefficient;
          own[m] -= u[m] * u[m];
          y[m] += draw * u[m];
        }
        shared.add(new SharedError(0.2, true, coefficients));
        for (int m = 0; m < 9; m++) {
          if (m / 3 != m % 3) { // the diagonal is the square of the total error
            noise.addToEntry(m / 3, m % 3, u[m / 3] * u[m % 3]);
          }
        }
      }
      for (int m = 0; m < 3; m++) {
        y[m] += Math.sqrt(own[m]) * random.nextGaussian();
      }
      objects.add(new Drawn(y, shared, noise));
    }
    return objects;
  }

  private static void exact(Drawn one, ObjectSummary summary) {
    RealMatrix precision = new LUDecomposition(one.noise()).getSolver().getInverse();
    RealMatrix weighted = A.transposeMultiply(precision);
    RealMatrix covariance =
        new LUDecomposition(MatrixUtils.createRealIdentityMatrix(2).add(weighted.multiply(A)))
            .getSolver()
            .getInverse();
    double[] mean = covariance.operate(weighted.operate(one.y()));
    for (int d = 0; d < 2; d++) {
      double sd = Math.sqrt(covariance.getEntry(d, d));
      assertThat(summary.mean()[d]).isCloseTo(mean[d], within(0.06 * sd));
      assertThat(summary.sd(d)).isCloseTo(sd, within(0.06 * sd));
    }
    RealMatrix evidence = one.noise().add(A.multiplyTransposed(A));
    LUDecomposition decomposed = new LUDecomposition(evidence);
    RealVector y = MatrixUtils.createRealVector(one.y());
    double logEvidence =
        -0.5
            * (y.dotProduct(decomposed.getSolver().solve(y))
                + Math.log(decomposed.getDeterminant())
                + 3 * Math.log(2 * Math.PI));
    LikelihoodCheck check = summary.check();
    assertThat(check.logEvidence()).isCloseTo(logEvidence, within(0.03));
    RealVector residual = y.subtract(A.operate(MatrixUtils.createRealVector(mean)));
    double chiSquare =
        residual.dotProduct(precision.operate(residual))
            + weighted.multiply(A).multiply(covariance).getTrace();
    assertThat(check.chiSquare()).isCloseTo(chiSquare, within(0.05 * (1 + chiSquare)));
  }
}
