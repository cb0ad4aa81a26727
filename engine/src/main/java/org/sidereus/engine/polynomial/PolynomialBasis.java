package org.sidereus.engine.polynomial;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.numerics.Columns;

/**
 * Monomials of K variables of total degree 0 to a highest one, by ascending degree, the constant
 * first. Polynomials are vectors of coefficients in this order. Immutable and safe for threads.
 */
public final class PolynomialBasis {
  private final int variables;
  private final int degree;
  private final int[][] exponents;

  /** lowered[i][v]: monomial i divided by variable v, -1 where it does not hold the variable. */
  private final int[][] lowered;

  /** For each monomial but the constant: the first variable that it holds. */
  private final int[] variable;

  /** For each monomial: how many there are of a lower degree. */
  private final int[] lower;

  /** product[i][j]: the index of the product of monomials i and j, -1 beyond the degree. */
  private final int[][] product;

  /**
   * A basis.
   *
   * @param variables K, at least 1
   * @param degree highest total degree, at least 1
   */
  public PolynomialBasis(int variables, int degree) {
    if (variables < 1 || degree < 1) {
      throw new IllegalArgumentException(
          "a basis needs at least 1 variable and degree 1, not " + variables + " and " + degree);
    }
    this.variables = variables;
    this.degree = degree;
    List<int[]> all = new ArrayList<>();
    for (int total = 0; total <= degree; total++) {
      collect(new int[variables], 0, total, all);
    }
    exponents = all.toArray(int[][]::new);
    Map<List<Integer>, Integer> indices = new HashMap<>();
    for (int i = 0; i < exponents.length; i++) {
      indices.put(key(exponents[i]), i);
    }
    lowered = new int[exponents.length][variables];
    variable = new int[exponents.length];
    lower = new int[exponents.length];
    product = new int[exponents.length][exponents.length];
    for (int i = 0; i < exponents.length; i++) {
      int first = i;
      while (first > 0 && total(exponents[first - 1]) == total(exponents[i])) {
        first--;
      }
      lower[i] = first;
      for (int j = 0; j < exponents.length; j++) {
        int[] sum = exponents[i].clone();
        for (int v = 0; v < variables; v++) {
          sum[v] += exponents[j][v];
        }
        product[i][j] = indices.getOrDefault(key(sum), -1);
      }
      for (int v = variables - 1; v >= 0; v--) {
        int[] lower = exponents[i].clone();
        lower[v]--;
        lowered[i][v] = indices.getOrDefault(key(lower), -1);
        if (lower[v] >= 0) {
          variable[i] = v;
        }
      }
    }
  }

  private static int total(int[] exponents) {
    return Arrays.stream(exponents).sum();
  }

  private static void collect(int[] exponents, int variable, int left, List<int[]> all) {
    if (variable == exponents.length - 1) {
      exponents[variable] = left;
      all.add(exponents.clone());
      return;
    }
    for (int e = left; e >= 0; e--) {
      exponents[variable] = e;
      collect(exponents, variable + 1, left - e, all);
    }
    exponents[variable] = 0;
  }

  private static List<Integer> key(int[] exponents) {
    return Arrays.stream(exponents).boxed().toList();
  }

  /** Number of monomials. */
  public int size() {
    return exponents.length;
  }

  /** Number of variables, K. */
  public int variables() {
    return variables;
  }

  /** Highest total degree. */
  public int degree() {
    return degree;
  }

  /** Index of the product of the monomials i and j, -1 where its degree is too high. */
  public int product(int i, int j) {
    return product[i][j];
  }

  /**
   * The monomials at many points, for loops that processors do many numbers of at once.
   *
   * @param points [K][L]
   * @param count how many monomials, from the first
   * @param values filled with [count][L]
   */
  public void evaluate(double[][] points, int count, double[][] values) {
    Arrays.fill(values[0], 1);
    for (int i = 1; i < count; i++) {
      multiply(values[lowered[i][variable[i]]], points[variable[i]], values[i]);
    }
  }

  private static void multiply(double[] a, double[] b, double[] result) {
    for (int l = 0; l < result.length; l++) {
      result[l] = a[l] * b[l];
    }
  }

  /** Index of the product of the given variables; without any, of the constant. */
  public int indexOf(int... factors) {
    int index = 0;
    for (int factor : factors) {
      index = product[index][factor + 1];
    }
    return index;
  }

  /**
   * The monomials at a point.
   *
   * @param point [K]
   * @param values filled with {@link #size()} numbers
   */
  public void evaluate(double[] point, double[] values) {
    values[0] = 1;
    for (int i = 1; i < exponents.length; i++) {
      values[i] = values[lowered[i][variable[i]]] * point[variable[i]];
    }
  }

  /** A polynomial at a point [K]. */
  public double valueAt(double[] coefficients, double[] point) {
    double[] values = new double[size()];
    evaluate(point, values);
    double sum = 0;
    for (int i = values.length - 1; i >= 0; i--) {
      sum += coefficients[i] * values[i];
    }
    return sum;
  }

  /** The gradient of a polynomial at a point, [K]. */
  public double[] gradientAt(double[] coefficients, double[] point) {
    double[] values = new double[size()];
    evaluate(point, values);
    double[] gradient = new double[variables];
    for (int v = 0; v < variables; v++) {
      for (int i = 1; i < values.length; i++) {
        if (exponents[i][v] > 0) {
          gradient[v] += coefficients[i] * exponents[i][v] * values[lowered[i][v]];
        }
      }
    }
    return gradient;
  }

  /** The second derivatives of a polynomial at a point, [K][K]. */
  public double[][] hessianAt(double[] coefficients, double[] point) {
    double[] values = new double[size()];
    evaluate(point, values);
    double[][] hessian = new double[variables][variables];
    for (int i = 1; i < values.length; i++) {
      for (int v = 0; v < variables; v++) {
        if (exponents[i][v] == 0) {
          continue;
        }
        int once = lowered[i][v];
        for (int w = 0; w < variables; w++) {
          if (exponents[once][w] > 0) {
            hessian[v][w] +=
                coefficients[i] * exponents[i][v] * exponents[once][w] * values[lowered[once][w]];
          }
        }
      }
    }
    return hessian;
  }

  /** The coefficients of the derivative of a polynomial by a variable. */
  public double[] derivative(double[] coefficients, int v) {
    double[] derivative = new double[size()];
    for (int i = 1; i < derivative.length; i++) {
      if (exponents[i][v] > 0) {
        derivative[lowered[i][v]] += coefficients[i] * exponents[i][v];
      }
    }
    return derivative;
  }

  /**
   * The polynomial p(A x + b) of x.
   *
   * @param coefficients of p
   * @param a [K][K]
   * @param b [K]
   */
  public double[] substitute(double[] coefficients, double[][] a, double[] b) {
    double[][] linear = Columns.of(variables, size());
    for (int v = 0; v < variables; v++) {
      linear[v][0] = b[v];
      // the monomials 1 to K are the variables themselves, in their order
      System.arraycopy(a[v], 0, linear[v], 1, variables);
    }
    double[][] powers = new double[size()][];
    powers[0] = new double[size()];
    powers[0][0] = 1;
    double[] result = new double[size()];
    result[0] = coefficients[0];
    for (int i = 1; i < size(); i++) {
      powers[i] = multiply(powers[lowered[i][variable[i]]], lower[i], linear[variable[i]]);
      for (int j = 0; j < result.length; j++) {
        result[j] += coefficients[i] * powers[i][j];
      }
    }
    return result;
  }

  /**
   * The product of a polynomial of the first monomials, below the highest degree, with a linear
   * one.
   */
  private double[] multiply(double[] polynomial, int monomials, double[] linear) {
    double[] result = new double[size()];
    for (int i = 0; i < monomials; i++) {
      double coefficient = polynomial[i];
      int[] products = product[i];
      for (int j = 0; j <= variables; j++) {
        result[products[j]] += coefficient * linear[j];
      }
    }
    return result;
  }
}
