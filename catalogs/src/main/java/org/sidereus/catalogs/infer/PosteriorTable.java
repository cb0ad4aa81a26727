package org.sidereus.catalogs.infer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.combination.Disagreement;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.combination.Misfit;
import org.sidereus.engine.combination.ModelError;
import org.sidereus.engine.combination.ModelErrors;
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
      List.of("q025", "q16", "q50", "q84", "q975", "robust_mean", "robust_sd", "scatter");

  private static final List<ObjectFlag> LEAVING_OUT =
      Arrays.stream(ObjectFlag.values()).filter(ObjectFlag::leavesOut).toList();

  private static final List<String> MODEL_ERROR_STATISTICS = List.of("", "_sd");
  private static final List<String> POPULATION_STATISTICS =
      List.of(
          "mean",
          "sd",
          "q025",
          "q16",
          "q50",
          "q84",
          "q975",
          "scatter",
          "scatter_q025",
          "scatter_q16",
          "scatter_q50",
          "scatter_q84",
          "scatter_q975");

  private final List<String> parameters;
  private final List<String> modelErrors;
  private final List<String> derived;
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
    parameters = manifest.parameters().stream().map(Parameter::name).toList();
    derived = manifest.derived().stream().map(Derived::name).toList();
    shared = manifest.sharedParameters().stream().map(Parameter::name).toList();
    ModelErrorLayout layout = ModelErrorLayout.of(manifest);
    List<String> columns = new ArrayList<>();
    for (int h = 0; layout != null && h < layout.size(); h++) {
      columns.add(column(h < layout.offsets(), layout.errors().get(h).name()));
    }
    modelErrors = List.copyOf(columns);
    this.grouped = grouped;
    this.visited = visited;
  }

  /**
   * {@code object}, {@code group}, {@code visits}, five statistics of each parameter, the
   * correlations, the check, and the statistics of the derived quantities.
   */
  public List<String> objectHeader() {
    List<String> header = new ArrayList<>();
    header.add("object");
    if (grouped) {
      header.add("group");
    }
    if (visited) {
      header.add("visits");
    }
    for (String parameter : parameters) {
      STATISTICS.forEach(statistic -> header.add(parameter + "_" + statistic));
    }
    addPairs(header, parameters);
    header.addAll(List.of("ess", "log_evidence", "chi_square", "p_value", "flags"));
    for (String quantity : derived) {
      STATISTICS.forEach(statistic -> header.add(quantity + "_" + statistic));
    }
    return header;
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
   * value and sd of each; and the posterior of the population.
   */
  public List<String> groupHeader() {
    List<String> header = new ArrayList<>(List.of("group", "n"));
    for (String parameter : shared) {
      header.add(parameter + "_mean");
      header.add(parameter + "_sd");
    }
    addPairs(header, shared);
    for (String parameter : shared) {
      GROUP_STATISTICS.forEach(statistic -> header.add(parameter + "_" + statistic));
    }
    header.addAll(
        List.of(
            "heterogeneity",
            "heterogeneity_p",
            "misfit",
            "misfit_p",
            "method",
            "flags",
            "log_evidence",
            "combined",
            "left_out"));
    LEAVING_OUT.forEach(flag -> header.add("left_out_" + flag));
    header.add("model_errors");
    for (String error : modelErrors) {
      MODEL_ERROR_STATISTICS.forEach(statistic -> header.add(error + statistic));
    }
    for (String parameter : shared) {
      POPULATION_STATISTICS.forEach(
          statistic -> header.add(parameter + "_population_" + statistic));
    }
    header.add("population_log_bayes_factor");
    header.add("information_loss");
    return header;
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

  private static void addPairs(List<String> header, List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        header.add(names.get(i) + "_" + names.get(j) + "_correlation");
      }
    }
  }
}
