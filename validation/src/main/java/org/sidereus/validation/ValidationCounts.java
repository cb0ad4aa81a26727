package org.sidereus.validation;

import java.util.List;

/**
 * How much is validated.
 *
 * @param objects mock objects drawn from the prior
 * @param groups mock groups; 0: none
 * @param groupSizes numbers of objects of a group, ascending
 * @param chains objects that are compared with reference chains
 * @param longestChain most walkers of the reference chains of an object together
 */
public record ValidationCounts(
    int objects, int groups, List<Integer> groupSizes, int chains, int longestChain) {
  /**
   * The counts that a bundle is published with. The bands of all checks together are not wider than
   * those of single checks of 5,000 objects and 200 groups.
   */
  public static final ValidationCounts STANDARD =
      new ValidationCounts(10_000, 500, List.of(1, 2, 3, 5, 10, 100, 1_000), 5, 100_000);

  /** A first look in little time. */
  public static final ValidationCounts QUICK =
      new ValidationCounts(2_000, 120, List.of(1, 2, 3, 5, 10, 100), 1, 8_192);

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
