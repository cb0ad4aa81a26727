package org.sidereus.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that a validation found.
 *
 * @param bundle name of the bundle
 * @param version its version
 * @param truth where the mock objects came from
 * @param observations what was measured of them
 * @param objects number of objects
 * @param samples posterior samples of each
 * @param seed seed of all draws
 * @param passed whether all checks passed
 * @param checks what was asked of the bundle
 * @param parameters ranks, coverage and errors of each parameter
 * @param medianApe median absolute percentage error over all objects and parameters
 * @param medianSharedApe the same over the shared parameters
 * @param tarp coverage of all parameters at once
 * @param predictive posterior predictive checks
 * @param correction what the importance weights do; null where the bundle has none
 * @param chains comparisons with reference chains
 * @param groups calibration of groups
 */
public record ValidationReport(
    String bundle,
    String version,
    String truth,
    String observations,
    int objects,
    int samples,
    long seed,
    boolean passed,
    List<Check> checks,
    List<ParameterCalibration> parameters,
    double medianApe,
    double medianSharedApe,
    Tarp tarp,
    Predictive predictive,
    ImportanceCorrection correction,
    List<ChainComparison> chains,
    List<GroupCalibration> groups) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** The names of the kinds of checks that failed, each with what it failed for; empty: none. */
  public String failures() {
    Map<String, Set<String>> failed = new LinkedHashMap<>();
    checks.stream()
        .filter(check -> !check.passed())
        .forEach(
            c -> failed.computeIfAbsent(c.name(), n -> new LinkedHashSet<>()).add(c.subject()));
    return failed.entrySet().stream()
        .map(entry -> entry.getKey() + " (" + String.join("; ", entry.getValue()) + ")")
        .collect(Collectors.joining(", "));
  }

  /** Everything as JSON with keys in snake case. */
  public String json() {
    try {
      return MAPPER.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report cannot be written as JSON", e);
    }
  }

  /** What the manifest of the bundle says of it. */
  public Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("passed", passed);
    summary.put("failures", failures());
    summary.put("truth", truth);
    summary.put("observations", observations);
    summary.put("objects", objects);
    summary.put("samples", samples);
    summary.put("seed", seed);
    summary.put("tarp_deviation", tarp.deviation());
    summary.put("median_ape", medianApe);
    summary.put("median_shared_ape", medianSharedApe);
    summary.put("correction", correction);
    summary.put("parameters", parameters.stream().map(ValidationReport::summary).toList());
    summary.put("groups", groups);
    return summary;
  }

  private static Map<String, Object> summary(ParameterCalibration parameter) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("name", parameter.name());
    summary.put("mean_residual_in_sd", parameter.meanResidual());
    summary.put("rms_residual_in_sd", parameter.rmsResidual());
    summary.put("coverage_68", parameter.coverage68());
    summary.put("coverage_95", parameter.coverage95());
    summary.put("median_ape", parameter.medianApe());
    return summary;
  }
}
