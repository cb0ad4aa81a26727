package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.inference.ModelErrorLayout;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * What the sums of one group say of errors of the model, with some of them free.
 *
 * @param layout of the sums
 * @param centre mean of the shared parameters, standardised
 * @param precision of the shared parameters, standardised [K, K]
 * @param sums what the objects added, from {@code at} on
 * @param at where they begin
 */
record ModelErrorSearch(
    ModelErrorLayout layout, double[] centre, RealMatrix precision, double[] sums, int at) {
  /** Share of the effect of a shift that the expansion to second order may miss. */
  static final double SHIFT_DOUBT = 0.35;

  /**
   * Errors that the test of all together tolerates beside the emulator's, in typical errors of a
   * measurement or standard deviations of the prior.
   */
  private static final double JOINT_TOLERANCE = 0.02;

  /** An offset is tolerated up to this share of the typical error of a measurement. */
  static final double TOLERATED_OFFSET = 0.2;

  /** A shift is tolerated up to this many standard deviations of the prior. */
  static final double TOLERATED_SHIFT = 0.1;

  /** Prior sd of an offset in typical errors of a measurement; that of a shift is 1. */
  private static final double OFFSET_SD = 2;

  /** Least share of the complete information that an object keeps at given shared parameters. */
  private static final double LEAST_SHARE = 0.1;

  /** Least share that is left where the shared parameters are free. */
  private static final double LEAST_FREE_SHARE = 0.02;

  /** Of a matrix that has an inverse; coordinates are standardised. */
  private static final double LEAST_PIVOT = 1e-9;

  double complete(int h) {
    return sums[at + layout.complete(h)];
  }

  double information(int h, int other) {
    return sums[at + layout.information(h, other)];
  }

  /** The score of an error at the centre. */
  double gradient(int h) {
    double gradient = sums[at + layout.score(h)];
    for (int i = 0; i < centre.length; i++) {
      gradient += sums[at + layout.slope(h, i)] * centre[i];
    }
    return gradient;
  }

  double priorSd(int h) {
    return h < layout.offsets() ? OFFSET_SD * typicalError(h) : 1;
  }

  double tolerated(int h) {
    return h < layout.offsets() ? TOLERATED_OFFSET * typicalError(h) : TOLERATED_SHIFT;
  }

  private double typicalError(int h) {
    return Math.sqrt(sums[at + layout.count(h)] / complete(h));
  }

  /** The posterior relative to the centre, with some errors free; null where it has none. */
  @Nullable Posterior aboutCentre(List<Integer> free) {
    int k = centre.length;
    RealMatrix joint = MatrixUtils.createRealMatrix(k + free.size(), k + free.size());
    joint.setSubMatrix(precision.getData(), 0, 0);
    RealVector gradient = new ArrayRealVector(k + free.size());
    for (int a = 0; a < free.size(); a++) {
      int h = free.get(a);
      gradient.setEntry(k + a, gradient(h));
      for (int i = 0; i < k; i++) {
        double slope = sums[at + layout.slope(h, i)];
        joint.setEntry(k + a, i, -slope);
        joint.setEntry(i, k + a, -slope);
      }
      for (int b = 0; b < free.size(); b++) {
        joint.setEntry(k + a, k + b, information(h, free.get(b)));
      }
      joint.addToEntry(k + a, k + a, 1 / (priorSd(h) * priorSd(h)));
    }
    RealMatrix covariance = PositiveMatrix.inverse(joint, LEAST_PIVOT);
    return covariance == null ? null : new Posterior(covariance.operate(gradient), covariance);
  }

  @Nullable Posterior posterior(List<Integer> free) {
    Posterior about = aboutCentre(free);
    if (about == null) {
      return null;
    }
    RealVector mean = about.mean().copy();
    for (int i = 0; i < centre.length; i++) {
      mean.addToEntry(i, centre[i]);
    }
    return new Posterior(mean, about.covariance());
  }

  /**
   * Covariance of what the emulator's errors move the posterior mean by [K, K].
   *
   * @param free errors that are inferred; the emulator's part of them is inferred, too
   * @param sds the emulator's error of each measured quantity
   */
  RealMatrix movedByEmulator(List<Integer> free, double[] sds) {
    int k = centre.length;
    RealMatrix moved = MatrixUtils.createRealMatrix(k, k);
    Posterior about = aboutCentre(free);
    for (int h = 0; about != null && h < layout.offsets(); h++) {
      if (!free.contains(h)) {
        RealVector by = about.covariance().operate(pull(h, free)).getSubVector(0, k);
        moved = moved.add(by.outerProduct(by).scalarMultiply(sds[h] * sds[h]));
      }
    }
    return moved;
  }

  /** See {@link ModelErrors#emulatorLoss()}. */
  double emulatorLoss(double[] sds) {
    RealMatrix moved = movedByEmulator(List.of(), sds);
    return precision.multiply(moved).getTrace() / (2 * Math.log(2));
  }

  /** How an offset by one enters the gradient of the shared parameters and the free errors. */
  private RealVector pull(int h, List<Integer> free) {
    int k = centre.length;
    RealVector pull = new ArrayRealVector(k + free.size());
    for (int i = 0; i < k; i++) {
      pull.setEntry(i, sums[at + layout.slope(h, i)]);
    }
    for (int a = 0; a < free.size(); a++) {
      pull.setEntry(k + a, -information(h, free.get(a)));
    }
    return pull;
  }

  /** The errors that are not free; null where none can be told from what is free. */
  @Nullable Remaining remaining(List<Integer> free) {
    Posterior about = aboutCentre(free);
    List<Integer> asked = new ArrayList<>();
    for (int h = 0; about != null && h < layout.size(); h++) {
      if (!free.contains(h) && information(h, h) > LEAST_SHARE * complete(h)) {
        asked.add(h);
      }
    }
    if (about == null || asked.isEmpty()) {
      return null;
    }
    int m = asked.size();
    RealMatrix pulls = MatrixUtils.createRealMatrix(m, centre.length + free.size());
    RealVector scores = new ArrayRealVector(m);
    for (int a = 0; a < m; a++) {
      int h = asked.get(a);
      double unit = unit(h);
      RealVector pull = pull(h, free);
      scores.setEntry(a, unit * (gradient(h) + pull.dotProduct(about.mean())));
      pulls.setRowVector(a, pull.mapMultiply(unit));
    }
    RealMatrix known = pulls.multiply(about.covariance()).multiplyTransposed(pulls);
    RealMatrix left =
        symmetric(
            m,
            (a, b) -> {
              int h = asked.get(a);
              int other = asked.get(b);
              return unit(h) * unit(other) * information(h, other) - known.getEntry(a, b);
            });
    return new Remaining(
        asked,
        scores,
        left,
        InformedDirections.of(left),
        about.covariance().multiplyTransposed(pulls));
  }

  /** Size of an error in which the complete information is 1. */
  private double unit(int h) {
    return 1 / Math.sqrt(complete(h));
  }

  /**
   * The mean square of what errors that the group cannot tell from chance move the mean by.
   *
   * @param remaining the errors that are not inferred; null: none can be told
   */
  RealMatrix movedByUnseen(@Nullable Remaining remaining) {
    int k = centre.length;
    if (remaining == null) {
      return MatrixUtils.createRealMatrix(k, k);
    }
    RealMatrix response = remaining.response();
    return new UnseenErrors(
            remaining.scores(),
            remaining.directions(),
            response.getSubMatrix(0, k - 1, 0, response.getColumnDimension() - 1))
        .moved();
  }

  /**
   * The score test of all errors that are not free, together; null where none can be told from what
   * is free.
   *
   * @param emulatorSds the emulator's error of each measured quantity, which is tolerated
   */
  @Nullable JointScore joint(@Nullable Remaining remaining, double[] emulatorSds) {
    InformedDirections directions = remaining == null ? null : remaining.directions();
    if (remaining == null || directions == null) {
      return null;
    }
    int m = remaining.errors().size();
    RealMatrix tolerated = MatrixUtils.createRealMatrix(m, m);
    for (int a = 0; a < m; a++) {
      int h = remaining.errors().get(a);
      boolean isOffset = h < layout.offsets();
      double size = JOINT_TOLERANCE * (isOffset ? typicalError(h) : 1);
      double ofEmulator = isOffset ? emulatorSds[h] : 0;
      tolerated.setEntry(a, a, (size * size + ofEmulator * ofEmulator) / (unit(h) * unit(h)));
    }
    int freedom = directions.count();
    RealMatrix image = remaining.information().multiply(directions.vectors());
    RealMatrix spread = image.transposeMultiply(tolerated.multiply(image));
    RealMatrix covariance = symmetric(freedom, spread::getEntry);
    for (int d = 0; d < freedom; d++) {
      covariance.addToEntry(d, d, directions.information()[d]);
    }
    RealMatrix inverse = PositiveMatrix.inverse(covariance, LEAST_PIVOT);
    RealVector along = directions.vectors().preMultiply(remaining.scores());
    return inverse == null
        ? null
        : new JointScore(along.dotProduct(inverse.operate(along)), freedom);
  }

  /** A matrix with the same bits on both sides, from its lower triangle. */
  private static RealMatrix symmetric(int size, Entry entry) {
    RealMatrix matrix = MatrixUtils.createRealMatrix(size, size);
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        matrix.setEntry(a, b, entry.at(a, b));
        matrix.setEntry(b, a, matrix.getEntry(a, b));
      }
    }
    return matrix;
  }

  /**
   * The score test of an error; null where it cannot be told from what is free.
   *
   * @param about {@link #aboutCentre} with the free errors
   */
  @Nullable Score score(int h, List<Integer> free, Posterior about) {
    double complete = complete(h);
    if (!(information(h, h) > LEAST_SHARE * complete)) {
      return null;
    }
    RealVector pull = pull(h, free);
    double information = information(h, h) - pull.dotProduct(about.covariance().operate(pull));
    double gradient = gradient(h) + pull.dotProduct(about.mean());
    return information > LEAST_FREE_SHARE * complete
        ? new Score(gradient / information, information)
        : null;
  }

  private interface Entry {
    double at(int row, int column);
  }

  /** An error by the score test: its value, and the information on it. */
  record Score(double value, double information) {
    double sd() {
      return 1 / Math.sqrt(information);
    }

    double significance() {
      return value * Math.sqrt(information);
    }
  }

  /** The score test of all errors that are not free, together. */
  record JointScore(double chiSquare, int freedom) {
    double pValue() {
      return Gamma.regularizedGammaQ(freedom / 2.0, chiSquare / 2);
    }
  }

  /**
   * The errors that are not free, with what is free integrated out, in units in which the complete
   * information is 1.
   *
   * @param errors their numbers
   * @param scores gradient of the log density
   * @param information on the errors, symmetric
   * @param directions of the information; null: there are none
   * @param response what the errors move the mean by, of the shared parameters and the free errors
   */
  record Remaining(
      List<Integer> errors,
      RealVector scores,
      RealMatrix information,
      @Nullable InformedDirections directions,
      RealMatrix response) {}

  /** Posterior of the shared parameters, standardised, then of the free errors. */
  record Posterior(RealVector mean, RealMatrix covariance) {

    /** The same mean, with a share of the distance of the shared parameters as a deviation. */
    Posterior doubted(Posterior other, int shared) {
      RealVector moved = mean.getSubVector(0, shared).subtract(other.mean.getSubVector(0, shared));
      RealMatrix wider = covariance.copy();
      for (int i = 0; i < moved.getDimension(); i++) {
        for (int j = 0; j < moved.getDimension(); j++) {
          wider.addToEntry(i, j, SHIFT_DOUBT * SHIFT_DOUBT * moved.getEntry(i) * moved.getEntry(j));
        }
      }
      return new Posterior(mean, wider);
    }
  }
}
