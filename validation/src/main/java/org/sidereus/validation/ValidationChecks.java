package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The statements that a bundle must fulfil; {@code docs/science/validation.md} explains them. */
final class ValidationChecks {
  private static final double TARP_TOLERANCE = 0.02;

  /** Root mean squares of the residuals of groups that pass without sampling noise. */
  static final CheckLimits GROUP_RMS = new CheckLimits(0.85, 1.15);

  /** Shares of the groups in the 68 % interval that pass without sampling noise. */
  static final CheckLimits GROUP_68 = new CheckLimits(0.62, 0.74);

  /** The same for the 95 % interval. */
  static final CheckLimits GROUP_95 = new CheckLimits(0.92, 0.98);

  private static final String GROUPS = "groups";
  private static final String MEDIAN = "median, per cent";

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
    CheckFamily family = new CheckFamily();
    objects.parameters().forEach(parameter -> ranks(family, parameter));
    objects.parameters().forEach(parameter -> coverage(family, parameter));
    tarp(family, objects.tarp());
    percentageErrors(family, objects);
    Predictive predictive = objects.predictive();
    if (predictive != null) {
      predictive(family, predictive);
    }
    groups.forEach(group -> group(family, group));
    List<Check> checks = new ArrayList<>(family.checks());
    checks.addAll(ChainChecks.of(chains));
    return checks;
  }

  private void ranks(CheckFamily family, ParameterCalibration parameter) {
    family.addNoisy(
        "ranks",
        parameter.name(),
        parameter.ranks().deviation(),
        share -> CheckLimits.atMost(band.countLimit(share)),
        "largest deviation of a bin in sd");
  }

  private void coverage(CheckFamily family, ParameterCalibration parameter) {
    family.addNoisy(
        "coverage",
        parameter.name(),
        parameter.intervals().coverageDeviation(),
        share -> CheckLimits.atMost(band.shareLimit(share)),
        "largest deviation at a credibility in sd");
  }

  private void tarp(CheckFamily family, Tarp tarp) {
    family.addNoisy(
        "tarp",
        "all parameters",
        tarp.deviation(),
        share ->
            CheckLimits.atMost(
                Math.max(TARP_TOLERANCE, Tarp.noise(settings.counts().objects(), share))),
        "largest distance from the diagonal");
  }

  private void percentageErrors(CheckFamily family, ObjectCalibration objects) {
    Double all = settings.limits().all();
    if (all != null) {
      family.addFixed(
          "ape", "all parameters", objects.medianApe(), CheckLimits.atMost(all), MEDIAN);
    }
    Double shared = settings.limits().shared();
    if (shared != null) {
      family.addFixed(
          "ape", "shared", objects.medianSharedApe(), CheckLimits.atMost(shared), MEDIAN);
    }
  }

  private void predictive(CheckFamily family, Predictive predictive) {
    family.addNoisy(
        "predictive",
        "chi square",
        predictive.smallShare(),
        share -> CheckLimits.atMost(Predictive.smallLimit(settings.counts().objects(), share)),
        "share of objects with a predictive p-value below 0.01");
  }

  private static void group(CheckFamily family, GroupCalibration group) {
    String subject = String.format(Locale.ROOT, "%s, N = %d", group.parameter(), group.objects());
    ResidualCalibration found = group.calibration();
    int groups = group.groups();
    family.addNoisy(
        GROUPS,
        subject,
        found.rmsResidual(),
        share -> GROUP_RMS.orWider(BinomialBand.ofRms(groups, share)),
        "rms of (mean - truth) / sd");
    family.addNoisy(
        GROUPS,
        subject,
        found.coverage68(),
        share -> GROUP_68.orWider(BinomialBand.ofShare(0.68, groups, share)),
        "coverage of the 68 % interval between quantiles");
    family.addNoisy(
        GROUPS,
        subject,
        found.coverage95(),
        share -> GROUP_95.orWider(BinomialBand.ofShare(0.95, groups, share)),
        "coverage of the 95 % interval between quantiles");
  }
}
