package org.sidereus.engine.combination;

import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;

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
 * threshold. Directions in which the parameters leave less than a share of {@value
 * ModelErrorStatistics#LEAST_JOINT_SHARE} of the information are not asked: what is assumed there
 * would decide. Immutable.
 */
final class UnseenErrors {
  /** Prior probability that a group has no errors. */
  static final double WITHOUT = 0.5;

  /** Standard deviations of the errors where there are any, with equal probabilities. */
  static final double[] SIZES = {0.5, 1, 2};

  private final RealVector scores;
  private final RealMatrix information;
  private final RealMatrix response;

  /**
   * The errors of a group, each in its unit.
   *
   * @param scores [H]: gradients of the log density of the errors, with the shared parameters free
   * @param information [H, H] on the errors, with the shared parameters free: symmetric, the share
   *     of what it would be if they were known
   * @param response [K, H]: what an error of one unit moves the mean by
   */
  UnseenErrors(RealVector scores, RealMatrix information, RealMatrix response) {
    this.scores = scores;
    this.information = information;
    this.response = response;
  }

  /** The mean square [K, K] of what the errors move the mean by. */
  RealMatrix moved() {
    // in the eigenvectors of the information the errors stay independent
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(information);
    int errors = 0;
    while (errors < scores.getDimension()
        && eigen.getEigenvalue(errors) > ModelErrorStatistics.LEAST_JOINT_SHARE) {
      errors++;
    }
    if (errors == 0) {
      return MatrixUtils.createRealMatrix(response.getRowDimension(), response.getRowDimension());
    }
    RealMatrix directions = eigen.getV().getSubMatrix(0, scores.getDimension() - 1, 0, errors - 1);
    RealVector along = directions.preMultiply(scores);
    RealMatrix responses = response.multiply(directions);
    double[] evidences = new double[SIZES.length];
    RealMatrix[] squares = new RealMatrix[SIZES.length];
    double highest = 0; // of no errors
    for (int s = 0; s < SIZES.length; s++) {
      double prior = SIZES[s] * SIZES[s];
      RealVector mean = along.copy();
      RealMatrix square = MatrixUtils.createRealMatrix(errors, errors);
      for (int e = 0; e < errors; e++) {
        double ratio = 1 + prior * eigen.getEigenvalue(e);
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
