package org.sidereus.engine.polynomial;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.kernel.RegressionKernel;

/** The regression of {@link GammaRegression} by the kernel: the same numbers within rounding. */
final class KernelRegression implements Regression {
  private final PolynomialBasis basis;
  private final RegressionKernel kernel;
  private final double[] noise;
  private final double[] weights;
  private final double[] fitted;
  private double[][] coordinates = new double[0][];
  private double[] estimates = new double[0];
  private double[] base = new double[0];
  private boolean isSolved;

  KernelRegression(PolynomialBasis basis, RegressionKernel kernel, int points) {
    this.basis = basis;
    this.kernel = kernel;
    noise = new double[basis.variables() * basis.variables()];
    weights = new double[points];
    fitted = new double[points];
  }

  @Override
  public void take(double[][] coordinates, double[] r, double[] counts) {
    this.coordinates = coordinates;
    estimates = r;
    base = counts;
    isSolved = false;
  }

  @Override
  public double @Nullable [] near(double[] near, double nearTop, double top) {
    return solve(near, nearTop, top);
  }

  @Override
  public double @Nullable [] inTwoPasses(double top) {
    return solve(null, 0, top);
  }

  private double @Nullable [] solve(double @Nullable [] near, double nearTop, double top) {
    double[] coefficients = new double[basis.size()];
    isSolved =
        kernel.solve(
            basis.degree(),
            new RegressionKernel.Points(coordinates, estimates, base),
            new RegressionKernel.Start(near, nearTop, top),
            new RegressionKernel.Solution(coefficients, noise, weights, fitted));
    return isSolved ? coefficients : null;
  }

  @Override
  public double @Nullable [][] linearNoise() {
    if (!isSolved) {
      return null;
    }
    int k = basis.variables();
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      System.arraycopy(noise, i * k, covariance[i], 0, k);
    }
    return covariance;
  }

  @Override
  public void residuals(int from, double[] differences, double[] counts) {
    for (int i = 0; i < differences.length; i++) {
      differences[i] = estimates[from + i] - fitted[from + i];
      counts[i] = weights[from + i];
    }
  }
}
