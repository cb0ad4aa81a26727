package org.sidereus.simulators.casefile;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;

/**
 * Whether correlations make a joint normal prior of which groups can be combined: the combination
 * divides by the prior of the shared parameters, one by one.
 */
record CorrelationCheck(List<Parameter> parameters) {

  void check(List<Correlation> correlations) {
    double[][] matrix = new double[parameters.size()][parameters.size()];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i][i] = 1;
    }
    Set<Set<String>> seen = new HashSet<>();
    for (Correlation one : correlations) {
      int first = normal(one.first());
      int second = normal(one.second());
      if (!seen.add(Set.of(one.first(), one.second()))) {
        throw new IllegalArgumentException(
            "the correlation of %s and %s is given twice".formatted(one.first(), one.second()));
      }
      matrix[first][second] = one.value();
      matrix[second][first] = one.value();
    }
    if (!isPositive(matrix)) {
      throw new IllegalArgumentException(
          "no distribution has these correlations: their matrix is not positive definite");
    }
    checkShared(matrix);
  }

  /** Shared parameters must be independent of each other; a chain over local ones is none. */
  private void checkShared(double[][] matrix) {
    for (int i = 0; i < matrix.length; i++) {
      for (int k = 0; k < i; k++) {
        if (matrix[i][k] != 0
            && parameters.get(i).role() == Role.SHARED
            && parameters.get(k).role() == Role.SHARED) {
          throw new IllegalArgumentException(
              "the shared parameters %s and %s are correlated, but groups are combined with independent priors; take independent combinations of them as parameters"
                  .formatted(parameters.get(k).name(), parameters.get(i).name()));
        }
      }
    }
  }

  private int normal(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) {
        if (!(parameters.get(i).prior() instanceof Normal)) {
          throw new IllegalArgumentException(
              "correlations names " + name + ", whose prior is not normal without bounds");
        }
        return i;
      }
    }
    throw new IllegalArgumentException("correlations names " + name + ", which is no parameter");
  }

  /** By the factors of Cholesky. */
  private static boolean isPositive(double[][] matrix) {
    double[][] factor = new double[matrix.length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int k = 0; k <= i; k++) {
        double sum = matrix[i][k];
        for (int l = 0; l < k; l++) {
          sum -= factor[i][l] * factor[k][l];
        }
        if (i == k && !(sum > 0)) {
          return false;
        }
        factor[i][k] = i == k ? Math.sqrt(sum) : sum / factor[k][k];
      }
    }
    return true;
  }
}
