package org.sidereus.engine.combination;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectSummary;

/**
 * The combination of everything that is published for a group: a contribution is that to the
 * factorized posterior, then that to the scatter of the objects, then that to the misfit, then the
 * object's log evidence and 1, or two zeros without one, then the counters of {@link
 * Participation}. Of an object that is left out, all but the counters are zero.
 */
final class GroupCombiner implements Combiner {
  private static final int EVIDENCE_LENGTH = 2;

  /** To be raised when the order or the meaning of the entries of a contribution changes. */
  private static final int LAYOUT = 2;

  private final Factorization factorization;
  private final ScatterStatistics scatter;
  private final MisfitStatistics misfit;
  private final FlaggedObjects flagged;
  private final String layout;

  GroupCombiner(Manifest manifest, Factorization factorization, FlaggedObjects flagged) {
    this.factorization = factorization;
    this.flagged = flagged;
    scatter = new ScatterStatistics(manifest);
    misfit = new MisfitStatistics(manifest);
    layout = layout(manifest, factorization, flagged);
  }

  @Override
  public int length() {
    return factorization.length()
        + scatter.length()
        + MisfitStatistics.LENGTH
        + EVIDENCE_LENGTH
        + Participation.LENGTH;
  }

  @Override
  public String layout() {
    return layout;
  }

  private static String layout(
      Manifest manifest, Factorization factorization, FlaggedObjects flagged) {
    String shared =
        manifest.sharedParameters().stream()
            .map(GroupCombiner::coordinate)
            .collect(Collectors.joining(", "));
    return "layout "
        + LAYOUT
        + ", "
        + factorization.family()
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
  public double[] contribution(ObjectSummary posterior) {
    double[] contribution = new double[length()];
    int counters = length() - Participation.LENGTH;
    boolean combined = flagged == FlaggedObjects.COUNT || posterior.flags().isEmpty();
    Participation.fill(combined, posterior.flags(), contribution, counters);
    if (!combined) {
      return contribution;
    }
    double[] factor = factorization.contribution(posterior);
    System.arraycopy(factor, 0, contribution, 0, factor.length);
    scatter.fill(factor, contribution, factor.length);
    LikelihoodCheck check = posterior.check();
    misfit.fill(check, contribution, factor.length + scatter.length());
    if (check != null && Double.isFinite(check.logEvidence())) {
      contribution[counters - 2] = check.logEvidence();
      contribution[counters - 1] = 1;
    }
    return contribution;
  }

  @Override
  public GroupSummary combine(long objects, double[] sum) {
    if (sum.length != length()) {
      throw new IllegalArgumentException(
          "a sum of " + sum.length + " entries does not fit the " + length() + " of the bundle");
    }
    int counters = length() - Participation.LENGTH;
    int evidence = counters - EVIDENCE_LENGTH;
    int misfits = evidence - MisfitStatistics.LENGTH;
    Participation participation = Participation.of(sum, counters);
    long combined = participation.combined();
    double[] factors = Arrays.copyOf(sum, factorization.length());
    Disagreement disagreement =
        scatter.judge(combined, factors, Arrays.copyOfRange(sum, factors.length, misfits));
    Misfit fit = misfit.judge(combined, factors, sum, misfits);
    boolean complete = combined > 0 && Math.round(sum[evidence + 1]) == combined;
    return new GroupSummary(
        objects,
        factorization.combine(combined, factors),
        participation.leftOut(),
        disagreement,
        fit,
        complete ? sum[evidence] : null,
        flags(disagreement, fit));
  }

  private static Set<GroupFlag> flags(@Nullable Disagreement disagreement, @Nullable Misfit fit) {
    Set<GroupFlag> flags = EnumSet.noneOf(GroupFlag.class);
    if (disagreement != null && disagreement.isSignificant()) {
      flags.add(GroupFlag.HETEROGENEOUS);
    }
    if (fit != null && fit.isSignificant()) {
      flags.add(GroupFlag.MODEL_MISFIT);
    }
    return flags;
  }
}
