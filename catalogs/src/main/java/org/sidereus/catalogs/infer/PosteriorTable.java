package org.sidereus.catalogs.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.combination.Disagreement;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.Misfit;
import org.sidereus.engine.combination.ModelError;
import org.sidereus.engine.combination.ModelErrors;
import org.sidereus.engine.combination.OutlierShare;
import org.sidereus.engine.combination.Population;
import org.sidereus.engine.inference.LikelihoodCheck;
import org.sidereus.engine.inference.Marginal;
import org.sidereus.engine.inference.ModelErrorLayout;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;

/** Columns and rows of the tables of posteriors, with every digit of the numbers. */
public final class PosteriorTable {
  private static final List<String> STATISTICS = List.of("mean", "sd", "q16", "q50", "q84");

  private static final List<String> GROUP_STATISTICS =
      Stream.concat(
              FactorizedPosterior.LEVEL_NAMES.stream(),
              Stream.of("robust_mean", "robust_sd", "scatter"))
          .toList();

  private static final List<ObjectFlag> LEAVING_OUT =
      Arrays.stream(ObjectFlag.values()).filter(ObjectFlag::leavesOut).toList();

  private static final List<String> POPULATION_STATISTICS =
      Stream.of(
              Stream.of("mean", "sd"),
              FactorizedPosterior.LEVEL_NAMES.stream(),
              Stream.of("scatter"),
              FactorizedPosterior.LEVEL_NAMES.stream().map(one -> "scatter_" + one))
          .flatMap(names -> names)
          .toList();

  private final Manifest manifest;
  private final @Nullable ModelErrorLayout layout;
  private final List<String> parameters;
  private final List<String> modelErrors;
  private final List<String> shared;
  private final boolean grouped;
  private final boolean visited;

  /**
   * The tables of a bundle.
   *
   * @param grouped whether objects have groups
   * @param visited whether objects have visits
   */
  public PosteriorTable(Manifest manifest, boolean grouped, boolean visited) {
    this.manifest = manifest;
    parameters = manifest.parameters().stream().map(Parameter::name).toList();
    shared = manifest.sharedParameters().stream().map(Parameter::name).toList();
    layout = ModelErrorLayout.of(manifest);
    List<String> columns = new ArrayList<>();
    for (int h = 0; layout != null && h < layout.size(); h++) {
      columns.add(column(h < layout.offsets(), layout.errors().get(h).name()));
    }
    modelErrors = List.copyOf(columns);
    this.grouped = grouped;
    this.visited = visited;
  }

  /** Names of {@link #objectColumns}. */
  public List<String> objectHeader() {
    return objectColumns().stream().map(OutputColumn::name).toList();
  }

  /**
   * {@code object}, {@code group}, {@code visits}, five statistics of each parameter, the
   * correlations, the check, and the statistics of the derived quantities.
   */
  public List<OutputColumn> objectColumns() {
    List<OutputColumn> columns = new ArrayList<>();
    columns.add(text("object", "meta.id;meta.main", "identifier of the object"));
    if (grouped) {
      columns.add(text("group", "meta.id", "group of the object"));
    }
    if (visited) {
      columns.add(count("visits", "visits that are combined"));
    }
    for (Parameter parameter : manifest.parameters()) {
      STATISTICS.forEach(
          one -> columns.add(statistic(parameter.name(), "", one, parameter.unit())));
    }
    addPairs(columns, parameters);
    columns.add(number("ess", "", "meta.number", "effective sample size"));
    columns.add(number("log_evidence", "", "stat.likelihood", "natural logarithm of the evidence"));
    columns.add(number("chi_square", "", "stat.fit.chi2", "posterior mean of chi-square"));
    columns.add(number("p_value", "", "stat.probability", "predictive p-value of chi-square"));
    columns.add(text("flags", "meta.code.qual", "flags of the posterior"));
    for (Derived quantity : manifest.derived()) {
      STATISTICS.forEach(one -> columns.add(statistic(quantity.name(), "", one, quantity.unit())));
    }
    return columns;
  }

  List<String> objectRow(CatalogObject object, ObjectSummary posterior) {
    List<String> row = new ArrayList<>();
    row.add(object.id());
    if (grouped) {
      row.add(object.group() == null ? "" : object.group());
    }
    if (visited) {
      row.add(Integer.toString(object.visits()));
    }
    int d = parameters.size();
    for (int i = 0; i < d; i++) {
      row.add(Double.toString(posterior.mean()[i]));
      row.add(Double.toString(posterior.sd(i)));
      for (double quantile : posterior.quantiles()[i]) {
        row.add(Double.toString(quantile));
      }
    }
    for (int i = 0; i < d; i++) {
      for (int j = i + 1; j < d; j++) {
        row.add(
            Double.toString(
                posterior.covariance()[i * d + j] / (posterior.sd(i) * posterior.sd(j))));
      }
    }
    LikelihoodCheck check = posterior.check();
    row.add(check == null ? "" : Double.toString(check.effectiveSampleSize()));
    row.add(check == null ? "" : Double.toString(check.logEvidence()));
    row.add(check == null ? "" : Double.toString(check.chiSquare()));
    row.add(check == null ? "" : Double.toString(check.pValue()));
    row.add(
        posterior.flags().stream().sorted().map(ObjectFlag::name).collect(Collectors.joining(" ")));
    for (Marginal marginal : posterior.derived()) {
      row.add(Double.toString(marginal.mean()));
      row.add(Double.toString(marginal.sd()));
      for (double quantile : marginal.quantiles()) {
        row.add(Double.toString(quantile));
      }
    }
    return row;
  }

  /**
   * {@code group}, {@code n}, mean and sd of each shared parameter, their correlations; then
   * quantiles, robust posterior and scatter of each, the statistics of the whole group, how many
   * objects are combined and left out; the errors of the model: those that are flagged, and the
   * value and sd of each; the posterior of the population; and the share of outliers in each shared
   * parameter.
   */
  public List<OutputColumn> groupColumns() {
    List<OutputColumn> columns = new ArrayList<>();
    columns.add(text("group", "meta.id;meta.main", "name of the group"));
    columns.add(count("n", "objects of the group"));
    for (Parameter parameter : manifest.sharedParameters()) {
      columns.add(statistic(parameter.name(), "", "mean", parameter.unit()));
      columns.add(statistic(parameter.name(), "", "sd", parameter.unit()));
    }
    addPairs(columns, shared);
    for (Parameter parameter : manifest.sharedParameters()) {
      GROUP_STATISTICS.forEach(
          one -> columns.add(statistic(parameter.name(), "", one, parameter.unit())));
    }
    columns.add(
        number("heterogeneity", "", "", "disagreement of the objects over its expectation"));
    columns.add(number("heterogeneity_p", "", "stat.probability", "its p-value"));
    columns.add(number("misfit", "", "", "misfit of the model over its expectation"));
    columns.add(number("misfit_p", "", "stat.probability", "its p-value"));
    columns.add(text("method", "meta.code", "how the objects are combined"));
    columns.add(text("flags", "meta.code.qual", "flags of the group"));
    columns.add(
        number("log_evidence", "", "stat.likelihood", "sum of the log evidences of the objects"));
    columns.add(count("combined", "objects that are combined"));
    columns.add(count("left_out", "objects that are left out"));
    for (ObjectFlag flag : LEAVING_OUT) {
      columns.add(count("left_out_" + flag, "objects with " + flag + " that are left out"));
    }
    columns.add(text("model_errors", "meta.code.qual", "flagged errors of the model"));
    for (int h = 0; layout != null && h < layout.size(); h++) {
      ModelErrorLayout.Name error = layout.errors().get(h);
      boolean offset = h < layout.offsets();
      String unit = offset ? error.unit() : "";
      String name = column(offset, error.name());
      String what = (offset ? "offset of " : "shift of the population of ") + error.name();
      columns.add(number(name, unit, "stat.mean", what));
      columns.add(number(name + "_sd", unit, "stat.stdev", "standard deviation of the " + what));
    }
    for (Parameter parameter : manifest.sharedParameters()) {
      POPULATION_STATISTICS.forEach(
          one -> columns.add(statistic(parameter.name(), "_population", one, parameter.unit())));
    }
    columns.add(
        number(
            "population_log_bayes_factor",
            "",
            "",
            "log Bayes factor of a population with scatter"));
    for (Parameter parameter : manifest.sharedParameters()) {
      addOutliers(columns, parameter);
    }
    columns.add(number("information_loss", "bit", "", "information that the combination loses"));
    return columns;
  }

  private static void addOutliers(List<OutputColumn> columns, Parameter parameter) {
    String name = parameter.name() + "_outliers_";
    String share = "share of outliers in " + parameter.name();
    String allowing = "%s of %s if outliers are allowed for";
    columns.add(number(name + "share", "", "stat.mean", share));
    for (String quantile : FactorizedPosterior.LEVEL_NAMES) {
      columns.add(number(name + "share_" + quantile, "", "", words(quantile) + " of the " + share));
    }
    columns.add(number(name + "log_bayes_factor", "", "", "log Bayes factor of a " + share));
    columns.add(
        number(
            name + "mean",
            parameter.unit(),
            "stat.mean",
            allowing.formatted("mean", parameter.name())));
    columns.add(
        number(
            name + "sd",
            parameter.unit(),
            "stat.stdev",
            allowing.formatted("standard deviation", parameter.name())));
  }

  public List<String> groupRow(String group, GroupSummary posterior) {
    List<String> row = new ArrayList<>(List.of(group, Long.toString(posterior.objects())));
    for (int i = 0; i < shared.size(); i++) {
      row.add(Double.toString(posterior.mean()[i]));
      row.add(Double.toString(posterior.sd(i)));
    }
    for (int i = 0; i < shared.size(); i++) {
      for (int j = i + 1; j < shared.size(); j++) {
        row.add(Double.toString(posterior.correlation(i, j)));
      }
    }
    Disagreement disagreement = posterior.disagreement();
    for (int i = 0; i < shared.size(); i++) {
      for (double quantile : posterior.factorized().quantiles()[i]) {
        row.add(Double.toString(quantile));
      }
      row.add(Double.toString(posterior.robustMean()[i]));
      row.add(Double.toString(posterior.robustSd(i)));
      row.add(disagreement == null ? "" : Double.toString(disagreement.scatter()[i]));
    }
    row.add(disagreement == null ? "" : Double.toString(disagreement.ratio()));
    row.add(disagreement == null ? "" : Double.toString(disagreement.pValue()));
    Misfit misfit = posterior.misfit();
    row.add(misfit == null ? "" : Double.toString(misfit.ratio()));
    row.add(misfit == null ? "" : Double.toString(misfit.pValue()));
    row.add(posterior.factorized().method().name());
    row.add(posterior.flags().stream().sorted().map(Enum::name).collect(Collectors.joining("|")));
    row.add(posterior.logEvidence() == null ? "" : posterior.logEvidence().toString());
    row.add(Long.toString(posterior.combined()));
    row.add(Long.toString(posterior.leftOutObjects()));
    for (ObjectFlag flag : LEAVING_OUT) {
      row.add(Long.toString(posterior.leftOut().getOrDefault(flag, 0L)));
    }
    addModelErrors(row, posterior.modelErrors());
    addPopulation(row, posterior.population());
    addOutliers(row, posterior.outliers());
    Double loss = posterior.informationLoss();
    row.add(loss == null ? "" : Double.toString(loss));
    return row;
  }

  private void addModelErrors(List<String> row, @Nullable ModelErrors found) {
    List<ModelError> errors = found == null ? List.of() : found.errors();
    row.add(
        errors.stream()
            .filter(ModelError::isFlagged)
            .map(ModelError::text)
            .collect(Collectors.joining("|")));
    for (String column : modelErrors) {
      ModelError error =
          errors.stream().filter(one -> column(one).equals(column)).findFirst().orElse(null);
      row.add(error == null ? "" : Double.toString(error.value()));
      row.add(error == null ? "" : Double.toString(error.sd()));
    }
  }

  private static String column(ModelError error) {
    return column(error.kind() == ModelError.Kind.OFFSET, error.name());
  }

  private static String column(boolean offset, String name) {
    return name + (offset ? "_offset" : "_shift");
  }

  private void addPopulation(List<String> row, @Nullable Population population) {
    if (population == null) {
      row.addAll(Collections.nCopies(shared.size() * POPULATION_STATISTICS.size() + 1, ""));
      return;
    }
    for (int i = 0; i < shared.size(); i++) {
      row.add(Double.toString(population.mean()[i]));
      row.add(Double.toString(population.sd(i)));
      for (double quantile : population.quantiles()[i]) {
        row.add(Double.toString(quantile));
      }
      row.add(Double.toString(population.scatter()[i]));
      for (double quantile : population.scatterQuantiles()[i]) {
        row.add(Double.toString(quantile));
      }
    }
    row.add(Double.toString(population.logBayesFactor()));
  }

  private void addOutliers(List<String> row, List<OutlierShare> found) {
    for (String parameter : shared) {
      OutlierShare one =
          found.stream()
              .filter(share -> share.parameter().equals(parameter))
              .findFirst()
              .orElse(null);
      if (one == null) {
        row.addAll(Collections.nCopies(FactorizedPosterior.LEVEL_NAMES.size() + 4, ""));
        continue;
      }
      row.add(Double.toString(one.share()));
      for (double quantile : one.shareQuantiles()) {
        row.add(Double.toString(quantile));
      }
      row.add(Double.toString(one.logBayesFactor()));
      row.add(Double.toString(one.mean()));
      row.add(Double.toString(one.sd()));
    }
  }

  private static void addPairs(List<OutputColumn> columns, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        columns.add(
            number(
                names.get(i) + "_" + names.get(j) + "_correlation",
                "",
                "stat.correlation",
                "correlation of %s and %s".formatted(names.get(i), names.get(j))));
      }
    }
  }

  /**
   * A statistic of a quantity, with the quantity's unit.
   *
   * @param of {@code _population}; empty: the posterior
   */
  private static OutputColumn statistic(String quantity, String of, String statistic, String unit) {
    String ucd = "";
    if (statistic.endsWith("mean")) {
      ucd = "stat.mean";
    } else if (statistic.endsWith("sd") || statistic.equals("scatter")) {
      ucd = "stat.stdev";
    } else if (statistic.equals("q50")) {
      ucd = "stat.median";
    }
    return number(
        quantity + of + "_" + statistic,
        unit,
        ucd,
        "%s of the %s of %s"
            .formatted(words(statistic), of.isEmpty() ? "posterior" : "population", quantity));
  }

  private static String words(String statistic) {
    String level = statistic.substring(statistic.lastIndexOf('_') + 1);
    return switch (statistic) {
      case "mean", "scatter" -> statistic;
      case "sd" -> "standard deviation";
      case "robust_mean" -> "robust mean";
      case "robust_sd" -> "robust standard deviation";
      default ->
          switch (level) {
                case "q025" -> "2.5 %";
                case "q16" -> "16 %";
                case "q50" -> "50 %";
                case "q84" -> "84 %";
                default -> "97.5 %";
              }
              + " quantile"
              + (statistic.startsWith("scatter") ? " of the scatter" : "");
    };
  }

  private static OutputColumn text(String name, String ucd, String description) {
    return new OutputColumn(name, OutputColumn.Type.TEXT, "", ucd, description);
  }

  private static OutputColumn count(String name, String description) {
    return new OutputColumn(name, OutputColumn.Type.INTEGER, "", "meta.number", description);
  }

  private static OutputColumn number(String name, String unit, String ucd, String description) {
    return new OutputColumn(name, OutputColumn.Type.FLOATING, unit, ucd, description);
  }
}
