package org.sidereus.validation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * @param subject what it looked at
 * @param checks what was asked of the bundle
 * @param single calibration of the single objects
 * @param chains comparisons with reference chains
 * @param groups calibration of groups
 */
@JsonPropertyOrder({"subject", "passed", "checks", "single", "chains", "groups"})
public record ValidationReport(
    @JsonUnwrapped ValidationSubject subject,
    List<Check> checks,
    @JsonUnwrapped ObjectCalibration single,
    List<ChainComparison> chains,
    List<GroupCalibration> groups) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Whether all checks passed: none failed, and none is undecided. */
  @JsonProperty
  public boolean passed() {
    return checks.stream().allMatch(Check::passed);
  }

  /**
   * The names of the kinds of checks that failed or are undecided, each with what it is so for;
   * empty: none.
   */
  public String failures() {
    Map<String, Set<String>> failed = new LinkedHashMap<>();
    checks.stream()
        .filter(check -> !check.passed())
        .forEach(
            check -> {
              boolean undecided = check.outcome() == CheckOutcome.UNDECIDED;
              String name = check.name() + (undecided ? " undecided" : "");
              failed.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(check.subject());
            });
    return failed.entrySet().stream()
        .map(entry -> entry.getKey() + " (" + String.join("; ", entry.getValue()) + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * The number of checks outside of their own 99 % band and within that of all checks together: of
   * an exact bundle about one of a hundred.
   */
  public long outside() {
    return checks.stream().filter(check -> check.outcome() == CheckOutcome.OUTSIDE).count();
  }

  /** Everything as JSON with keys in snake case. */
  public String json() {
    try {
      return MAPPER.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report cannot be written as JSON", e);
    }
  }

  /**
   * The part for the manifest of the bundle: scalars, lists of maps of scalars for parameters and
   * groups. {@link #json()} has the rest.
   */
  public Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("passed", passed());
    summary.put("failures", failures());
    summary.put("truth", subject.truth());
    summary.put("observations", subject.observations());
    summary.put("objects", subject.objects());
    summary.put("samples", subject.samples());
    summary.put("seed", subject.seed());
    summary.put("tarp_deviation", single.tarp().deviation());
    summary.put("median_ape", single.medianApe());
    summary.put("median_shared_ape", single.medianSharedApe());
    if (single.correction() != null) {
      summary.put("correction", summary(single.correction()));
    }
    summary.put("parameters", single.parameters().stream().map(ValidationReport::summary).toList());
    summary.put("groups", groups.stream().map(ValidationReport::summary).toList());
    return summary;
  }

  private static Map<String, Object> summary(ImportanceCorrection correction) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("samples", correction.samples());
    summary.put("median", correction.median());
    summary.put("low", correction.low());
    summary.put("too_few", correction.tooFew());
    summary.put("rms_shift", correction.rmsShift());
    return summary;
  }

  private static Map<String, Object> summary(ParameterCalibration parameter) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("name", parameter.name());
    summary.put("mean_residual_in_sd", parameter.meanResidual());
    summary.put("rms_residual_in_sd", parameter.rmsResidual());
    summary.put("coverage_68", parameter.intervals().coverage68());
    summary.put("coverage_95", parameter.intervals().coverage95());
    summary.put("median_ape", parameter.errors().median());
    return summary;
  }

  private static Map<String, Object> summary(GroupCalibration group) {
    ResidualCalibration residuals = group.calibration();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("parameter", group.parameter());
    summary.put("objects", group.objects());
    summary.put("groups", group.groups());
    summary.put("mean_residual", residuals.meanResidual());
    summary.put("rms_residual", residuals.rmsResidual());
    summary.put("largest_residual", residuals.largestResidual());
    summary.put("coverage68", residuals.coverage68());
    summary.put("coverage95", residuals.coverage95());
    summary.put("median_sd", group.medianSd());
    summary.put("gaussian", group.gaussian());
    summary.put("unreliable", group.unreliable());
    return summary;
  }
}
