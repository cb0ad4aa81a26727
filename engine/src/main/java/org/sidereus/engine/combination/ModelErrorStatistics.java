package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.special.Erf;
import org.hipparchus.special.Gamma;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ModelErrorLayout;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * Finds errors of the model that the objects of a group have in common, from sums of what each
 * object says of them ({@link ModelErrorLayout}).
 *
 * <p>The posterior of the shared parameters is taken as normal, with the mean m and precision P of
 * the factorized posterior. Then the joint log density of the shared parameters z and of the errors
 * h is
 *
 * <pre>  - (z - m)' P (z - m) / 2 + (g + B z)' h - h' (I + W) h / 2
 * </pre>
 *
 * <p>with W the precision of a wide prior of the errors. One error after the other is taken in: the
 * most significant one (score test, Rao 1948) with z and the errors before it free, as long as its
 * probability by chance is below {@value #SIGNIFICANCE} over the number of errors and its size
 * above a tolerance. What cannot be told from the parameters is not judged.
 *
 * <p>A wrong model that the objects absorb is no single constant error: it leaves a part of each of
 * many. So all errors are tested together, too (the score test with as many degrees of freedom as
 * directions that the parameters leave). If this probability is below {@value #JOINT_SIGNIFICANCE},
 * the most significant error is taken in, whatever its own probability. If one error alone does not
 * explain the sum, the error of the shared parameters is not known either: the mean stays that of
 * the factorized posterior, because the density above holds for one small error and not for several
 * that stand for what none of them is, and the covariance of one typical object times 1 - dof /
 * chi-square is added, as for objects that disagree.
 *
 * <p>Errors that are too small to be flagged are allowed for by their probability ({@link
 * UnseenErrors}).
 *
 * <p>The emulator's own error is an offset, too, that the objects have in common. It is not
 * inferred: what it may move the mean by is added to the covariance.
 *
 * <p>In an offset the log density is nearly quadratic. In a shift it is not: the population may be
 * narrower than the prior, too, or selected in several parameters. Hence no other error is sought
 * after a shift, and the covariance has {@value #SHIFT_DOUBT} of what the shift moves the mean as
 * an additional standard deviation. Thread-safe and without state.
 */
final class ModelErrorStatistics {
  /** Probability that any of the errors is flagged where there is none. */
  static final double SIGNIFICANCE = 1e-3;

  /** Probability of the test of all errors together below which one of them is flagged. */
  static final double JOINT_SIGNIFICANCE = 0.01;

  /**
   * Errors that the test of all together tolerates beside the emulator's, in typical errors of a
   * measurement or standard deviations of the prior.
   */
  private static final double JOINT_TOLERANCE = 0.02;

  /**
   * One offset explains the sum where the probability of the others is not below. A wrong model
   * leaves less than a significant rest of the others, and the offset then moves the mean to a
   * wrong place: one in twenty groups with one offset counts as unexplained so that they do not.
   */
  private static final double EXPLAINED = 0.05;

  /** The same for a shift, of which a rest is left in most groups: it is no constant error. */
  private static final double EXPLAINED_BY_SHIFT = 0.003;

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

  /**
   * With fewer objects, the expansion to second order is not an average. A group of 10 is judged
   * where up to three of its objects are left out.
   */
  private static final long FEWEST_OBJECTS = 7;

  private static final int MOST_ERRORS = 6;

  /** Of a matrix that has an inverse; coordinates are standardised. */
  private static final double LEAST_PIVOT = 1e-9;

  /** Share of the effect of a shift that the expansion to second order may miss. */
  static final double SHIFT_DOUBT = 0.35;

  private final @Nullable ModelErrorLayout layout;
  private final SharedPriors priors;

  /** The emulator's error of each measured quantity; 0: none, or not known. */
  private final List<EmulatorError> emulatorErrors;

  private final TrainingRange range;

  ModelErrorStatistics(Manifest manifest) {
    layout = ModelErrorLayout.of(manifest);
    priors = new SharedPriors(manifest);
    emulatorErrors = layout == null ? List.of() : layout.emulatorErrors(manifest);
    range = new TrainingRange(manifest);
  }

  /** Number of entries of a contribution. */
  int length() {
    return layout == null ? 0 : layout.length();
  }

  /**
   * Writes what an object adds.
   *
   * @param says what the object says; null: it adds nothing
   * @param contribution filled from {@code at} on
   */
  void fill(double @Nullable [] says, double[] contribution, int at) {
    if (says != null && layout != null) {
      System.arraycopy(says, 0, contribution, at, says.length);
    }
  }

  /**
   * The judgement of a group.
   *
   * @param sums begins at {@code at} with the sum of what the objects added
   * @return null where the objects say nothing, are fewer than {@value #FEWEST_OBJECTS}, or were
   *     not all asked
   */
  @Nullable ModelErrors judge(FactorizedPosterior factorized, double[] sums, int at) {
    if (layout == null || factorized.objects() < FEWEST_OBJECTS || !isAsked(sums, at)) {
      return null;
    }
    RealMatrix precision = precision(factorized);
    if (precision == null) {
      return null;
    }
    Search search = new Search(layout, standardised(factorized.mean()), precision, sums, at);
    ModelError[] found = new ModelError[layout.size()];
    List<Integer> free = new ArrayList<>();
    boolean isShifted = false;
    double[] emulatorSds = emulatorErrors(factorized.mean());
    Remaining all = search.remaining(free);
    JointScore joint = search.joint(all, emulatorSds);
    boolean isJoint = joint != null && joint.pValue() < JOINT_SIGNIFICANCE;
    boolean isPattern = false;
    while (!isShifted) {
      int largest = -1;
      Score strongest = null;
      double mostSignificant = 0;
      Posterior about = search.aboutCentre(free);
      for (int h = 0; about != null && h < layout.size(); h++) {
        Score score = free.contains(h) ? null : search.score(h, free, about);
        if (score == null) {
          continue;
        }
        if (free.isEmpty()) {
          found[h] = error(h, score, false);
        }
        double significance = Math.abs(score.significance());
        if (Math.abs(score.value()) > search.tolerated(h) && significance > mostSignificant) {
          mostSignificant = significance;
          largest = h;
          strongest = score;
        }
      }
      if (strongest == null || free.size() == MOST_ERRORS) {
        break;
      }
      if (Erf.erfc(mostSignificant / Math.sqrt(2)) > SIGNIFICANCE / layout.size()) {
        if (!isJoint || !free.isEmpty()) {
          break;
        }
        isPattern = true;
      }
      free.add(largest);
      if (search.posterior(free) == null) {
        free.remove(free.size() - 1);
        break;
      }
      found[largest] = error(largest, strongest, true);
      isShifted = largest >= layout.offsets();
    }
    List<ModelError> errors = new ArrayList<>();
    for (ModelError error : found) {
      if (error != null) {
        errors.add(error);
      }
    }
    Remaining others = free.isEmpty() ? all : search.remaining(free);
    if (isJoint && !free.isEmpty() && !isPattern) {
      JointScore score = search.joint(others, emulatorSds);
      double explained = isShifted ? EXPLAINED_BY_SHIFT : EXPLAINED;
      isPattern = free.size() > 1 || (score != null && score.pValue() < explained);
    }
    Posterior posterior = free.isEmpty() ? null : search.posterior(free);
    double loss = search.emulatorLoss(emulatorSds);
    if (posterior == null) {
      double[] covariance = factorized.covariance().clone();
      addInUnits(search.movedByEmulator(List.of(), emulatorSds), covariance);
      addInUnits(search.movedByUnseen(others), covariance);
      return new ModelErrors(errors, factorized.mean(), covariance, loss);
    }
    if (isPattern && joint != null) {
      double[] covariance = factorized.covariance().clone();
      addInUnits(search.movedByEmulator(List.of(), emulatorSds), covariance);
      double share = 1 - joint.freedom() / joint.chiSquare();
      for (int i = 0; i < covariance.length; i++) {
        covariance[i] += share * factorized.objects() * factorized.covariance()[i];
      }
      return new ModelErrors(errors, factorized.mean(), covariance, loss);
    }
    Posterior before = isShifted ? search.posterior(free.subList(0, free.size() - 1)) : null;
    Posterior doubted = before == null ? posterior : posterior.doubted(before, priors.size());
    double[] covariance = new double[priors.size() * priors.size()];
    addInUnits(doubted.covariance(), covariance);
    addInUnits(search.movedByEmulator(free, emulatorSds), covariance);
    addInUnits(search.movedByUnseen(others), covariance);
    return new ModelErrors(errors, inUnits(doubted.mean()), covariance, loss);
  }

  /** The emulator's error of each measured quantity at a mean of the shared parameters. */
  private double[] emulatorErrors(double[] mean) {
    double[] z = standardised(range.nearest(mean));
    return emulatorErrors.stream().mapToDouble(error -> error.at(z)).toArray();
  }

  private boolean isAsked(double[] sums, int at) {
    for (int h = 0; h < Objects.requireNonNull(layout, "layout").size(); h++) {
      if (sums[at + h] != 0) {
        return true;
      }
    }
    return false;
  }

  private ModelError error(int h, Score score, boolean flagged) {
    ModelErrorLayout known = Objects.requireNonNull(layout, "the likelihood is known");
    ModelErrorLayout.Name name = known.errors().get(h);
    return new ModelError(
        h < known.offsets() ? ModelError.Kind.OFFSET : ModelError.Kind.SHIFT,
        name.name(),
        name.unit(),
        score.value(),
        score.sd(),
        score.significance(),
        flagged);
  }

  private double[] standardised(double[] mean) {
    double[] z = new double[mean.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = priors.standardised(i, mean[i]);
    }
    return z;
  }

  private @Nullable RealMatrix precision(FactorizedPosterior factorized) {
    int k = priors.size();
    RealMatrix covariance = MatrixUtils.createRealMatrix(k, k);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance.setEntry(
            i, j, factorized.covariance()[i * k + j] / (priors.sd(i) * priors.sd(j)));
      }
    }
    return PositiveMatrix.inverse(covariance, LEAST_PIVOT);
  }

  private double[] inUnits(RealVector mean) {
    double[] physical = new double[priors.size()];
    for (int i = 0; i < physical.length; i++) {
      physical[i] = priors.physical(i, mean.getEntry(i));
    }
    return physical;
  }

  private void addInUnits(RealMatrix standardised, double[] covariance) {
    int k = priors.size();
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i * k + j] += standardised.getEntry(i, j) * priors.sd(i) * priors.sd(j);
      }
    }
  }

  private interface Entry {
    double at(int row, int column);
  }

  /** An error by the score test: its value, and the information on it. */
  private record Score(double value, double information) {
    double sd() {
      return 1 / Math.sqrt(information);
    }

    double significance() {
      return value * Math.sqrt(information);
    }
  }

  /** The score test of all errors that are not free, together. */
  private record JointScore(double chiSquare, int freedom) {
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
  private record Remaining(
      List<Integer> errors,
      RealVector scores,
      RealMatrix information,
      @Nullable InformedDirections directions,
      RealMatrix response) {}

  /** Posterior of the shared parameters, standardised, then of the free errors. */
  private record Posterior(RealVector mean, RealMatrix covariance) {

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

  /** The sums of one group. */
  private record Search(
      ModelErrorLayout layout, double[] centre, RealMatrix precision, double[] sums, int at) {

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
     * The score test of all errors that are not free, together; null where none can be told from
     * what is free.
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
  }
}
