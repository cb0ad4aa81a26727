package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;

/**
 * The correlations of measurements that share errors, for the likelihood of a bundle. With D the
 * variances of the independent errors and a row error * coefficients of U for each shared error,
 * the covariance of the measurements is D + U'U. Its diagonal is the square of the total errors.
 * Safe for threads.
 */
final class ErrorCorrelations {
  /** No object may have more, so that the work for one stays bounded. */
  static final int MOST = 4_096;

  /**
   * Least share of a measurement's variance that the other measurements do not determine. With
   * less, float32 does not hold chi-square.
   */
  static final double LEAST_OWN_VARIANCE = 1e-4;

  /** Errors are rounded to float32. */
  private static final double ROUNDING = 1e-6;

  private final String bundle;
  private final boolean taken;
  private final List<GaussianTerms.Term> terms;
  private final List<String> names = new ArrayList<>();

  ErrorCorrelations(Manifest manifest) {
    bundle = manifest.name();
    taken = manifest.takesSharedErrors();
    terms = GaussianTerms.of(manifest).map(GaussianTerms::terms).orElse(List.of());
    for (GaussianTerms.Term term : terms) {
      names.add(manifest.features().get(term.value()).of());
    }
  }

  /** Why shared errors cannot be used; null if they can, as far as that is known without a row. */
  Encoding.@Nullable Refused check(
      Map<String, Measurement> measurements, List<SharedError> shared) {
    if (shared.size() > MOST) {
      return refused(
          "there are %d shared errors and at most %d are allowed; merge those that enter the same measurements"
              .formatted(shared.size(), MOST));
    }
    for (int i = 0; i < shared.size(); i++) {
      String wrong = wrong(measurements, shared.get(i));
      if (wrong != null) {
        return refused("shared error %d of %d %s".formatted(i + 1, shared.size(), wrong));
      }
    }
    if (!taken) {
      return refused(
          "measurements share errors, which the bundle %s cannot take; export it again with this version if it has a likelihood, or choose another bundle"
              .formatted(bundle));
    }
    return null;
  }

  private @Nullable String wrong(Map<String, Measurement> measurements, SharedError one) {
    if (!(one.error() > 0 && Double.isFinite(one.error()))) {
      return "is %s but must be positive and finite".formatted(one.error());
    }
    if (one.coefficients().isEmpty()) {
      return "enters no measurement; name at least one";
    }
    for (Map.Entry<String, Double> entry : one.coefficients().entrySet()) {
      if (!Double.isFinite(one.error() * entry.getValue())) {
        return "enters %s with the coefficient %s, which must be finite"
            .formatted(entry.getKey(), entry.getValue());
      }
      if (!measurements.containsKey(entry.getKey())) {
        return "enters %s, which was not measured; measured are %s"
            .formatted(entry.getKey(), String.join(", ", new TreeSet<>(measurements.keySet())));
      }
    }
    return null;
  }

  /**
   * The input of the graphs for an object.
   *
   * @param row its features [F], with total errors
   * @param totals its measurements with total errors
   * @return the features and the {@link GraphContract#WHITENING whitening matrix} after them, or
   *     why there is none
   */
  Encoding encode(float[] row, Map<String, Measurement> totals, List<SharedError> shared) {
    int n = terms.size();
    double[][] u = new double[n][shared.size()];
    double[][] c = new double[n][n];
    for (int i = 0; i < n; i++) {
      c[i][i] = 1;
      if (!terms.get(i).isMeasured(row)) {
        continue;
      }
      String name = names.get(i);
      double sigma = terms.get(i).error(row);
      // a flux rises where its magnitude, which the error is of, falls
      double sign = terms.get(i).noise() == Noise.NORMAL_FLUX ? -1 : 1;
      double together = 0;
      for (int r = 0; r < shared.size(); r++) {
        u[i][r] = sign * shared.get(r).in(name) / sigma;
        together += u[i][r] * u[i][r];
      }
      double variance = total(totals, name, sigma);
      if (together > variance * (1 + ROUNDING)) {
        return refused(
            "the shared errors of %s are %s together but its error, which contains them, is %s; give the total error, or say of each shared error whether it is included"
                .formatted(
                    name,
                    (float) (sigma * Math.sqrt(together)),
                    (float) (sigma * Math.sqrt(variance))));
      }
      c[i][i] = variance;
      for (int j = 0; j < i; j++) {
        for (int r = 0; r < shared.size(); r++) {
          c[i][j] += u[i][r] * u[j][r];
        }
      }
    }
    int dependent = choleskyInPlace(c);
    if (dependent >= 0) {
      return refused(
          "%s has nearly no error of its own beyond the errors that it shares; at least 1 %% of its error must be"
              .formatted(names.get(dependent)));
    }
    float[] input = Arrays.copyOf(row, row.length + n * n);
    invert(c, input, row.length);
    return new Encoding.Row(input);
  }

  /** Variance in units of the squared error of the graph, which is 1 where it takes the error. */
  private static double total(Map<String, Measurement> totals, String name, double sigma) {
    Measurement measurement = totals.get(name);
    Double error = measurement == null ? null : measurement.error();
    return error == null ? 1 : error * error / (sigma * sigma);
  }

  /**
   * The Cholesky factor of a matrix, in its lower triangle.
   *
   * @return the first index that has too little variance of its own; -1: none
   */
  private static int choleskyInPlace(double[][] c) {
    for (int i = 0; i < c.length; i++) {
      double variance = c[i][i];
      for (int j = 0; j <= i; j++) {
        double sum = c[i][j];
        for (int k = 0; k < j; k++) {
          sum -= c[i][k] * c[j][k];
        }
        if (i == j) {
          if (!(sum >= LEAST_OWN_VARIANCE * variance)) {
            return i;
          }
          c[i][i] = Math.sqrt(sum);
        } else {
          c[i][j] = sum / c[j][j];
        }
      }
    }
    return -1;
  }

  /** Writes the inverse of a lower triangular matrix, row by row. */
  private static void invert(double[][] l, float[] into, int from) {
    int n = l.length;
    double[][] inverse = new double[n][n];
    for (int j = 0; j < n; j++) {
      inverse[j][j] = 1 / l[j][j];
      for (int i = j + 1; i < n; i++) {
        double sum = 0;
        for (int k = j; k < i; k++) {
          sum += l[i][k] * inverse[k][j];
        }
        inverse[i][j] = -sum / l[i][i];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        into[from + i * n + j] = (float) inverse[i][j];
      }
    }
  }

  private static Encoding.Refused refused(String detail) {
    return new Encoding.Refused(Encoding.Reason.SHARED_ERRORS, detail);
  }
}
