package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The error of an emulator in one observable that the objects of a group have in common: the root
 * mean square of its mean error over the local parameters, in the unit of the observable, as a
 * function of the shared parameters z in prior standard deviations from the prior mean
 *
 * <pre>  s(z) = atMean exp(slope' z + z' curvature z / 2)
 * </pre>
 *
 * <p>In a manifest it is a number where it is the same everywhere. Immutable.
 *
 * @param atMean s at the prior mean, finite and not negative
 * @param slope [K]; empty: the same everywhere
 * @param curvature [K][K], symmetric; empty: the same everywhere
 */
public record EmulatorError(double atMean, List<Double> slope, List<List<Double>> curvature) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException where a number or a size breaks a rule
   */
  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public EmulatorError {
    if (!(atMean >= 0 && Double.isFinite(atMean))) {
      throw new IllegalArgumentException(
          "an emulator_error must be finite and not negative, not " + atMean);
    }
    slope = finite("slope", slope);
    curvature =
        curvature == null
            ? List.of()
            : curvature.stream().map(row -> finite("curvature", row)).toList();
    if (!isSymmetric(curvature, slope.size())) {
      throw new IllegalArgumentException(
          "the curvature of an emulator_error must be a symmetric matrix of the size of its slope, %d, not %s"
              .formatted(slope.size(), curvature));
    }
  }

  /** The same error everywhere. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static EmulatorError constant(double error) {
    return new EmulatorError(error, List.of(), List.of());
  }

  /**
   * The error at shared parameters.
   *
   * @param z [K] in prior standard deviations from the prior mean
   * @return in the unit of the observable
   */
  public double at(double[] z) {
    double exponent = 0;
    for (int i = 0; i < slope.size(); i++) {
      exponent += slope.get(i) * z[i];
      for (int j = 0; j < slope.size(); j++) {
        exponent += curvature.get(i).get(j) * z[i] * z[j] / 2;
      }
    }
    return atMean * Math.exp(exponent);
  }

  /** The JSON of a manifest. */
  @JsonValue
  Object json() {
    if (slope.isEmpty()) {
      return atMean;
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at_mean", atMean);
    json.put("slope", slope);
    json.put("curvature", curvature);
    return json;
  }

  private static List<Double> finite(String what, @Nullable List<Double> numbers) {
    if (numbers == null) {
      return List.of();
    }
    if (!numbers.stream().allMatch(one -> Objects.nonNull(one) && Double.isFinite(one))) {
      throw new IllegalArgumentException(
          "the %s of an emulator_error must have finite numbers, not %s".formatted(what, numbers));
    }
    return List.copyOf(numbers);
  }

  private static boolean isSymmetric(List<List<Double>> matrix, int size) {
    if (matrix.size() != size || matrix.stream().anyMatch(row -> row.size() != size)) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        if (!matrix.get(i).get(j).equals(matrix.get(j).get(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
