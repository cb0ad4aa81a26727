package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.special.Erf;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.combination.ModelErrorSearch.JointScore;
import org.sidereus.engine.combination.ModelErrorSearch.Posterior;
import org.sidereus.engine.combination.ModelErrorSearch.Remaining;
import org.sidereus.engine.combination.ModelErrorSearch.Score;
import org.sidereus.engine.inference.ModelErrorLayout;
import org.sidereus.engine.numerics.Float32;
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
 * after a shift, and the covariance has {@value ModelErrorSearch#SHIFT_DOUBT} of what the shift
 * moves the mean as an additional standard deviation. Thread-safe and without state.
 */
final class ModelErrorStatistics {
  /** Probability that any of the errors is flagged where there is none. */
  static final double SIGNIFICANCE = 1e-3;

  /** Probability of the test of all errors together below which one of them is flagged. */
  static final double JOINT_SIGNIFICANCE = 0.01;

  /**
   * One offset explains the sum where the probability of the others is not below. A wrong model
   * leaves less than a significant rest of the others, and the offset then moves the mean to a
   * wrong place: one in twenty groups with one offset counts as unexplained so that they do not.
   */
  private static final double EXPLAINED = 0.05;

  /** The same for a shift, of which a rest is left in most groups: it is no constant error. */
  private static final double EXPLAINED_BY_SHIFT = 0.003;

  /**
   * With fewer objects, the expansion to second order is not an average. A group of 10 is judged
   * where up to three of its objects are left out.
   */
  private static final long FEWEST_OBJECTS = 7;

  private static final int MOST_ERRORS = 6;

  /** Of a matrix that has an inverse; coordinates are standardised. */
  private static final double LEAST_PIVOT = 1e-9;

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
   * Writes what an object adds, in single precision.
   *
   * @param says what the object says; null: it adds nothing
   * @param contribution filled from {@code at} on
   */
  void fill(double @Nullable [] says, double[] contribution, int at) {
    if (says != null && layout != null) {
      for (int i = 0; i < says.length; i++) {
        contribution[at + i] = Float32.nearest(says[i]);
      }
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
    ModelErrorSearch search =
        new ModelErrorSearch(layout, standardised(factorized.mean()), precision, sums, at);
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
}
