package org.sidereus.validation;

import java.util.List;

/**
 * How much is validated.
 *
 * @param objects mock objects drawn from the prior
 * @param groups mock groups; 0: none
 * @param groupSizes numbers of objects of a group, ascending
 * @param chains objects that are compared with a reference chain
 * @param longestChain most steps of a reference chain
 */
public record ValidationCounts(
    int objects, int groups, List<Integer> groupSizes, int chains, int longestChain) {
  /** The counts that a bundle is published with. */
  public static final ValidationCounts STANDARD =
      new ValidationCounts(5_000, 200, List.of(1, 2, 3, 5, 10, 100, 1_000), 5, 30_000);

  /** A first look in little time. */
  public static final ValidationCounts QUICK =
      new ValidationCounts(1_000, 50, List.of(1, 2, 3, 5, 10, 100), 1, 6_000);

  public ValidationCounts {
    if (objects < 1 || groups < 0 || chains < 0 || chains > objects) {
      throw new IllegalArgumentException(
          "objects must be at least 1, groups not negative, chains at most the objects, but they"
              + " are %d, %d and %d".formatted(objects, groups, chains));
    }
    groupSizes = groupSizes.stream().sorted().distinct().toList();
    if (groups > 0 && (groupSizes.isEmpty() || groupSizes.get(0) < 1)) {
      throw new IllegalArgumentException("group sizes must be at least 1 but are " + groupSizes);
    }
  }
}
