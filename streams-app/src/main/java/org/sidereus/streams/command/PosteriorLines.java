package org.sidereus.streams.command;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sidereus.engine.Printable;
import org.sidereus.engine.combination.GroupFlag;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ModelError;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.Rejection;

/**
 * Posteriors and rejections as lines for a person. The lines of groups compare the evidence of
 * bundles, so they remember the groups before. For one thread.
 */
final class PosteriorLines {
  /** Of a scatter: log(100), which is exceeded by chance in at most one group of a hundred. */
  private static final double STRONG_EVIDENCE = Math.log(100);

  private static final List<String> ONLY_SCATTER = List.of(GroupFlag.HETEROGENEOUS.name());

  private final EvidenceNotes evidence = new EvidenceNotes();

  /** The line of an object. */
  String of(ObjectPosterior one) {
    return Printable.of(
        "%s  %s/%s  %s %s  %s%s"
            .formatted(
                one.getDated() ? one.getTime() : "no time",
                one.getGroup() == null ? "-" : one.getGroup(),
                one.getObject(),
                one.getBundle(),
                one.getBundleVersion(),
                one.getParameters().stream()
                    .map(p -> value(p.getName(), p.getMean(), p.getSd(), p.getUnit()))
                    .collect(Collectors.joining("  ")),
                one.getFlags().isEmpty() ? "" : "  " + String.join(" ", one.getFlags())));
  }

  /** The line of a group. */
  String of(GroupPosterior one) {
    return Printable.of(
        "%s  %s  %s  n=%d%s  %s %s  %s%s%s%s%s"
            .formatted(
                one.getDated() ? one.getTime() : "no time",
                one.getGroup(),
                window(one),
                one.getObjects(),
                leftOut(one),
                one.getBundle(),
                one.getBundleVersion(),
                figures(one),
                scatter(one),
                outliers(one),
                evidence.note(one),
                flags(one)));
  }

  /** The flags, after two blanks, with the errors of the model behind them; empty without flags. */
  private static String flags(GroupPosterior one) {
    String errors =
        one.getModelErrors().stream()
            .filter(ModelError::getFlagged)
            .map(PosteriorLines::error)
            .collect(Collectors.joining(", "));
    return (one.getFlags().isEmpty() ? "" : "  " + String.join(" ", one.getFlags()))
        + (errors.isEmpty() ? "" : ": " + errors);
  }

  private static String error(ModelError one) {
    String unit = one.getKind().equals("SHIFT") ? "sd of the prior" : one.getUnit();
    return String.format(Locale.ROOT, "%s %+.2g %s", one.getName(), one.getValue(), unit).strip();
  }

  /** What is left out, after a blank; empty where nothing is. */
  private static String leftOut(GroupPosterior one) {
    if (one.getLeftOut() == null || one.getLeftOut() == 0) {
      return "";
    }
    return one.getLeftOutByFlag().stream()
        .map(some -> some.getFlag() + " " + some.getObjects())
        .collect(Collectors.joining(", ", " (" + one.getLeftOut() + " left out: ", ")"));
  }

  /** The scatter of the parameters that scatter, where the evidence for it is strong. */
  private static String scatter(GroupPosterior one) {
    Population population = one.getPopulation();
    if (population == null || !isStrong(population)) {
      return "";
    }
    return population.getParameters().stream()
        .filter(p -> p.getScatterQuantiles().get(1) > 0)
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "  scatter %s=%.4f (%.4f to %.4f)",
                    p.getName(),
                    p.getScatterQuantiles().get(2),
                    p.getScatterQuantiles().get(1),
                    p.getScatterQuantiles().get(3)))
        .collect(Collectors.joining());
  }

  /** The share of outliers in each parameter, after two blanks. */
  private static String outliers(GroupPosterior one) {
    return one.getParameters().stream()
        .map(p -> p.getName() + " " + share(one, p.getName()))
        .collect(Collectors.joining(", ", "  outliers: ", ""));
  }

  private static String share(GroupPosterior one, String parameter) {
    return one.getOutliers().stream()
        .filter(some -> some.getParameter().equals(parameter))
        .findFirst()
        .map(
            some ->
                String.format(
                    Locale.ROOT,
                    "%.1f %% (%.1f to %.1f %%)",
                    100 * some.getShareQuantiles().get(2),
                    100 * some.getShareQuantiles().get(1),
                    100 * some.getShareQuantiles().get(3)))
        .orElse("not determined");
  }

  private static String window(GroupPosterior one) {
    if (one.getWindowStart() == null) {
      return "all time";
    }
    String survey = one.getSurvey() == null ? "" : " of " + one.getSurvey();
    return "%s to %s%s%s"
        .formatted(
            one.getWindowStart(), one.getWindowEnd(), survey, one.getClosed() ? " closed" : "");
  }

  private static String value(String name, double mean, double sd, String unit) {
    return String.format(
        Locale.ROOT, "%s=%.4f+-%.4f%s", name, mean, sd, unit.isEmpty() ? "" : " " + unit);
  }

  private static boolean isStrong(Population population) {
    return population.getLogBayesFactor() >= STRONG_EVIDENCE;
  }

  /**
   * The figures of a group that may be believed. Without a flag they are those of the factorized
   * posterior. Objects that only scatter have a population, whose centre it is. With any other flag
   * they are those of the robust posterior.
   */
  private static String figures(GroupPosterior one) {
    Population population = one.getPopulation();
    if (one.getFlags().equals(ONLY_SCATTER) && population != null && isStrong(population)) {
      return population.getParameters().stream()
          .map(p -> value(p.getName(), p.getMean(), p.getSd(), p.getUnit()))
          .collect(Collectors.joining("  ", "population: ", ""));
    }
    boolean robust =
        !one.getFlags().isEmpty()
            && one.getParameters().stream()
                .allMatch(p -> p.getRobustMean() != null && p.getRobustSd() != null);
    return one.getParameters().stream()
        .map(
            p ->
                robust
                    ? value(p.getName(), p.getRobustMean(), p.getRobustSd(), p.getUnit())
                    : value(p.getName(), p.getMean(), p.getSd(), p.getUnit()))
        .collect(Collectors.joining("  ", robust ? "robust: " : "", ""));
  }

  /** The line of a rejection. */
  String of(Rejection one) {
    return Printable.of(
        "%s  %s %d:%d  %s/%s  %s  %s"
            .formatted(
                one.getTimestamp(),
                one.getTopic(),
                one.getPartition(),
                one.getOffset(),
                one.getSurvey() == null ? "-" : one.getSurvey(),
                one.getObject() == null ? "-" : one.getObject(),
                one.getReason(),
                one.getDetail()));
  }
}
