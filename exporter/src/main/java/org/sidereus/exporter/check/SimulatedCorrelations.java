package org.sidereus.exporter.check;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Correlation;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Prior;

/**
 * Whether the inputs of simulations depend on each other as a manifest says: the correlation of
 * their normal scores. Right marginals do not make a joint prior.
 */
final class SimulatedCorrelations {
  private static final double SMALLEST = 0.03;

  /** In units of one over the root of the number of rows: p = 1e-4 over a few dozen pairs. */
  private static final double LARGEST = 5;

  private final Manifest manifest;
  private final List<String> names;

  /**
   * A check.
   *
   * @param names of parameters and covariates [D + C]
   */
  SimulatedCorrelations(Manifest manifest, List<String> names) {
    this.manifest = manifest;
    this.names = names;
  }

  /**
   * Says which pair is not as the manifest says.
   *
   * @param inputs [N][D + C]
   * @return null: every pair is
   */
  @Nullable String difference(List<double[]> inputs) {
    double limit = Math.max(SMALLEST, LARGEST / Math.sqrt(inputs.size()));
    double[][] scores = scores(inputs);
    for (int k = 0; k < scores.length; k++) {
      for (int l = 0; l < k; l++) {
        double found = correlation(scores[k], scores[l]);
        double declared = declared(names.get(k), names.get(l));
        if (Math.abs(found - declared) > limit) {
          return "the correlation of %s and %s is %.3f in the simulations, and %.3f in the manifest (allowed difference %.3f); draw them from the prior, or declare it in correlations"
              .formatted(names.get(l), names.get(k), found, declared, limit);
        }
      }
    }
    return null;
  }

  private double[][] scores(List<double[]> inputs) {
    List<Prior> priors = manifest.inputPriors();
    double[][] scores = new double[names.size()][inputs.size()];
    for (int k = 0; k < scores.length; k++) {
      for (int row = 0; row < scores[k].length; row++) {
        scores[k][row] = priors.get(k).normalScore(inputs.get(row)[k]);
      }
    }
    return scores;
  }

  private double declared(String one, String other) {
    for (Correlation correlation : manifest.correlations()) {
      if (List.of(correlation.first(), correlation.second()).containsAll(List.of(one, other))) {
        return correlation.value();
      }
    }
    return 0;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = 0;
    double meanB = 0;
    for (int i = 0; i < a.length; i++) {
      meanA += a[i] / a.length;
      meanB += b[i] / b.length;
    }
    double products = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      products += (a[i] - meanA) * (b[i] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i] - meanB) * (b[i] - meanB);
    }
    return products / Math.sqrt(squaresA * squaresB + Double.MIN_NORMAL);
  }
}
