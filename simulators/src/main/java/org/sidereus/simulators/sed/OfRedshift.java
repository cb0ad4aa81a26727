package org.sidereus.simulators.sed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.sidereus.networks.Formula;

/**
 * Smooth functions of the redshift as formulas. Beyond the redshifts of the model they have their
 * value at the nearest one within: a galaxy there has a posterior, and a flag.
 */
final class OfRedshift {
  private static final int DEGREE = 5;

  /** The redshift, within its bounds. */
  static final Formula REDSHIFT =
      new Formula.Bounded(
          new Formula.Input(SedModel.REDSHIFT_INDEX), 0, Cosmology.LARGEST_REDSHIFT);

  private OfRedshift() {}

  /** The polynomial through the function at the nodes of Chebyshev. */
  static Formula polynomial(DoubleUnaryOperator function) {
    int n = DEGREE + 1;
    double[][] rows = new double[n][n + 1];
    for (int i = 0; i < n; i++) {
      double z = 0.5 * Cosmology.LARGEST_REDSHIFT * (1 - Math.cos(Math.PI * (i + 0.5) / n));
      for (int k = 0; k < n; k++) {
        rows[i][k] = Math.pow(z / Cosmology.LARGEST_REDSHIFT, k);
      }
      rows[i][n] = function.applyAsDouble(z);
    }
    List<Double> coefficients = new ArrayList<>();
    double[] solution = solved(rows);
    for (int k = 0; k < n; k++) {
      coefficients.add(solution[k] / Math.pow(Cosmology.LARGEST_REDSHIFT, k));
    }
    return new Formula.Polynomial(REDSHIFT, coefficients);
  }

  /** Solves linear equations [n][n + 1] by elimination with pivots. */
  private static double[] solved(double[][] rows) {
    int n = rows.length;
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        pivot = Math.abs(rows[i][k]) > Math.abs(rows[pivot][k]) ? i : pivot;
      }
      double[] swapped = rows[k];
      rows[k] = rows[pivot];
      rows[pivot] = swapped;
      for (int i = 0; i < n; i++) {
        if (i != k) {
          double factor = rows[i][k] / rows[k][k];
          for (int j = k; j <= n; j++) {
            rows[i][j] -= factor * rows[k][j];
          }
        }
      }
    }
    double[] solution = new double[n];
    for (int k = 0; k < n; k++) {
      solution[k] = rows[k][n] / rows[k][k];
    }
    return solution;
  }
}
