package org.sidereus.engine.combination;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;

/**
 * Combines everything that is published for a group. A contribution has ten parts in this order:
 * factorized posterior, scatter of the objects, population and {@link OutlierStatistics outliers}
 * (with polynomials of at most {@value PopulationStatistics#MOST_PARAMETERS} shared parameters),
 * misfit, {@link ModelErrorStatistics errors of the model}, {@link CombinationError}, log evidence
 * with a count of 1 (two zeros if there is no evidence), {@link OwnPosterior}, counters of {@link
 * Participation}. For an object that is left out, only evidence and counters are not zero: bundles
 * that leave out different objects are compared by the evidence of all objects.
 */
final class GroupCombiner implements Combiner {
  private static final int EVIDENCE_LENGTH = 2;

  /** Raise this number if the order or the meaning of the entries of a contribution changes. */
  private static final int LAYOUT = 5;

  private final Factorization factorization;
  private final ScatterStatistics scatter;
  private final @Nullable PopulationStatistics population;
  private final @Nullable OutlierStatistics outliers;
  private final MisfitStatistics misfit;
  private final ModelErrorStatistics modelErrors;
  private final CombinationError error;
  private final OwnPosterior own;
  private final TrainingRange range;
  private final GaussianFactorization prior;
  private final FlaggedObjects flagged;
  private final String layout;
  private final boolean declaresNoLikelihood;

  GroupCombiner(Manifest manifest, Factorization factorization, FlaggedObjects flagged) {
    this.factorization = factorization;
    this.flagged = flagged;
    scatter = new ScatterStatistics(manifest);
    misfit = new MisfitStatistics(manifest);
    modelErrors = new ModelErrorStatistics(manifest);
    error = new CombinationError(manifest);
    own = new OwnPosterior(manifest);
    range = new TrainingRange(manifest);
    prior = new GaussianFactorization(manifest);
    population =
        factorization instanceof PolynomialFactorization && PopulationStatistics.fits(manifest)
            ? new PopulationStatistics(manifest)
            : null;
    outliers =
        factorization instanceof PolynomialFactorization && OutlierStatistics.fits(manifest)
            ? new OutlierStatistics(manifest)
            : null;
    declaresNoLikelihood = manifest.declaresNoLikelihood();
    layout = layout(manifest, factorization, population, outliers, flagged);
  }

  @Override
  public int length() {
    return factorization.length()
        + scatter.length()
        + populationLength()
        + outlierLength()
        + MisfitStatistics.LENGTH
        + modelErrors.length()
        + error.length()
        + EVIDENCE_LENGTH
        + own.length()
        + Participation.LENGTH;
  }

  private int populationLength() {
    return population == null ? 0 : population.length();
  }

  private int outlierLength() {
    return outliers == null ? 0 : outliers.length();
  }

  @Override
  public String layout() {
    return layout;
  }

  private static String layout(
      Manifest manifest,
      Factorization factorization,
      @Nullable PopulationStatistics population,
      @Nullable OutlierStatistics outliers,
      FlaggedObjects flagged) {
    String shared =
        manifest.sharedParameters().stream()
            .map(GroupCombiner::coordinate)
            .collect(Collectors.joining(", "));
    return "layout "
        + LAYOUT
        + ", "
        + factorization.family()
        + (population == null ? "" : ", " + population.family())
        + (outliers == null ? "" : ", " + outliers.family())
        + " in ["
        + shared
        + "], flagged objects "
        + (flagged == FlaggedObjects.COUNT ? "count" : "left out");
  }

  /** Six digits: the moments of a prior may differ in the last bits from machine to machine. */
  private static String coordinate(Parameter parameter) {
    return String.format(
        Locale.ROOT,
        "%s of mean %.6g and sd %.6g",
        parameter.name(),
        parameter.prior().mean(),
        parameter.prior().sd());
  }

  @Override
  public Set<ObjectFlag> leftOut(double[] contribution) {
    return Participation.of(contribution, length() - Participation.LENGTH).leftOut().keySet();
  }

  @Override
  public double[] contribution(ObjectSummary posterior) {
    double[] contribution = new double[length()];
    int counters = length() - Participation.LENGTH;
    Set<ObjectFlag> flags = EnumSet.noneOf(ObjectFlag.class);
    posterior.flags().stream().filter(ObjectFlag::leavesOut).forEach(flags::add);
    boolean outside = range.isObjectOutside(posterior.mean());
    if (outside) {
      flags.add(ObjectFlag.OUT_OF_SUPPORT);
    }
    boolean combined = !outside && (flagged == FlaggedObjects.COUNT || flags.isEmpty());
    Participation.fill(combined, flags, contribution, counters);
    LikelihoodCheck check = posterior.check();
    int owns = counters - own.length();
    if (check != null && Double.isFinite(check.logEvidence())) {
      contribution[owns - 2] = check.logEvidence();
      contribution[owns - 1] = 1;
    }
    if (!combined) {
      return contribution;
    }
    double[] factor = factorization.contribution(posterior);
    System.arraycopy(factor, 0, contribution, 0, factor.length);
    scatter.fill(factor, contribution, factor.length);
    int populations = factor.length + scatter.length();
    if (population != null) {
      population.fill(polynomial(factor), posterior, contribution, populations);
    }
    int outlying = populations + populationLength();
    if (outliers != null) {
      outliers.fill(polynomial(factor), posterior, contribution, outlying);
    }
    int misfits = outlying + outlierLength();
    misfit.fill(check, contribution, misfits);
    int errors = misfits + MisfitStatistics.LENGTH;
    modelErrors.fill(posterior.modelErrors(), contribution, errors);
    error.fill(posterior, contribution, errors + modelErrors.length());
    own.fill(posterior, contribution, owns);
    return contribution;
  }

  @Override
  public GroupSummary combine(long objects, double[] sum) {
    if (sum.length != length()) {
      throw new IllegalArgumentException(
          "a sum of " + sum.length + " entries does not fit the " + length() + " of the bundle");
    }
    int counters = length() - Participation.LENGTH;
    int owns = counters - own.length();
    int evidence = owns - EVIDENCE_LENGTH;
    int noise = evidence - error.length();
    int errors = noise - modelErrors.length();
    int misfits = errors - MisfitStatistics.LENGTH;
    int outlying = misfits - outlierLength();
    int populations = outlying - populationLength();
    Participation participation = Participation.of(sum, counters);
    long combined = participation.combined();
    double[] factors = Arrays.copyOf(sum, factorization.length());
    FactorizedPosterior factorized =
        combined == 1 ? own.of(sum, owns) : factorization.combine(combined, factors);
    Disagreement disagreement =
        scatter.judge(combined, factors, Arrays.copyOfRange(sum, factors.length, populations));
    Misfit fit = misfit.judge(combined, factors, sum, misfits, participation.isMisfit(objects));
    ModelErrors common = modelErrors.judge(factorized, sum, errors);
    Population shared =
        population == null
            ? null
            : population.judge(
                combined, factorized, factors, polynomial(factors), sum, populations);
    boolean complete = objects > 0 && Math.round(sum[evidence + 1]) == objects;
    Set<GroupFlag> flags = EnumSet.noneOf(GroupFlag.class);
    if (disagreement != null && disagreement.isSignificant()) {
      flags.add(GroupFlag.HETEROGENEOUS);
    }
    if ((fit != null && fit.isSignificant())
        || participation.isMisfit(objects)
        || (common != null && !common.flagged(ModelError.Kind.OFFSET).isEmpty())) {
      flags.add(GroupFlag.MODEL_MISFIT);
    }
    if (common != null && !common.flagged(ModelError.Kind.SHIFT).isEmpty()) {
      flags.add(GroupFlag.PRIOR_MISMATCH);
    }
    boolean isOutside = combined > 0 && range.isOutside(factorized);
    if (isOutside || 2 * participation.outOfSupport() > objects) {
      flags.add(GroupFlag.OUT_OF_SUPPORT);
    }
    boolean isMinority = 2 * combined < objects && !flags.contains(GroupFlag.OUT_OF_SUPPORT);
    if (!factorized.reliable() || isMinority) {
      flags.add(GroupFlag.UNRELIABLE);
    }
    if (common != null && common.emulatorLoss() > ModelErrors.TOLERATED_LOSS) {
      flags.add(GroupFlag.EMULATOR_ERROR);
    }
    if (declaresNoLikelihood) {
      flags.add(GroupFlag.NO_LIKELIHOOD);
    }
    FactorizedPosterior robust =
        flags.contains(GroupFlag.OUT_OF_SUPPORT) || flags.contains(GroupFlag.UNRELIABLE)
            ? prior.combine(0, new double[prior.length()])
            : null;
    return GroupSummary.of(objects, factorized)
        .robust(
            robust == null ? mean(factorized, common) : robust.mean(),
            robust == null
                ? widened(factorized, common, disagreement, fit, error.ofPolynomials(sum, noise))
                : robust.covariance())
        .leftOut(participation.leftOut())
        .disagreement(disagreement)
        .population(shared)
        .outliers(outliers == null ? List.of() : outliers.judge(combined, sum, outlying))
        .misfit(fit)
        .modelErrors(common)
        .informationLoss(
            informationLoss(
                error.informationLoss(factorized, sum, noise),
                common,
                error.ofFarObjects(disagreement)))
        .logEvidence(complete ? sum[evidence] : null)
        .flags(flags)
        .build();
  }

  /** The coefficients in a contribution of {@link PolynomialFactorization}, the constant 0. */
  private double[] polynomial(double[] factor) {
    double[] coefficients = new double[1 + factor.length - prior.length()];
    System.arraycopy(factor, prior.length(), coefficients, 1, coefficients.length - 1);
    return coefficients;
  }

  private static @Nullable Double informationLoss(
      @Nullable Double ofSamples, @Nullable ModelErrors common, double ofFarObjects) {
    if (ofSamples == null) {
      return null;
    }
    return ofSamples + ofFarObjects + (common == null ? 0 : common.emulatorLoss());
  }

  private static double[] mean(FactorizedPosterior factorized, @Nullable ModelErrors common) {
    return common == null ? factorized.mean() : common.mean();
  }

  /**
   * The covariance of the posterior that allows for errors of the model, and what disagreement and
   * misfit add to it.
   *
   * @param ofPolynomials share of the factorized covariance that is added, too
   */
  private static double[] widened(
      FactorizedPosterior factorized,
      @Nullable ModelErrors common,
      @Nullable Disagreement disagreement,
      @Nullable Misfit misfit,
      double ofPolynomials) {
    double[] covariance = (common == null ? factorized.covariance() : common.covariance()).clone();
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] += disagreement == null ? 0 : disagreement.widening()[i];
      covariance[i] += misfit == null ? 0 : misfit.widening()[i];
      covariance[i] += ofPolynomials * factorized.covariance()[i];
    }
    return covariance;
  }
}
