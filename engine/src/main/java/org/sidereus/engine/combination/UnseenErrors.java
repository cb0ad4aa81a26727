package org.sidereus.engine.combination;

import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.jspecify.annotations.Nullable;

/**
 * What errors of the model may move the mean of a group by, where the group cannot tell them from
 * chance. Before anything is measured, a group has no errors with the probability {@value
 * #WITHOUT}. With the rest it has all of them, independent, each with a normal prior of one and the
 * same of the {@link #SIZES}. The unit of an error is the standard deviation with which the group
 * would know it if it knew all parameters: larger errors are seen, smaller ones move little.
 *
 * <p>The log density of the errors is quadratic ({@link ModelErrorStatistics}), so each size has an
 * evidence and a normal posterior of the errors in closed form. The errors move the mean in
 * proportion. So they are allowed for by the probability that the group gives them, without a
 * threshold. Only {@link InformedDirections} are asked: what is assumed would decide in the others.
 * Immutable.
 */
final class UnseenErrors {
  /** Prior probability that a group has no errors. */
  static final double WITHOUT = 0.5;

  /** Standard deviations of the errors where there are any, with equal probabilities. */
  static final double[] SIZES = {0.5, 1, 2};

  private final RealVector scores;
  private final @Nullable InformedDirections directions;
  private final RealMatrix response;

  /**
   * The errors of a group, each in its unit.
   *
   * @param scores [H]: gradients of the log density of the errors, with the shared parameters free
   * @param directions of the information on the errors, with the shared parameters free; null:
   *     there are none
   * @param response [K, H]: what an error of one unit moves the mean by
   */
  UnseenErrors(RealVector scores, @Nullable InformedDirections directions, RealMatrix response) {
    this.scores = scores;
    this.directions = directions;
    this.response = response;
  }

  /** The mean square [K, K] of what the errors move the mean by. */
  RealMatrix moved() {
    if (directions == null) {
      return MatrixUtils.createRealMatrix(response.getRowDimension(), response.getRowDimension());
    }
    int errors = directions.count();
    RealVector along = directions.vectors().preMultiply(scores);
    RealMatrix responses = response.multiply(directions.vectors());
    double[] evidences = new double[SIZES.length];
    RealMatrix[] squares = new RealMatrix[SIZES.length];
    double highest = 0; // of no errors
    for (int s = 0; s < SIZES.length; s++) {
      double prior = SIZES[s] * SIZES[s];
      RealVector mean = along.copy();
      RealMatrix square = MatrixUtils.createRealMatrix(errors, errors);
      for (int e = 0; e < errors; e++) {
        double ratio = 1 + prior * directions.information()[e];
        mean.setEntry(e, prior * along.getEntry(e) / ratio);
        square.setEntry(e, e, prior / ratio);
        evidences[s] += 0.5 * (mean.getEntry(e) * along.getEntry(e) - Math.log(ratio));
      }
      squares[s] = square.add(mean.outerProduct(mean));
      highest = Math.max(highest, evidences[s]);
    }
    double total = WITHOUT * Math.exp(-highest);
    RealMatrix sum = MatrixUtils.createRealMatrix(errors, errors);
    for (int s = 0; s < SIZES.length; s++) {
      double weight = (1 - WITHOUT) / SIZES.length * Math.exp(evidences[s] - highest);
      total += weight;
      sum = sum.add(squares[s].scalarMultiply(weight));
    }
    return responses.multiply(sum).multiplyTransposed(responses).scalarMultiply(1 / total);
  }
}
