package org.sidereus.engine.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Solves the regression of {@code GammaRegression} by the kernel. Safe for threads. A solution
 * depends on the arguments alone, and on whether the processor has AVX2 or AVX-512.
 */
public final class RegressionKernel {
  private final int lanes;
  private final double[] rules;

  /**
   * The points of a regression.
   *
   * @param coordinates [K][P]
   * @param estimates of the logarithm [P]
   * @param base weights [P]
   */
  public record Points(double[][] coordinates, double[] estimates, double[] base) {}

  /**
   * Where the steps start.
   *
   * @param near values near the solution [P]; null: there are none
   * @param nearTop of these at depth 0
   * @param top of the estimates at depth 0
   */
  public record Start(double @Nullable [] near, double nearTop, double top) {}

  /**
   * Memory of a solution.
   *
   * @param coefficients of the polynomial, filled in
   * @param noise covariance of the linear coefficients [K * K], filled in
   * @param weights of the points [P], filled in
   * @param fitted values of the polynomial at the points [P], filled in
   */
  public record Solution(
      double[] coefficients, double[] noise, double[] weights, double[] fitted) {}

  private RegressionKernel(int lanes, double[] rules) {
    this.lanes = lanes;
    this.rules = rules.clone();
  }

  /**
   * The kernel; null where it is not there.
   *
   * @param rules the constants of the regression, in the order of {@code RegressionRules} in
   *     monomials.inc
   */
  public static @Nullable RegressionKernel find(double... rules) {
    return TileLibrary.problem().isEmpty()
        ? new RegressionKernel(TileLibrary.lanes(), rules)
        : null;
  }

  /**
   * The same with vectors of 8 or 16 float32 numbers, at most those of the processor; null where it
   * is not there.
   */
  static @Nullable RegressionKernel find(int lanes, double... rules) {
    return TileLibrary.problem().isEmpty() && lanes <= TileLibrary.lanes()
        ? new RegressionKernel(lanes, rules)
        : null;
  }

  /**
   * Solves the regression.
   *
   * @param degree of the polynomial
   * @return whether the points determine the solution
   */
  public boolean solve(int degree, Points points, Start start, Solution solution) {
    return TileLibrary.regress(
        lanes,
        degree,
        rules,
        points.coordinates,
        points.estimates,
        points.base,
        start.near,
        start.nearTop,
        start.top,
        solution.coefficients,
        solution.noise,
        solution.weights,
        solution.fitted);
  }
}
