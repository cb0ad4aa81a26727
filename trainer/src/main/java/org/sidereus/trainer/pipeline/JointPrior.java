package org.sidereus.trainer.pipeline;

import java.nio.file.Path;
import java.util.List;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Correlation;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.exporter.check.Fault;
import org.sidereus.simulators.casefile.CaseFile;

/**
 * Whether the inputs of simulations depend on each other as a case file says: the correlation of
 * their normal scores. Right marginals do not make a joint prior.
 */
record JointPrior(CaseFile caseFile) {
  private static final double SMALLEST = 0.03;

  /** In units of one over the root of the number of rows: p = 1e-4 over a few dozen pairs. */
  private static final double LARGEST = 5;

  void check(Path table, List<double[]> inputs) {
    List<Prior> priors = caseFile.inputs().distributions();
    List<String> names = caseFile.inputs().names();
    double limit = Math.max(SMALLEST, LARGEST / Math.sqrt(inputs.size()));
    double[][] scores = new double[names.size()][inputs.size()];
    for (int k = 0; k < scores.length; k++) {
      for (int row = 0; row < scores[k].length; row++) {
        scores[k][row] = priors.get(k).normalScore(inputs.get(row)[k]);
      }
    }
    for (int k = 0; k < scores.length; k++) {
      for (int l = 0; l < k; l++) {
        double found = correlation(scores[k], scores[l]);
        double declared = declared(names.get(k), names.get(l));
        if (Math.abs(found - declared) > limit) {
          throw new SidereusException(
              "%s: %s: the correlation of %s and %s is %.3f in the simulations, and %.3f in the case file (allowed difference %.3f); draw them as the case file says, or declare it in correlations"
                  .formatted(
                      table, Fault.PRIOR, names.get(l), names.get(k), found, declared, limit));
        }
      }
    }
  }

  private double declared(String one, String other) {
    for (Correlation correlation : caseFile.inputs().correlations()) {
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
