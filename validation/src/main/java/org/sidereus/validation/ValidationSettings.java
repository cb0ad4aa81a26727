package org.sidereus.validation;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.inference.Device;

/**
 * How much is validated, on what and where.
 *
 * @param counts numbers of objects, groups and chains
 * @param seed seed of all draws
 * @param pattern names of the measured observables; empty: all
 * @param error standard deviation of every measurement; null: those of the manifest
 * @param corrected whether single objects are judged by what is published of them, corrected by the
 *     likelihood, and not by the flow itself
 * @param limits percentage errors that pass
 * @param device where the posterior graph is evaluated
 * @param threads threads of the simulator and of the engine
 */
public record ValidationSettings(
    ValidationCounts counts,
    long seed,
    Set<String> pattern,
    @Nullable Double error,
    boolean corrected,
    ApeLimits limits,
    Device device,
    int threads) {
  public ValidationSettings {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
    pattern = Set.copyOf(pattern);
  }

  /**
   * The usual settings: all observables with the errors of the manifest, the flow itself, any
   * percentage errors.
   */
  public static ValidationSettings of(ValidationCounts counts, long seed, int threads) {
    return new ValidationSettings(
        counts, seed, Set.of(), null, false, ApeLimits.NONE, Device.AUTO, threads);
  }

  /**
   * The same for other observations.
   *
   * @param newPattern names of the measured observables; empty: all
   * @param newError standard deviation of every measurement; null: those of the manifest
   */
  public ValidationSettings withObservations(Set<String> newPattern, @Nullable Double newError) {
    return new ValidationSettings(
        counts, seed, newPattern, newError, corrected, limits, device, threads);
  }

  /** The same with other numbers of objects, groups and chains. */
  public ValidationSettings withCounts(ValidationCounts newCounts) {
    return new ValidationSettings(
        newCounts, seed, pattern, error, corrected, limits, device, threads);
  }

  /** The same with single objects judged by their corrected posteriors, or not. */
  public ValidationSettings withCorrected(boolean newCorrected) {
    return new ValidationSettings(
        counts, seed, pattern, error, newCorrected, limits, device, threads);
  }

  /** The same with other percentage errors that pass. */
  public ValidationSettings withLimits(ApeLimits newLimits) {
    return new ValidationSettings(
        counts, seed, pattern, error, corrected, newLimits, device, threads);
  }

  /** The same with the posterior graph evaluated elsewhere. */
  public ValidationSettings withDevice(Device newDevice) {
    return new ValidationSettings(
        counts, seed, pattern, error, corrected, limits, newDevice, threads);
  }
}
