package org.sidereus.validation;

import java.util.List;
import java.util.Set;
import org.sidereus.engine.inference.Device;

/**
 * How much is validated and on what.
 *
 * @param objects mock objects drawn from the prior
 * @param groups mock groups; 0: none
 * @param groupSizes numbers of objects of a group, ascending
 * @param chains objects that are compared with a reference chain
 * @param longestChain most steps of a reference chain
 * @param seed seed of all draws
 * @param pattern names of the measured observables; empty: all
 * @param error standard deviation of every measurement; null: those of the manifest
 * @param corrected whether single objects are judged by what is published of them, corrected by the
 *     likelihood, and not by the flow itself
 * @param largestApe largest median absolute percentage error over all parameters that passes, in
 *     per cent; null: any
 * @param largestSharedApe the same over the shared parameters
 * @param device where the posterior graph is evaluated
 * @param threads threads of the simulator and of the engine
 */
public record ValidationSettings(
    int objects,
    int groups,
    List<Integer> groupSizes,
    int chains,
    int longestChain,
    long seed,
    Set<String> pattern,
    Double error,
    boolean corrected,
    Double largestApe,
    Double largestSharedApe,
    Device device,
    int threads) {
  public ValidationSettings {
    if (objects < 1 || groups < 0 || chains < 0 || chains > objects || threads < 1) {
      throw new IllegalArgumentException(
          "objects and threads must be at least 1, groups not negative, chains at most the objects,"
              + " but they are %d, %d, %d and %d".formatted(objects, threads, groups, chains));
    }
    groupSizes = groupSizes.stream().sorted().distinct().toList();
    if (groups > 0 && (groupSizes.isEmpty() || groupSizes.get(0) < 1)) {
      throw new IllegalArgumentException("group sizes must be at least 1 but are " + groupSizes);
    }
    pattern = Set.copyOf(pattern);
  }

  /** The counts that a bundle is published with. */
  public static ValidationSettings standard(long seed, int threads) {
    return new ValidationSettings(
        5_000,
        200,
        List.of(1, 10, 100, 1_000),
        5,
        30_000,
        seed,
        Set.of(),
        null,
        false,
        null,
        null,
        Device.AUTO,
        threads);
  }

  /** A first look in little time. */
  public static ValidationSettings quick(long seed, int threads) {
    return new ValidationSettings(
        1_000,
        50,
        List.of(1, 10, 100),
        1,
        6_000,
        seed,
        Set.of(),
        null,
        false,
        null,
        null,
        Device.AUTO,
        threads);
  }
}
