package org.sidereus.catalogs.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.combination.GroupFlag;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.ModelError;
import org.sidereus.engine.combination.OutlierShare;
import org.sidereus.engine.combination.Population;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.ObjectFlag;

/** The HTML page of a report. It has no script and loads nothing. */
final class ReportPage {
  private static final int MOST_GROUP_ROWS = 500;
  private static final int MOST_GROUP_FIGURES = 12;
  private static final String NOT_DETERMINED = "not determined";

  private final Manifest manifest;
  private final BundleIdentity bundle;
  private final CatalogReport report;
  private final Map<String, GroupSummary> groups;
  private final Reasons reasons;
  private final List<String> notes;
  private final ReportFigures drawing;
  private final Map<String, String> figures = new LinkedHashMap<>();
  private final HtmlPage page;

  ReportPage(
      String source,
      Manifest manifest,
      BundleIdentity bundle,
      CatalogReport report,
      Map<String, GroupSummary> groups,
      Reasons reasons,
      List<String> notes) {
    this.manifest = manifest;
    this.bundle = bundle;
    this.report = report;
    this.groups = groups;
    this.reasons = reasons;
    this.notes = notes;
    drawing = new ReportFigures(manifest);
    page = new HtmlPage("Posteriors of " + source);
  }

  /** SVG images by the names of their files; those of the page. */
  Map<String, String> figures() {
    return Collections.unmodifiableMap(figures);
  }

  /** The page; it draws the figures. */
  String html() {
    summary();
    groups();
    checks();
    objects();
    return page.text();
  }

  private void summary() {
    page.heading("Catalogue");
    page.table(List.of("what", "number"));
    page.row("objects with a posterior", Long.toString(report.objects()));
    page.row("objects with a flag", Long.toString(report.flagged()));
    for (ObjectFlag flag : ObjectFlag.values()) {
      page.row(
          "with " + flag + ": " + FlagSentences.sentence(flag),
          Long.toString(report.flags().getOrDefault(flag, 0L)));
    }
    reasons.leftOut().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(one -> page.row(leftOut(one.getKey()), one.getValue().toString()));
    reasons
        .missing()
        .forEach(
            (quantity, why) ->
                why.forEach(
                    (reason, count) ->
                        page.row("missing " + quantity + ": " + reason, Long.toString(count))));
    page.end();
    page.paragraph(
        "Bundle %s, version %s, SHA-256 of its manifest %s."
            .formatted(bundle.name(), bundle.version(), bundle.sha256()));
    notes.forEach(one -> page.paragraph(PrintedNumber.sentence(one)));
  }

  private static String leftOut(String reason) {
    return reason.startsWith("left out") ? reason : "left out: " + reason;
  }

  private void groups() {
    if (groups.isEmpty()) {
      return;
    }
    page.heading("Groups");
    List<Parameter> shared = manifest.sharedParameters();
    List<String> header = new ArrayList<>(List.of("group", "objects", "combined", "left out"));
    shared.forEach(one -> header.add(label(one)));
    shared.forEach(one -> header.add("robust " + label(one)));
    header.add("flags");
    List<Map.Entry<String, GroupSummary>> largest =
        groups.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<String, GroupSummary> one) -> one.getValue().objects())
                    .reversed())
            .toList();
    page.table(header);
    for (Map.Entry<String, GroupSummary> one :
        largest.subList(0, Math.min(largest.size(), MOST_GROUP_ROWS))) {
      GroupSummary group = one.getValue();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  one.getKey(),
                  Long.toString(group.objects()),
                  Long.toString(group.combined()),
                  leftOut(group)));
      for (int k = 0; k < shared.size(); k++) {
        cells.add(PrintedNumber.plusMinus(group.mean()[k], group.sd(k)));
      }
      for (int k = 0; k < shared.size(); k++) {
        cells.add(PrintedNumber.plusMinus(group.robustMean()[k], group.robustSd(k)));
      }
      cells.add(names(group.flags()));
      page.row(cells.toArray(new String[0]));
    }
    page.end();
    if (largest.size() > MOST_GROUP_ROWS) {
      page.paragraph("The %d largest of %d groups.".formatted(MOST_GROUP_ROWS, largest.size()));
    }
    groupFlags();
    modelErrors(largest.subList(0, Math.min(largest.size(), MOST_GROUP_ROWS)));
    if (shared.isEmpty()) {
      return;
    }
    unlikeObjects(largest.subList(0, Math.min(largest.size(), MOST_GROUP_ROWS)), shared);
    page.paragraph(
        "Contours hold 68.27, 95.45 and 99.73 % of the posterior. Dashed grey: the prior. Dashed"
            + " orange: the robust mean. A flag OUT_OF_SUPPORT or UNRELIABLE says that the"
            + " posterior is no measurement.");
    for (int g = 0; g < Math.min(largest.size(), MOST_GROUP_FIGURES); g++) {
      GroupSummary group = largest.get(g).getValue();
      figure(
          "group-%d.svg".formatted(g + 1),
          drawing.group(group),
          "Group %s, %d %s %s"
              .formatted(
                  largest.get(g).getKey(),
                  group.objects(),
                  group.objects() == 1 ? "object" : "objects",
                  names(group.flags())));
      group.flags().stream()
          .sorted()
          .forEach(flag -> page.paragraph(withErrors(flag, group) + "."));
    }
    if (largest.size() > MOST_GROUP_FIGURES) {
      page.paragraph("Figures are those of the %d largest groups.".formatted(MOST_GROUP_FIGURES));
    }
  }

  /** What is left out of a group, and of which flag; an object may have several. */
  private static String leftOut(GroupSummary group) {
    String number = Long.toString(group.leftOutObjects());
    return group.leftOut().entrySet().stream()
        .filter(one -> one.getValue() > 0)
        .map(one -> one.getKey() + " " + one.getValue())
        .collect(
            Collectors.collectingAndThen(
                Collectors.joining(", "), by -> by.isEmpty() ? number : number + " (" + by + ")"));
  }

  /** The flags that groups have, with a sentence each. */
  private void groupFlags() {
    Map<GroupFlag, Long> counts =
        groups.values().stream()
            .flatMap(one -> one.flags().stream())
            .collect(Collectors.groupingBy(one -> one, TreeMap::new, Collectors.counting()));
    if (counts.isEmpty()) {
      return;
    }
    page.table(List.of("flag", "groups"));
    counts.forEach(
        (flag, number) -> page.row(flag + ": " + FlagSentences.sentence(flag), number.toString()));
    page.end();
  }

  /** The flagged errors of the model that the objects of a group have in common. */
  private void modelErrors(List<Map.Entry<String, GroupSummary>> groups) {
    if (groups.stream().allMatch(one -> flagged(one.getValue()).isEmpty())) {
      return;
    }
    page.paragraph(
        "Flagged errors that all objects of a group have in common. An offset is that of a"
            + " measured quantity, measured minus true. A shift is that of the mean of a local"
            + " parameter's population from the mean of the prior.");
    page.table(List.of("group", "flag", "error", "value"));
    for (Map.Entry<String, GroupSummary> one : groups) {
      for (ModelError error : flagged(one.getValue())) {
        page.row(
            one.getKey(),
            flag(error).name(),
            (error.kind() == ModelError.Kind.OFFSET ? "offset of " : "shift of ") + error.name(),
            PrintedNumber.plusMinus(error.value(), error.sd()) + unit(error));
      }
    }
    page.end();
  }

  private static List<ModelError> flagged(GroupSummary group) {
    return group.modelErrors() == null
        ? List.of()
        : group.modelErrors().errors().stream().filter(ModelError::isFlagged).toList();
  }

  /** A flag in a sentence, with the errors of the model that gave it. */
  private static String withErrors(GroupFlag flag, GroupSummary group) {
    String errors =
        flagged(group).stream()
            .filter(error -> flag(error) == flag)
            .map(ModelError::text)
            .collect(Collectors.joining(", "));
    return flag
        + ": "
        + FlagSentences.sentence(flag)
        + (errors.isEmpty() ? "" : " (" + errors + ")");
  }

  /** The flag of a group that an error of the model gives. */
  private static GroupFlag flag(ModelError error) {
    return switch (error.kind()) {
      case OFFSET -> GroupFlag.MODEL_MISFIT;
      case SHIFT -> GroupFlag.PRIOR_MISMATCH;
    };
  }

  private static String unit(ModelError error) {
    return switch (error.kind()) {
      case OFFSET -> error.unit().isEmpty() ? "" : " " + error.unit();
      case SHIFT -> " sd of the prior";
    };
  }

  /** What says that the objects of a group do not share a parameter: outliers, and a scatter. */
  private void unlikeObjects(List<Map.Entry<String, GroupSummary>> groups, List<Parameter> shared) {
    page.paragraph(
        "Outliers are combined objects that do not have the value of a parameter which the others"
            + " of the group share. The scatter is the standard deviation of a parameter from"
            + " object to object. Each is inferred as if there were none of the other, so that a"
            + " scatter also shows as outliers. Numbers are medians, intervals hold 68 %. The"
            + " natural logarithm of the Bayes factor is that for outliers, or for a scatter in any"
            + " parameter, over none; strong evidence is above 4.6 = ln 100.");
    page.table(
        List.of(
            "group",
            "parameter",
            "outliers",
            "ln Bayes factor",
            "value with outliers allowed for",
            "scatter",
            "ln Bayes factor"));
    for (Map.Entry<String, GroupSummary> one : groups) {
      Population population = one.getValue().population();
      for (int k = 0; k < shared.size(); k++) {
        OutlierShare outliers = outliers(one.getValue(), shared.get(k));
        page.row(
            one.getKey(),
            label(shared.get(k)),
            outliers == null ? NOT_DETERMINED : PrintedNumber.percent(outliers.shareQuantiles()),
            outliers == null ? "-" : PrintedNumber.number(outliers.logBayesFactor()),
            outliers == null ? "-" : PrintedNumber.plusMinus(outliers.mean(), outliers.sd()),
            population == null
                ? NOT_DETERMINED
                : PrintedNumber.interval(population.scatterQuantiles()[k]),
            population == null ? "-" : PrintedNumber.number(population.logBayesFactor()));
      }
    }
    page.end();
  }

  private static @Nullable OutlierShare outliers(GroupSummary group, Parameter parameter) {
    return group.outliers().stream()
        .filter(one -> one.parameter().equals(parameter.name()))
        .findFirst()
        .orElse(null);
  }

  private void checks() {
    if (report.checked() == 0) {
      return;
    }
    page.heading("Checks");
    figure(
        "p-values.svg",
        report.pValueFigure(),
        "Predictive p-values of %d objects; many small ones are a model that does not fit"
            .formatted(report.checked()));
    figure(
        "effective-samples.svg",
        report.effectiveSamplesFigure(),
        "Effective sample sizes of %d objects".formatted(report.checked()));
  }

  private void objects() {
    page.heading("Objects");
    report.notFound().forEach(one -> page.paragraph("There is no object " + one + "."));
    page.paragraph(
        "Histograms and contours (68.27, 95.45 and 99.73 %) are of the weighted samples; points"
            + " where fewer than 50 samples are effective. Dashed: the prior.");
    if (manifest.parameters().size() > ReportFigures.MOST_PARAMETERS) {
      page.paragraph(
          "The first %d of %d parameters."
              .formatted(ReportFigures.MOST_PARAMETERS, manifest.parameters().size()));
    }
    int number = 1;
    for (CatalogReport.PlottedObject one : report.plotted()) {
      LikelihoodCheck check = one.posterior().check();
      figure(
          "object-%d.svg".formatted(number),
          drawing.object(one.posterior(), one.samples()),
          "Object %s%s%s %s"
              .formatted(
                  one.object(),
                  one.group() == null ? "" : ", group " + one.group(),
                  check == null
                      ? ""
                      : String.format(
                          Locale.ROOT,
                          ", p-value %.2g, %.0f effective samples",
                          check.pValue(),
                          check.effectiveSampleSize()),
                  names(one.posterior().flags())));
      one.posterior().flags().stream()
          .sorted()
          .forEach(flag -> page.paragraph(flag + ": " + FlagSentences.sentence(flag) + "."));
      number++;
    }
  }

  private void figure(String file, String svg, String caption) {
    figures.put(file, svg);
    page.figure(svg, ReportFolder.FIGURES + "/" + file, caption);
  }

  private static String label(Parameter parameter) {
    return parameter.name() + (parameter.unit().isEmpty() ? "" : " [" + parameter.unit() + "]");
  }

  private static String names(Set<? extends Enum<?>> flags) {
    return flags.stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
  }
}
