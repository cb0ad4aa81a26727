package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One quantity that a model predicts and a survey measures. All numbers are in its unit and may be
 * null: not known.
 *
 * @param name identifier, letters, digits and underscores
 * @param unit unit; empty if dimensionless
 * @param error standard deviation that the bundle was trained for; a bundle with {@code error}
 *     features uses it for measurements without an error; null: there is no default
 * @param lower lower end of the range of noiseless values that the training covers
 * @param upper upper end of that range
 * @param errorLower smallest error of the training
 * @param errorUpper largest error of the training
 * @param emulatorError error of the emulator that the objects of a group have in common
 * @param noise what the noise of a measurement is; null: {@link Noise#NORMAL}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Observable(
    String name,
    String unit,
    @Nullable Double error,
    @Nullable Double lower,
    @Nullable Double upper,
    @Nullable Double errorLower,
    @Nullable Double errorUpper,
    @Nullable EmulatorError emulatorError,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = Noise.Usual.class) Noise noise) {
  @JsonCreator
  public Observable {
    Names.check("observable", name);
    unit = unit == null ? "" : unit;
    noise = noise == null ? Noise.NORMAL : noise;
    if (error != null && !(error > 0 && Double.isFinite(error))) {
      throw new IllegalArgumentException(
          "the error of observable " + name + " must be positive and finite, not " + error);
    }
    checkRange(name, "lower to upper", lower, upper);
    checkRange(name, "error_lower to error_upper", errorLower, errorUpper);
  }

  /** An observable with normal noise, whose ranges in the training are not known. */
  public Observable(String name, String unit, @Nullable Double error) {
    this(name, unit, error, null, null, null, null, null, Noise.NORMAL);
  }

  /** The same observable with another default of the error; null: there is none. */
  public Observable withError(@Nullable Double usual) {
    return new Observable(
        name, unit, usual, lower, upper, errorLower, errorUpper, emulatorError, noise);
  }

  /** The same observable with another range of noiseless values; null: not known. */
  public Observable withRange(@Nullable Double newLower, @Nullable Double newUpper) {
    return new Observable(
        name, unit, error, newLower, newUpper, errorLower, errorUpper, emulatorError, noise);
  }

  /** The same observable with another range of errors; null: not known. */
  public Observable withErrorRange(@Nullable Double smallest, @Nullable Double largest) {
    return new Observable(name, unit, error, lower, upper, smallest, largest, emulatorError, noise);
  }

  /** The same observable with another error of the emulator; null: not known. */
  public Observable withEmulatorError(@Nullable EmulatorError known) {
    return new Observable(name, unit, error, lower, upper, errorLower, errorUpper, known, noise);
  }

  /** The same observable with another noise. */
  public Observable withNoise(Noise other) {
    return new Observable(
        name, unit, error, lower, upper, errorLower, errorUpper, emulatorError, other);
  }

  private static void checkRange(
      String name, String what, @Nullable Double lower, @Nullable Double upper) {
    boolean fits =
        (lower == null || Double.isFinite(lower))
            && (upper == null || Double.isFinite(upper))
            && (lower == null || upper == null || lower <= upper);
    if (!fits) {
      throw new IllegalArgumentException(
          "the range " + what + " of observable " + name + " is " + lower + " to " + upper);
    }
  }
}
