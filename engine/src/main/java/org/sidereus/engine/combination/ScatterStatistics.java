package org.sidereus.engine.combination;

import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.numerics.PositiveMatrix;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Judges from sums alone whether the objects of a group scatter more than their posteriors allow.
 *
 * <p>The posterior of object i adds to the prior a precision P_i and a shift h_i (Gaussian
 * approximation, standardised parameters). At a value z its score is s_i = h_i - P_i z. If the
 * model is right, scores have mean 0 and covariance P_i at the true value (the information
 * identity; White 1982). All products of two entries of (P_i, h_i) are summed. At the group's
 * maximum z = P^-1 h (P, h: the sums) they give
 *
 * <pre>
 *   S = sum s_i s_i'          expected: E = P - sum P_i P^-1 P_i
 *   R = tr(P^-1 S) / tr(P^-1 E)
 * </pre>
 *
 * <p>For Gaussians nu R is chi-square distributed in good approximation (Satterthwaite 1946), nu =
 * K tr(P^-1 E) / sum tr(P^-1 P_i P^-1 P_i); for objects of equal precision nu R is Cochran's (1954)
 * Q, and nu = K (n - 1).
 *
 * <p>The scatter T of the parameters from object to object solves sum P_i T P_i = S - E, the moment
 * equation of DerSimonian &amp; Laird (1986) in K dimensions, without its negative eigenvalues.
 *
 * <p>Thread-safe and without state.
 */
final class ScatterStatistics {
  /** A variance up to this share above the allowed one counts as no disagreement. */
  static final double TOLERANCE = 0.05;

  /** Smallest eigenvalue of the summed precision, in units of the prior's, that is judged. */
  private static final double LEAST_PRECISION = 0.1;

  /**
   * An error common to all objects does not show in their scatter. Its variance is assumed to be
   * this many times the scatter's.
   */
  private static final double COMMON_ERROR = 4;

  private final int k;
  private final NaturalLayout layout;
  private final SharedPriors priors;

  ScatterStatistics(Manifest manifest) {
    int shared = manifest.sharedParameters().size();
    // with more parameters the products become too many, and nothing is judged
    k = shared <= SharedCoordinates.MOST_PARAMETERS ? shared : 0;
    layout = new NaturalLayout(k);
    priors = new SharedPriors(manifest);
  }

  /** Number of products of two of the K (K + 3) / 2 natural parameters of an object. */
  int length() {
    int naturals = layout.length();
    return naturals * (naturals + 1) / 2;
  }

  /**
   * Writes the products of an object.
   *
   * @param natural begins with a contribution of {@link GaussianFactorization}
   * @param products filled with {@link #length()} entries from {@code at} on
   */
  void fill(double[] natural, double[] products, int at) {
    for (int i = 0; i < layout.length(); i++) {
      for (int j = 0; j <= i; j++) {
        products[at + NaturalLayout.triangle(i, j)] = natural[i] * natural[j];
      }
    }
  }

  /**
   * The judgement of a group.
   *
   * @param natural begins with the sum of the contributions of {@link GaussianFactorization}
   * @param products sum of the products [length()]
   * @return null for fewer than two objects, and where they determine no value
   */
  @Nullable Disagreement judge(long objects, double[] natural, double[] products) {
    if (objects < 2 || k == 0) {
      return null;
    }
    RealMatrix precision = symmetric((i, j) -> natural[layout.precision(i, j)]);
    RealMatrix shift = MatrixUtils.createRealMatrix(k, 1);
    for (int i = 0; i < k; i++) {
      shift.setEntry(i, 0, natural[layout.shift(i)]);
    }
    if (!(new EigenDecompositionSymmetric(precision).getEigenvalue(k - 1) >= LEAST_PRECISION)) {
      return null;
    }
    RealMatrix inverse = PositiveMatrix.inverse(precision);
    if (inverse == null) {
      return null;
    }
    RealMatrix found = scoreProducts(products, inverse.multiply(shift));
    RealMatrix expected = precision.subtract(sandwiched(products, inverse));
    double allowed = inverse.multiply(expected).getTrace();
    double squares =
        inverse.multiply(sandwiched(products, inverse)).getTrace(); // sum tr(P^-1 P_i P^-1 P_i)
    double ratio = inverse.multiply(found).getTrace() / allowed;
    double freedom = allowed * k / squares;
    if (!(allowed > 0) || !(squares > 0) || !(ratio >= 0) || !Double.isFinite(ratio * freedom)) {
      return null;
    }
    double pValue = Gamma.regularizedGammaQ(freedom / 2, freedom * ratio / (1 + TOLERANCE) / 2);
    if (ratio <= 1 + TOLERANCE) {
      // far below one degree of freedom even less than the allowed scatter is improbable
      pValue = Math.max(pValue, Disagreement.SIGNIFICANCE);
    }
    RealMatrix scatter = scatter(products, found.subtract(expected));
    if (scatter == null) {
      return null;
    }
    RealMatrix widening =
        pValue < Disagreement.SIGNIFICANCE
            ? widening(objects, ratio, scatter, inverse, found.subtract(expected))
            : MatrixUtils.createRealMatrix(k, k);
    double[] sd = new double[k];
    double[] flat = new double[k * k];
    for (int i = 0; i < k; i++) {
      sd[i] = Math.sqrt(scatter.getEntry(i, i)) * priors.sd(i);
      for (int j = 0; j < k; j++) {
        flat[i * k + j] = widening.getEntry(i, j) * priors.sd(i) * priors.sd(j);
      }
    }
    return new Disagreement(ratio, freedom, pValue, sd, flat);
  }

  /**
   * What the robust posterior adds to the covariance: P^-1 (S - E)+ P^-1 + 4 T + (1 - 1/R) C with C
   * the covariance of one typical object, (P / n)^-1.
   */
  private static RealMatrix widening(
      long objects, double ratio, RealMatrix scatter, RealMatrix inverse, RealMatrix excess) {
    return inverse
        .multiply(positivePart(excess))
        .multiply(inverse)
        .add(scatter.scalarMultiply(COMMON_ERROR))
        .add(inverse.scalarMultiply(objects * (1 - 1 / ratio)));
  }

  /** sum s_i s_i' at a point [K][1]. */
  private RealMatrix scoreProducts(double[] products, RealMatrix at) {
    return symmetric((i, j) -> scoreProduct(products, at, i, j));
  }

  private double scoreProduct(double[] products, RealMatrix at, int i, int j) {
    double sum = product(products, layout.shift(i), layout.shift(j));
    for (int a = 0; a < k; a++) {
      sum -= product(products, layout.shift(i), layout.precision(j, a)) * at.getEntry(a, 0);
      sum -= product(products, layout.shift(j), layout.precision(i, a)) * at.getEntry(a, 0);
      for (int b = 0; b < k; b++) {
        sum +=
            product(products, layout.precision(i, a), layout.precision(j, b))
                * at.getEntry(a, 0)
                * at.getEntry(b, 0);
      }
    }
    return sum;
  }

  /** sum P_i M P_i for a symmetric M. */
  private RealMatrix sandwiched(double[] products, RealMatrix middle) {
    return symmetric((i, j) -> sandwiched(products, middle, i, j));
  }

  private double sandwiched(double[] products, RealMatrix middle, int i, int j) {
    double sum = 0;
    for (int a = 0; a < k; a++) {
      for (int b = 0; b < k; b++) {
        sum +=
            product(products, layout.precision(i, a), layout.precision(j, b))
                * middle.getEntry(a, b);
      }
    }
    return sum;
  }

  /**
   * Each entry is computed once: halves that differed in their last bits would have no eigenvalues.
   */
  private RealMatrix symmetric(Element entry) {
    RealMatrix result = MatrixUtils.createRealMatrix(k, k);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        double value = entry.at(i, j);
        result.setEntry(i, j, value);
        result.setEntry(j, i, value);
      }
    }
    return result;
  }

  /** The entry of a matrix in a row and a column. */
  private interface Element {
    double at(int row, int column);
  }

  /** T of sum P_i T P_i = excess, without negative eigenvalues; null where it has no solution. */
  private @Nullable RealMatrix scatter(double[] products, RealMatrix excess) {
    int size = k * (k + 1) / 2;
    RealMatrix equations = MatrixUtils.createRealMatrix(size, size);
    RealMatrix right = MatrixUtils.createRealMatrix(size, 1);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j <= i; j++) {
        RealMatrix unit = MatrixUtils.createRealMatrix(k, k);
        unit.setEntry(i, j, 1);
        unit.setEntry(j, i, 1);
        RealMatrix image = sandwiched(products, unit);
        right.setEntry(layout.precision(i, j), 0, excess.getEntry(i, j));
        for (int a = 0; a < k; a++) {
          for (int b = 0; b <= a; b++) {
            equations.setEntry(
                layout.precision(a, b), layout.precision(i, j), image.getEntry(a, b));
          }
        }
      }
    }
    RealMatrix solution = solution(equations, right);
    if (solution == null) {
      return null;
    }
    return positivePart(symmetric((i, j) -> solution.getEntry(layout.precision(i, j), 0)));
  }

  private static @Nullable RealMatrix solution(RealMatrix equations, RealMatrix right) {
    try {
      return new QRDecomposition(equations).getSolver().solve(right);
    } catch (MathRuntimeException e) {
      return null;
    }
  }

  private static RealMatrix positivePart(RealMatrix symmetric) {
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(symmetric);
    RealMatrix result =
        MatrixUtils.createRealMatrix(symmetric.getRowDimension(), symmetric.getRowDimension());
    for (int e = 0; e < symmetric.getRowDimension(); e++) {
      double value = Math.max(0, eigen.getEigenvalue(e));
      result =
          result.add(
              eigen.getEigenvector(e).outerProduct(eigen.getEigenvector(e)).scalarMultiply(value));
    }
    return result;
  }

  /** The sum of the products of two natural parameters. */
  private static double product(double[] products, int i, int j) {
    return products[NaturalLayout.triangle(i, j)];
  }
}
