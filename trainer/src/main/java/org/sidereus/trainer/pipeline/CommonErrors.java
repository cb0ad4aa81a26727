package org.sidereus.trainer.pipeline;

import java.util.List;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.PositiveMatrix;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * The part of an emulator's error that objects with the same shared parameters have in common, so
 * that it does not average out in a group: the mean error over the local parameters, as a function
 * of the shared ones. A regression of the errors on a polynomial of degree {@value #DEGREE} in the
 * shared parameters finds it, without runs of its own.
 */
final class CommonErrors {
  private static final int DEGREE = 4;

  private final List<Parameter> parameters;
  private final int[] shared;

  /**
   * Common errors of a model.
   *
   * @param parameters of the model, in the order of the columns of the runs
   */
  CommonErrors(List<Parameter> parameters) {
    this.parameters = parameters;
    shared =
        IntStream.range(0, parameters.size())
            .filter(i -> parameters.get(i).role() == Role.SHARED)
            .toArray();
  }

  /**
   * The root mean square of the common error of each observable, in its unit. What the regression
   * would find in errors without a common part is subtracted.
   *
   * @param draws runs of the simulator with parameters from the prior
   * @param errors emulated minus simulated [M][N]
   * @return [M]; zeros where nothing is shared
   */
  double[] rootMeanSquares(TrainingSet draws, double[][] errors) {
    double[] result = new double[errors.length];
    if (shared.length == 0) {
      return result;
    }
    PolynomialBasis basis = new PolynomialBasis(shared.length, DEGREE);
    int size = basis.size();
    double[][] rows = new double[draws.rows()][size];
    double[][] products = new double[size][size];
    for (int row = 0; row < rows.length; row++) {
      basis.evaluate(standardised(draws, row), rows[row]);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          products[i][j] += rows[row][i] * rows[row][j] / rows.length;
        }
      }
    }
    double[][] inverse = PositiveMatrix.inverse(products);
    for (int m = 0; inverse != null && m < errors.length; m++) {
      double[] right = new double[size];
      double square = 0;
      for (int row = 0; row < rows.length; row++) {
        square += errors[m][row] * errors[m][row] / rows.length;
        for (int i = 0; i < size; i++) {
          right[i] += rows[row][i] * errors[m][row] / rows.length;
        }
      }
      double explained = 0;
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          explained += right[i] * inverse[i][j] * right[j];
        }
      }
      double byChance = (square - explained) * size / rows.length;
      result[m] = Math.sqrt(Math.max(0, explained - byChance));
    }
    return result;
  }

  private double[] standardised(TrainingSet draws, int row) {
    double[] z = new double[shared.length];
    for (int k = 0; k < shared.length; k++) {
      int column = shared[k];
      double value = draws.parameters()[row * draws.parameterCount() + column];
      z[k] = (value - parameters.get(column).prior().mean()) / parameters.get(column).prior().sd();
    }
    return z;
  }
}
