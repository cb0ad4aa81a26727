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
    Builder changed = new Builder(this);
    changed.error = usual;
    return changed.build();
  }

  /** The same observable with another range of noiseless values; null: not known. */
  public Observable withRange(@Nullable Double newLower, @Nullable Double newUpper) {
    Builder changed = new Builder(this);
    changed.lower = newLower;
    changed.upper = newUpper;
    return changed.build();
  }

  /** The same observable with another range of errors; null: not known. */
  public Observable withErrorRange(@Nullable Double smallest, @Nullable Double largest) {
    Builder changed = new Builder(this);
    changed.errorLower = smallest;
    changed.errorUpper = largest;
    return changed.build();
  }

  /** The same observable with another error of the emulator; null: not known. */
  public Observable withEmulatorError(@Nullable EmulatorError known) {
    Builder changed = new Builder(this);
    changed.emulatorError = known;
    return changed.build();
  }

  /** The same observable with another noise. */
  public Observable withNoise(Noise other) {
    Builder changed = new Builder(this);
    changed.noise = other;
    return changed.build();
  }

  /** An observable of which some values change. */
  private static final class Builder {
    private final String name;
    private final String unit;
    private @Nullable Double error;
    private @Nullable Double lower;
    private @Nullable Double upper;
    private @Nullable Double errorLower;
    private @Nullable Double errorUpper;
    private @Nullable EmulatorError emulatorError;
    private Noise noise;

    Builder(Observable from) {
      name = from.name;
      unit = from.unit;
      error = from.error;
      lower = from.lower;
      upper = from.upper;
      errorLower = from.errorLower;
      errorUpper = from.errorUpper;
      emulatorError = from.emulatorError;
      noise = from.noise;
    }

    Observable build() {
      return new Observable(
          name, unit, error, lower, upper, errorLower, errorUpper, emulatorError, noise);
    }
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
