package org.sidereus.engine.polynomial;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.kernel.RegressionKernel;
import org.sidereus.engine.numerics.FixedOrderSum;

/**
 * Solves sum v (exp(r - f) - 1) b = 0 for all monomials b of a polynomial f, by Fisher's scoring:
 * the gamma regression of McCullagh and Nelder (1989, chapter 8) with a logarithmic link, where exp
 * r is an unbiased estimate of exp f with any noise. Holds scratch memory: one instance for each
 * thread.
 */
final class GammaRegression implements Regression {
  /** Keeps the normal equations solvable where points nearly lie on a line. */
  private static final double RIDGE = 1e-9;

  /** Points that are deeper do not count. */
  private static final double DEEPEST = 400;

  /** Above, the score exp(d) - 1 goes on as a line. */
  private static final double LINEAR_FROM = 1;

  /** Largest score of a point: no single one rules the fit. */
  private static final double LARGEST_SCORE = 9;

  /** A step of this root mean square over the points is the last one. */
  private static final double SMALLEST_STEP = 5e-3;

  /** Where the last step, in the same unit, is longer, the steps do not converge. */
  private static final double LONGEST_LAST_STEP = 0.3;

  /** Most steps from values near the solution, and from a first step of the regression itself. */
  private static final int STEPS_FROM_NEAR = 8;

  private static final int STEPS = 6;

  private final PolynomialBasis basis;
  private final MonomialColumns monomials;
  private final double halfDepth;
  private double[] estimates = new double[0];
  private double[] base = new double[0];
  private final double[] weights;
  private final double[] fitted;
  private final double[] numbers;
  private double[] solution = new double[0];
  private @Nullable NormalEquations last;

  /**
   * The regression by the kernel, where it is there and wanted, or else this one.
   *
   * @param halfDepth depth below the top at which a point counts half
   * @param kernels whether the kernel is wanted
   */
  static Regression of(PolynomialBasis basis, int points, double halfDepth, boolean kernels) {
    RegressionKernel kernel =
        kernels
            ? RegressionKernel.find(
                RIDGE,
                halfDepth,
                DEEPEST,
                LINEAR_FROM,
                LARGEST_SCORE,
                SMALLEST_STEP,
                LONGEST_LAST_STEP,
                STEPS_FROM_NEAR,
                STEPS)
            : null;
    return kernel == null
        ? new GammaRegression(basis, points, halfDepth)
        : new KernelRegression(basis, kernel, points);
  }

  GammaRegression(PolynomialBasis basis, int points, double halfDepth) {
    this.basis = basis;
    this.halfDepth = halfDepth;
    monomials = new MonomialColumns(basis, points);
    weights = new double[points];
    fitted = new double[points];
    numbers = new double[points];
  }

  @Override
  public void take(double[][] coordinates, double[] r, double[] counts) {
    estimates = r;
    base = counts;
    monomials.fill(coordinates);
  }

  @Override
  public double @Nullable [] near(double[] near, double nearTop, double top) {
    NormalEquations equations = equations(near, nearTop);
    if (equations != null) {
      double[] coefficients = leastSquares(equations, near, top - nearTop);
      if (converges(equations, coefficients, STEPS_FROM_NEAR)) {
        return solved(coefficients);
      }
    }
    return inTwoPasses(top);
  }

  @Override
  public double @Nullable [] inTwoPasses(double top) {
    NormalEquations equations = equations(estimates, top);
    if (equations == null) {
      return null;
    }
    double[] first = leastSquares(equations, estimates, 0);
    step(equations, first);
    monomials.evaluate(first, fitted);
    equations = equations(fitted, top);
    double[] coefficients = first.clone();
    return solved(
        equations != null && converges(equations, coefficients, STEPS) ? coefficients : first);
  }

  private double[] solved(double[] coefficients) {
    solution = coefficients;
    return coefficients;
  }

  /** Normal equations with weights by the depth of values; null where they are not positive. */
  private @Nullable NormalEquations equations(double[] values, double top) {
    weigh(values, top);
    return NormalEquations.of(monomials.products(weights), RIDGE);
  }

  /** The weighted least squares fit of values plus a constant. */
  private double[] leastSquares(NormalEquations equations, double[] values, double constant) {
    for (int p = 0; p < numbers.length; p++) {
      numbers[p] = weights[p] * (values[p] + constant);
    }
    return equations.solve(monomials.sums(numbers));
  }

  /** Takes steps from coefficients, which it changes; says whether the last one is short. */
  private boolean converges(NormalEquations equations, double[] coefficients, int steps) {
    double length = Double.POSITIVE_INFINITY;
    for (int i = 0; i < steps && !(length < SMALLEST_STEP); i++) {
      length = step(equations, coefficients);
    }
    return length <= LONGEST_LAST_STEP;
  }

  @Override
  public double @Nullable [][] linearNoise() {
    if (last == null) {
      return null;
    }
    int k = basis.variables();
    double[][] influence = new double[k][];
    for (int i = 0; i < k; i++) {
      double[] unit = new double[basis.size()];
      unit[i + 1] = 1; // the monomials 1 to K are the variables themselves
      monomials.evaluate(last.solve(unit), fitted);
      influence[i] = fitted.clone();
      for (int p = 0; p < numbers.length; p++) {
        influence[i][p] *= numbers[p];
      }
    }
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i][j] = FixedOrderSum.ofProducts(influence[i], influence[j]);
      }
    }
    return covariance;
  }

  @Override
  public void residuals(int from, double[] differences, double[] counts) {
    monomials.evaluate(solution, fitted);
    for (int i = 0; i < differences.length; i++) {
      differences[i] = estimates[from + i] - fitted[from + i];
      counts[i] = weights[from + i];
    }
  }

  /** One step of Fisher's scoring; returns its root mean square. */
  private double step(NormalEquations equations, double[] coefficients) {
    monomials.evaluate(coefficients, fitted);
    double total = 0;
    for (int p = 0; p < numbers.length; p++) {
      numbers[p] = weights[p] * score(estimates[p] - fitted[p]);
      total += weights[p];
    }
    double[] move = equations.solve(monomials.sums(numbers));
    last = equations;
    for (int i = 0; i < move.length; i++) {
      coefficients[i] += move[i];
    }
    return Math.sqrt(equations.square(move) / total);
  }

  private static double score(double difference) {
    if (difference < LINEAR_FROM) {
      return Math.exp(difference) - 1;
    }
    return Math.min(LARGEST_SCORE, Math.E * difference - 1);
  }

  /** Fills the weights by the depth of values below the top. */
  private void weigh(double[] values, double top) {
    for (int p = 0; p < weights.length; p++) {
      double depth = Math.max(0, top - values[p]);
      double ratio = depth / halfDepth;
      weights[p] = depth <= DEEPEST ? base[p] / (1 + ratio * ratio) : 0;
    }
  }
}
