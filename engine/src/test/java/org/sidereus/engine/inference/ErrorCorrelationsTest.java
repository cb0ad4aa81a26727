package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Feature.Kind;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;

class ErrorCorrelationsTest {
  private static final List<String> NAMES = List.of("p", "q", "r", "s", "t");
  private static final Map<String, Measurement> TWO =
      Map.of("p", Measurement.of(1, 0.1), "q", Measurement.of(2, 0.1));

  private final Manifest manifest = manifest(true);
  private final FeatureEncoder encoder = new FeatureEncoder(manifest);

  private static Manifest manifest(boolean sharedErrors) {
    List<Feature> features = new ArrayList<>();
    for (Kind kind : List.of(Kind.VALUE, Kind.ERROR, Kind.MASK)) {
      NAMES.forEach(name -> features.add(new Feature(kind, name)));
    }
    return Manifest.builder()
        .name("b")
        .version("1")
        .parameters(List.of(new Parameter("a", "", Role.SHARED, new Normal(0, 1))))
        .observables(NAMES.stream().map(name -> new Observable(name, "dex", 0.05)).toList())
        .features(features)
        .sharedErrors(sharedErrors)
        .samples(100)
        .build();
  }

  /** The covariance is made as its definition says, and inverted in two other ways. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldWhitenAsTheDenseGaussianSays(boolean included) {
    SplittableRandom random = new SplittableRandom(4);
    for (int repeat = 0; repeat < 300; repeat++) {
      List<String> measured = NAMES.stream().filter(name -> random.nextInt(4) > 0).toList();
      if (measured.isEmpty()) {
        continue;
      }
      int m = measured.size();
      int r = 1 + random.nextInt(4);
      double[][] u = new double[r][m];
      double[] independent = new double[m];
      double[] total = new double[m];
      List<SharedError> shared = new ArrayList<>();
      for (int k = 0; k < r; k++) {
        double error = 0.01 + 0.2 * random.nextDouble();
        Map<String, Double> coefficients = new LinkedHashMap<>();
        for (int i = 0; i < m; i++) {
          if (i == 0 || random.nextBoolean()) {
            double coefficient = random.nextGaussian();
            coefficients.put(measured.get(i), coefficient);
            u[k][i] = error * coefficient;
          }
        }
        shared.add(new SharedError(error, included, coefficients));
      }
      Map<String, Measurement> measurements = new HashMap<>();
      double[] difference = new double[m];
      for (int i = 0; i < m; i++) {
        independent[i] = 0.03 + 0.1 * random.nextDouble();
        double variance = independent[i] * independent[i];
        for (int k = 0; k < r; k++) {
          variance += u[k][i] * u[k][i];
        }
        total[i] = Math.sqrt(variance);
        difference[i] = total[i] * random.nextGaussian();
        double error = included ? total[i] : independent[i];
        measurements.put(measured.get(i), Measurement.of(0.1 * i, error));
      }
      float[] row = row(encoder.encode(measurements, shared));

      int n = NAMES.size();
      double[] scaled = new double[n];
      for (int i = 0; i < m; i++) {
        int at = NAMES.indexOf(measured.get(i));
        assertThat((double) row[n + at]).isCloseTo(total[i], within(1e-6 * total[i]));
        scaled[at] = difference[i] / row[n + at];
      }
      double chiSquare = 0;
      double logDeterminant = 0;
      for (int i = 0; i < n; i++) {
        double independentOfOthers = 0;
        for (int j = 0; j < n; j++) {
          float w = row[3 * n + i * n + j];
          assertThat(j > i ? w : 0).isZero();
          independentOfOthers += w * scaled[j];
        }
        chiSquare += independentOfOthers * independentOfOthers;
        logDeterminant -= 2 * Math.log(row[3 * n + i * n + i]);
      }
      for (double sigma : total) {
        logDeterminant += 2 * Math.log(sigma);
      }

      RealMatrix uMatrix = MatrixUtils.createRealMatrix(u);
      RealMatrix d = MatrixUtils.createRealMatrix(m, m);
      RealMatrix dInverse = MatrixUtils.createRealMatrix(m, m);
      for (int i = 0; i < m; i++) {
        d.setEntry(i, i, independent[i] * independent[i]);
        dInverse.setEntry(i, i, 1 / d.getEntry(i, i));
      }
      RealVector x = MatrixUtils.createRealVector(difference);
      CholeskyDecomposition dense =
          new CholeskyDecomposition(d.add(uMatrix.transposeMultiply(uMatrix)), 1e-12, 1e-14);
      double expected = x.dotProduct(dense.getSolver().solve(x));
      assertThat(chiSquare).isCloseTo(expected, within(1e-4 * (1 + expected)));
      assertThat(logDeterminant).isCloseTo(Math.log(dense.getDeterminant()), within(1e-4));

      // Woodbury (1950): r' (D + U'U)^-1 r = r' D^-1 r - |K^-1 U D^-1 r|^2, K K' = 1 + U D^-1 U'
      RealMatrix inner =
          MatrixUtils.createRealIdentityMatrix(r)
              .add(uMatrix.multiply(dInverse).multiplyTransposed(uMatrix));
      RealVector projected = uMatrix.operate(dInverse.operate(x));
      double woodbury =
          x.dotProduct(dInverse.operate(x))
              - projected.dotProduct(
                  new CholeskyDecomposition(inner, 1e-12, 1e-14).getSolver().solve(projected));
      assertThat(chiSquare).isCloseTo(woodbury, within(1e-4 * (1 + woodbury)));
    }
  }

  @Test
  void shouldGiveTheUsualRowWithoutSharedErrors() {
    assertThat(row(encoder.encode(TWO, List.of()))).isEqualTo(row(encoder.encode(TWO)));
  }

  @Test
  void shouldTakeTheTrainedErrorWhereNoneIsGiven() {
    Map<String, Measurement> bare = Map.of("p", Measurement.of(1), "q", Measurement.of(2));
    SharedError shared = new SharedError(0.04, false, Map.of("p", 1.0, "q", 1.0));
    float[] row = row(encoder.encode(bare, List.of(shared)));
    assertThat((double) row[NAMES.size()]).isCloseTo(Math.hypot(0.05, 0.04), within(1e-7));
  }

  @Test
  void shouldIgnoreWhatTheBundleDoesNotRead() {
    Map<String, Measurement> more = new HashMap<>(TWO);
    more.put("other", Measurement.of(3, 0.1));
    SharedError shared = new SharedError(0.05, true, Map.of("p", 1.0, "q", -1.0));
    SharedError wider = new SharedError(0.05, true, Map.of("p", 1.0, "q", -1.0, "other", 1.0));
    assertThat(row(encoder.encode(more, List.of(wider))))
        .isEqualTo(row(encoder.encode(TWO, List.of(shared))));
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    Map<String, Double> both = Map.of("p", 1.0, "q", 1.0);
    refused(new SharedError(0, true, both), "shared error 1 of 1 is 0.0 but must be positive");
    refused(new SharedError(Double.NaN, true, both), "must be positive and finite");
    refused(new SharedError(0.1, true, Map.of()), "enters no measurement");
    refused(
        new SharedError(0.1, true, Map.of("p", Double.POSITIVE_INFINITY)),
        "enters p with the coefficient Infinity");
    refused(
        new SharedError(0.1, true, Map.of("p", 1.0, "r", 1.0)),
        "enters r, which was not measured; measured are p, q");
    refused(
        new SharedError(0.2, true, both),
        "the shared errors of p are 0.2 together but its error, which contains them, is 0.1");
    refused(new SharedError(0.1, true, both), "q has nearly no error of its own beyond the errors");
    SharedError fine = new SharedError(0.05, true, both);
    assertThat(encoder.encode(TWO, List.of(fine))).isInstanceOf(Encoding.Row.class);
    List<SharedError> many = Collections.nCopies(4_097, fine);
    assertThat(((Encoding.Refused) encoder.encode(TWO, many)).detail())
        .contains("there are 4097 shared errors and at most 4096 are allowed");
  }

  @Test
  void shouldRefuseSharedErrorsForABundleThatCannotTakeThem() {
    FeatureEncoder old = new FeatureEncoder(manifest(false));
    Encoding encoding =
        old.encode(TWO, List.of(new SharedError(0.05, true, Map.of("p", 1.0, "q", 1.0))));
    assertThat(encoding).isInstanceOf(Encoding.Refused.class);
    assertThat(((Encoding.Refused) encoding).reason()).isEqualTo(Encoding.Reason.SHARED_ERRORS);
    assertThat(((Encoding.Refused) encoding).detail())
        .contains("the bundle b cannot take")
        .contains("export it again");
  }

  private void refused(SharedError shared, String message) {
    Encoding encoding = encoder.encode(TWO, List.of(shared));
    assertThat(encoding).isInstanceOf(Encoding.Refused.class);
    assertThat(((Encoding.Refused) encoding).reason()).isEqualTo(Encoding.Reason.SHARED_ERRORS);
    assertThat(((Encoding.Refused) encoding).detail()).contains(message);
  }

  private static float[] row(Encoding encoding) {
    assertThat(encoding).isInstanceOf(Encoding.Row.class);
    return ((Encoding.Row) encoding).features();
  }
}
