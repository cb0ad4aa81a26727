package org.sidereus.archive;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.combination.FactorizedPosterior;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.OutlierShare;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Population;
import org.sidereus.schemas.PopulationParameter;
import org.sidereus.schemas.SharedParameter;

/** Posteriors as rows, and the types of their columns. */
final class ArchivedRows {
  private ArchivedRows() {}

  /** Where a record was, which names it for ever. */
  record Place(int partition, long offset, long timestampMs) {}

  static Map<String, Object> of(ObjectPosterior one, Place place) {
    Map<String, Object> row = new LinkedHashMap<>();
    put(row, "survey", one.getSurvey());
    put(row, "object", one.getObject());
    put(row, "group", one.getGroup());
    put(row, "time", one.getDated() ? time(one.getTime()) : null);
    put(row, "revision", one.getRevision());
    put(row, "bundle_version", one.getBundleVersion());
    for (List<ParameterPosterior> some : List.of(one.getParameters(), one.getDerived())) {
      for (ParameterPosterior p : some) {
        put(row, p.getName() + "_mean", p.getMean());
        put(row, p.getName() + "_sd", p.getSd());
        put(row, p.getName() + "_q16", p.getQ16());
        put(row, p.getName() + "_q50", p.getQ50());
        put(row, p.getName() + "_q84", p.getQ84());
      }
    }
    put(row, "covariance", array(one.getCovariance()));
    put(row, "samples", one.getSamples());
    put(row, "visits", one.getVisits());
    put(row, "corrected", one.getCorrected());
    put(row, "effective_sample_size", one.getEffectiveSampleSize());
    put(row, "log_evidence", one.getLogEvidence());
    put(row, "chi_square", one.getChiSquare());
    put(row, "p_value", one.getPValue());
    put(row, "flags", String.join(" ", one.getFlags()));
    put(row, "source_partition", one.getSource().getPartition());
    put(row, "source_offset", one.getSource().getOffset());
    putPlace(row, place);
    return row;
  }

  static Map<String, Object> of(GroupPosterior one, Place place) {
    Map<String, Object> row = new LinkedHashMap<>();
    put(row, "group", one.getGroup());
    put(row, "survey", one.getSurvey());
    put(row, "window_start", time(one.getWindowStart()));
    put(row, "window_end", time(one.getWindowEnd()));
    put(row, "closed", one.getClosed());
    put(row, "time", one.getDated() ? time(one.getTime()) : null);
    put(row, "bundle_version", one.getBundleVersion());
    put(row, "objects", one.getObjects());
    put(row, "combined", one.getCombined());
    put(row, "left_out", one.getLeftOut());
    for (SharedParameter p : one.getParameters()) {
      put(row, p.getName() + "_mean", p.getMean());
      put(row, p.getName() + "_sd", p.getSd());
      put(row, p.getName() + "_q025", p.getQ025());
      put(row, p.getName() + "_q16", p.getQ16());
      put(row, p.getName() + "_q50", p.getQ50());
      put(row, p.getName() + "_q84", p.getQ84());
      put(row, p.getName() + "_q975", p.getQ975());
      put(row, p.getName() + "_robust_mean", p.getRobustMean());
      put(row, p.getName() + "_robust_sd", p.getRobustSd());
    }
    put(row, "covariance", array(one.getCovariance()));
    put(row, "method", one.getMethod());
    put(row, "heterogeneity_p_value", one.getHeterogeneityPValue());
    put(row, "misfit_p_value", one.getMisfitPValue());
    put(row, "log_evidence", one.getLogEvidence());
    put(row, "flags", String.join(" ", one.getFlags()));
    putPopulation(row, one);
    for (SharedParameter p : one.getParameters()) {
      putOutliers(row, p.getName(), one.getOutliers());
    }
    put(row, "information_loss", one.getInformationLoss());
    putPlace(row, place);
    return row;
  }

  private static void putPopulation(Map<String, Object> row, GroupPosterior one) {
    Population population = one.getPopulation();
    List<PopulationParameter> all = population == null ? List.of() : population.getParameters();
    for (SharedParameter shared : one.getParameters()) {
      String name = shared.getName() + "_population_";
      PopulationParameter p =
          all.stream()
              .filter(some -> some.getName().equals(shared.getName()))
              .findFirst()
              .orElse(null);
      put(row, name + "mean", p == null ? null : p.getMean());
      put(row, name + "sd", p == null ? null : p.getSd());
      putQuantiles(row, name, p == null ? null : p.getQuantiles());
      put(row, name + "scatter", p == null ? null : p.getScatter());
      putQuantiles(row, name + "scatter_", p == null ? null : p.getScatterQuantiles());
    }
    put(
        row,
        "population_log_bayes_factor",
        population == null ? null : population.getLogBayesFactor());
  }

  private static void putOutliers(
      Map<String, Object> row, String parameter, List<OutlierShare> all) {
    OutlierShare share =
        all.stream().filter(one -> one.getParameter().equals(parameter)).findFirst().orElse(null);
    String name = parameter + "_outliers_";
    put(row, name + "share", share == null ? null : share.getShare());
    putQuantiles(row, name + "share_", share == null ? null : share.getShareQuantiles());
    put(row, name + "log_bayes_factor", share == null ? null : share.getLogBayesFactor());
    put(row, name + "mean", share == null ? null : share.getMean());
    put(row, name + "sd", share == null ? null : share.getSd());
  }

  /** The five quantiles of a record; null: they are not known. */
  private static void putQuantiles(
      Map<String, Object> row, String name, @Nullable List<Double> quantiles) {
    List<String> names = FactorizedPosterior.LEVEL_NAMES;
    for (int i = 0; i < names.size(); i++) {
      put(row, name + names.get(i), quantiles == null ? null : quantiles.get(i));
    }
  }

  private static void putPlace(Map<String, Object> row, Place place) {
    put(row, "kafka_partition", place.partition());
    put(row, "kafka_offset", place.offset());
    put(row, "published", time(Instant.ofEpochMilli(place.timestampMs())));
  }

  // NullAway has no word for a map with null values
  @SuppressWarnings("NullAway")
  private static void put(Map<String, Object> row, String name, @Nullable Object value) {
    row.put(name, value);
  }

  private static @Nullable LocalDateTime time(@Nullable Instant time) {
    return time == null ? null : LocalDateTime.ofInstant(time, ZoneOffset.UTC);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * DuckDB's type of each column of a row. Columns without a value are numbers or, by name, text.
   */
  static Map<String, String> types(Map<String, Object> row) {
    Map<String, String> types = new LinkedHashMap<>();
    row.forEach((name, value) -> types.put(name, type(name, value)));
    return types;
  }

  private static String type(String name, @Nullable Object value) {
    return switch (name) {
      case "survey", "object", "group", "bundle_version", "method", "flags" -> "VARCHAR";
      case "time", "window_start", "window_end", "published" -> "TIMESTAMP";
      case "closed", "corrected" -> "BOOLEAN";
      case "revision", "samples", "visits", "kafka_partition", "source_partition" -> "INTEGER";
      case "objects", "combined", "left_out", "kafka_offset", "source_offset" -> "BIGINT";
      case "covariance" ->
          "DOUBLE[" + (value instanceof double[] numbers ? numbers.length : 1) + "]";
      default -> "DOUBLE";
    };
  }
}
