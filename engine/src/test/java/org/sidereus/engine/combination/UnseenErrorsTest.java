package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;

/** What two errors of known information may move one shared parameter by. */
final class UnseenErrorsTest {
  private static final double[][] INFORMATION = {{0.9, 0.3}, {0.3, 0.5}};
  private static final double[] RESPONSE = {0.7, -0.4};

  /** Nodes of the integrals, within this many prior sd. */
  private static final int NODES = 801;

  private static final double REACH = 8;

  @Test
  void shouldBeTheMeanSquareOverAllHypotheses() {
    for (double[] scores : new double[][] {{0, 0}, {2, 0.5}, {-2, 1}, {4, 1}}) {
      double exact = integrated(scores);
      assertThat(moved(scores)).isCloseTo(exact, within(1e-4 * exact));
    }
  }

  @Test
  void shouldGrowWithWhatTheGroupShows() {
    double clean = moved(new double[] {0, 0});
    double doubtful = moved(new double[] {2, 0});
    assertThat(doubtful).isGreaterThan(2 * clean);
    assertThat(moved(new double[] {4, 0})).isGreaterThan(2 * doubtful);
  }

  @Test
  void shouldNotAskWhatTheParametersLeaveNoInformationOn() {
    RealMatrix information = MatrixUtils.createRealDiagonalMatrix(new double[] {0.8, 0.04});
    RealMatrix alone = MatrixUtils.createRealMatrix(new double[][] {{0.8}});
    double both = moved(new double[] {1, 0.1}, information, RESPONSE);
    double first = moved(new double[] {1}, alone, new double[] {RESPONSE[0]});
    assertThat(both).isCloseTo(first, within(1e-12));
    RealMatrix nothing = MatrixUtils.createRealMatrix(1, 1);
    assertThat(moved(new double[] {1}, nothing, new double[] {5})).isZero();
  }

  private static double moved(double[] scores) {
    return moved(scores, MatrixUtils.createRealMatrix(INFORMATION), RESPONSE);
  }

  private static double moved(double[] scores, RealMatrix information, double[] response) {
    return new UnseenErrors(
            MatrixUtils.createRealVector(scores),
            InformedDirections.of(information),
            MatrixUtils.createRealMatrix(new double[][] {response}))
        .moved()
        .getEntry(0, 0);
  }

  /** By sums over nodes, hypothesis by hypothesis. */
  private static double integrated(double[] scores) {
    double[] sums = {UnseenErrors.WITHOUT, 0};
    for (double size : UnseenErrors.SIZES) {
      double share = (1 - UnseenErrors.WITHOUT) / UnseenErrors.SIZES.length;
      for (int n = 0; n < NODES; n++) {
        for (int m = 0; m < NODES; m++) {
          double[] error = {node(n) * size, node(m) * size};
          add(sums, share * mass(node(n)) * mass(node(m)), scores, error);
        }
      }
    }
    return sums[1] / sums[0];
  }

  private static void add(double[] sums, double prior, double[] scores, double[] error) {
    double log = 0;
    double moved = 0;
    for (int a = 0; a < 2; a++) {
      log += scores[a] * error[a];
      moved += RESPONSE[a] * error[a];
      for (int b = 0; b < 2; b++) {
        log -= 0.5 * error[a] * INFORMATION[a][b] * error[b];
      }
    }
    double weight = prior * Math.exp(log);
    sums[0] += weight;
    sums[1] += weight * moved * moved;
  }

  private static double node(int n) {
    return REACH * (2.0 * n / (NODES - 1) - 1);
  }

  /** Of the standard normal distribution at a node. */
  private static double mass(double u) {
    return Math.exp(-0.5 * u * u) / Math.sqrt(2 * Math.PI) * 2 * REACH / (NODES - 1);
  }
}
