package org.sidereus.engine.combination;

import java.util.Arrays;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.RealMatrix;
import org.jspecify.annotations.Nullable;

/**
 * The directions of errors of the model of which a group says something with its parameters free:
 * eigenvectors of the information, in which the errors stay independent.
 *
 * @param vectors [H, D], a column for each direction
 * @param information [D] on the directions, the largest first
 */
record InformedDirections(RealMatrix vectors, double[] information) {
  /** Least share of the complete information in a direction. */
  static final double LEAST_SHARE = 0.05;

  /**
   * The directions of an information.
   *
   * @param information [H, H], symmetric, the share of the complete one
   * @return null where there is none
   */
  static @Nullable InformedDirections of(RealMatrix information) {
    int errors = information.getRowDimension();
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(information);
    int count = 0;
    while (count < errors && eigen.getEigenvalue(count) > LEAST_SHARE) {
      count++;
    }
    return count == 0
        ? null
        : new InformedDirections(
            eigen.getV().getSubMatrix(0, errors - 1, 0, count - 1),
            Arrays.copyOf(eigen.getEigenvalues(), count));
  }

  /** Number of directions, D. */
  int count() {
    return information.length;
  }
}
