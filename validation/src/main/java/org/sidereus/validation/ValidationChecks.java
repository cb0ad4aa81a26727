package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The statements that a bundle must fulfil; {@code docs/science/validation.md} explains them. */
final class ValidationChecks {
  private static final double TARP_TOLERANCE = 0.02;

  /** Root mean squares of the residuals of groups that pass without sampling noise. */
  static final double[] GROUP_RMS = {0.85, 1.15};

  /** Shares of the groups in the 68 % interval that pass without sampling noise. */
  static final double[] GROUP_68 = {0.62, 0.74};

  /** The same for the 95 % interval. */
  static final double[] GROUP_95 = {0.92, 0.98};

  private static final double CHAIN_SHIFT = 0.15;
  private static final double CHAIN_WIDTH = 0.1;

  private final ValidationSettings settings;
  private final UniformBand band;

  /**
   * Checks.
   *
   * @param band sampling noise of the objects
   */
  ValidationChecks(ValidationSettings settings, UniformBand band) {
    this.settings = settings;
    this.band = band;
  }

  /** All checks of what a validation found. */
  List<Check> of(
      ObjectCalibration objects, List<ChainComparison> chains, List<GroupCalibration> groups) {
    List<Check> checks = new ArrayList<>();
    objects.parameters().forEach(parameter -> checks.add(ranks(parameter)));
    objects.parameters().forEach(parameter -> checks.add(coverage(parameter)));
    checks.add(tarp(objects.tarp()));
    checks.addAll(percentageErrors(objects));
    Predictive predictive = objects.predictive();
    if (predictive != null) {
      checks.add(predictive(predictive));
    }
    checks.addAll(chains(chains));
    groups.forEach(group -> checks.addAll(group(group)));
    return checks;
  }

  private Check ranks(ParameterCalibration parameter) {
    return Check.atMost(
        "ranks",
        parameter.name(),
        parameter.ranks().deviation(),
        band.countLimit(),
        "largest deviation of a bin in sd; 99 % band");
  }

  private Check coverage(ParameterCalibration parameter) {
    return Check.atMost(
        "coverage",
        parameter.name(),
        parameter.intervals().coverageDeviation(),
        band.shareLimit(),
        "largest deviation at a credibility in sd; 99 % band");
  }

  private Check tarp(Tarp tarp) {
    return Check.atMost(
        "tarp",
        "all parameters",
        tarp.deviation(),
        Math.max(TARP_TOLERANCE, Tarp.noise(settings.counts().objects())),
        "largest distance from the diagonal");
  }

  private List<Check> percentageErrors(ObjectCalibration objects) {
    List<Check> checks = new ArrayList<>();
    Double all = settings.limits().all();
    if (all != null) {
      checks.add(
          Check.atMost("ape", "all parameters", objects.medianApe(), all, "median, per cent"));
    }
    Double shared = settings.limits().shared();
    if (shared != null) {
      checks.add(
          Check.atMost("ape", "shared", objects.medianSharedApe(), shared, "median, per cent"));
    }
    return checks;
  }

  private static Check predictive(Predictive predictive) {
    return Check.atMost(
        "predictive",
        "chi square",
        predictive.smallShare(),
        predictive.smallLimit(),
        "share of objects with a predictive p-value below 0.01");
  }

  private static List<Check> chains(List<ChainComparison> chains) {
    if (chains.isEmpty()) {
      return List.of();
    }
    List<ChainComparison.ChainMarginal> marginals =
        chains.stream().flatMap(chain -> chain.parameters().stream()).toList();
    double shifts = 0;
    double widths = 0;
    for (ChainComparison.ChainMarginal marginal : marginals) {
      shifts += marginal.shift() * marginal.shift() / marginals.size();
      widths += Math.pow(Math.log(marginal.width()), 2) / marginals.size();
    }
    return List.of(
        Check.atMost(
            "mcmc",
            "means",
            Math.sqrt(shifts),
            CHAIN_SHIFT,
            "rms difference of the means in sd of the chain"),
        Check.atMost(
            "mcmc",
            "standard deviations",
            Math.sqrt(widths),
            CHAIN_WIDTH,
            "rms logarithm of the ratio of the sd"));
  }

  private static List<Check> group(GroupCalibration group) {
    String subject = String.format(Locale.ROOT, "%s, N = %d", group.parameter(), group.objects());
    ResidualCalibration found = group.calibration();
    double rmsNoise = BinomialBand.ofRms(group.groups());
    return List.of(
        Check.within(
            "groups",
            subject,
            found.rmsResidual(),
            Math.min(GROUP_RMS[0], 1 - rmsNoise),
            Math.max(GROUP_RMS[1], 1 + rmsNoise),
            "rms of (mean - truth) / sd"),
        share(subject, found.coverage68(), 0.68, GROUP_68, group.groups()),
        share(subject, found.coverage95(), 0.95, GROUP_95, group.groups()));
  }

  private static Check share(
      String subject, double value, double expected, double[] tolerance, int groups) {
    double noise = BinomialBand.ofShare(expected, groups);
    return Check.within(
        "groups",
        subject,
        value,
        Math.min(tolerance[0], expected - noise),
        Math.max(tolerance[1], Math.min(1, expected + noise)),
        String.format(
            Locale.ROOT, "coverage of the %.0f %% interval between quantiles", 100 * expected));
  }
}
