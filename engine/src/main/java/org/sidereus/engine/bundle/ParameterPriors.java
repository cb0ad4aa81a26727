package org.sidereus.engine.bundle;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * The joint prior of the parameters [D] of a bundle: independent, but for the correlations of those
 * that are normal. Shared parameters are not correlated with each other, because the combination
 * divides by the prior of each.
 */
public final class ParameterPriors {
  private final List<Parameter> parameters;
  private final boolean independent;

  /** The Cholesky factor of the matrix of correlations [D][D]. */
  private final double[][] factor;

  /**
   * A joint prior.
   *
   * @throws IllegalArgumentException if a correlation names no normal parameter, or two shared
   *     ones, is given twice, or no distribution has all of them
   */
  public ParameterPriors(List<Parameter> parameters, List<Correlation> correlations) {
    this.parameters = List.copyOf(parameters);
    independent = correlations.isEmpty();
    factor = factor(matrix(parameters, correlations));
  }

  /**
   * Checks that there is such a joint prior.
   *
   * @throws IllegalArgumentException as the constructor
   */
  static void check(List<Parameter> parameters, List<Correlation> correlations) {
    factor(matrix(parameters, correlations));
  }

  /** Whether no parameter is correlated with another. */
  public boolean areIndependent() {
    return independent;
  }

  /** The prior of each parameter alone [D]. */
  public List<Prior> marginals() {
    return parameters.stream().map(Parameter::prior).toList();
  }

  /**
   * The natural logarithm of the joint density, negative infinity outside of the support.
   *
   * @param theta the parameters [D], or more numbers of which these are the first
   */
  public double logDensity(double[] theta) {
    double sum = 0;
    for (int i = 0; i < factor.length; i++) {
      sum += parameters.get(i).prior().logDensity(theta[i]);
    }
    if (independent) {
      return sum;
    }
    double[] whitened = new double[factor.length];
    for (int i = 0; i < factor.length; i++) {
      double z = score(i, theta[i]);
      double rest = z;
      for (int k = 0; k < i; k++) {
        rest -= factor[i][k] * whitened[k];
      }
      whitened[i] = rest / factor[i][i];
      sum += 0.5 * (z * z - whitened[i] * whitened[i]) - Math.log(factor[i][i]);
    }
    return sum;
  }

  /** One draw [D]. */
  public double[] sample(RandomGenerator random) {
    double[] draw = parameters.stream().mapToDouble(one -> one.prior().sample(random)).toArray();
    if (independent) {
      return draw;
    }
    double[] scores = new double[draw.length];
    for (int i = 0; i < draw.length; i++) {
      scores[i] = score(i, draw[i]);
    }
    for (int i = 0; i < draw.length; i++) {
      if (parameters.get(i).prior() instanceof Normal normal) {
        double z = 0;
        for (int k = 0; k <= i; k++) {
          z += factor[i][k] * scores[k];
        }
        draw[i] = normal.mean() + normal.sd() * z;
      }
    }
    return draw;
  }

  /**
   * The inverse of the Cholesky factor of the correlations, [D][D], lower triangular. It makes
   * normal parameters in standard deviations from their means independent.
   */
  public double[][] whitening() {
    return PositiveMatrix.inverseOfRoot(factor);
  }

  /**
   * A normal parameter in standard deviations from its mean; 0 of others, which are independent.
   */
  private double score(int i, double value) {
    return parameters.get(i).prior() instanceof Normal normal
        ? (value - normal.mean()) / normal.sd()
        : 0;
  }

  private static double[][] matrix(List<Parameter> parameters, List<Correlation> correlations) {
    double[][] matrix = new double[parameters.size()][parameters.size()];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i][i] = 1;
    }
    Set<Set<String>> seen = new HashSet<>();
    for (Correlation one : correlations) {
      int first = normal(parameters, one.first());
      int second = normal(parameters, one.second());
      if (!seen.add(Set.of(one.first(), one.second()))) {
        throw new IllegalArgumentException(
            "the correlation of %s and %s is given twice".formatted(one.first(), one.second()));
      }
      if (one.value() != 0
          && parameters.get(first).role() == Role.SHARED
          && parameters.get(second).role() == Role.SHARED) {
        throw new IllegalArgumentException(
            "the shared parameters %s and %s are correlated, but groups are combined with independent priors; take independent combinations of them as parameters"
                .formatted(
                    parameters.get(Math.min(first, second)).name(),
                    parameters.get(Math.max(first, second)).name()));
      }
      matrix[first][second] = one.value();
      matrix[second][first] = one.value();
    }
    return matrix;
  }

  private static int normal(List<Parameter> parameters, String name) {
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

  private static double[][] factor(double[][] matrix) {
    double[][] factor = PositiveMatrix.root(matrix);
    if (factor == null) {
      throw new IllegalArgumentException(
          "no distribution has these correlations: their matrix is not positive definite");
    }
    return factor;
  }
}
