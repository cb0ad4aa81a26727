package org.sidereus.trainer.recipe;

import java.util.List;

/**
 * How much of a bundle is validated after the training.
 *
 * @param seed seed of the mock objects; a file may leave it out, then it is the seed of the recipe
 * @param objects mock objects drawn from the prior
 * @param groups mock groups of each size; 0: none
 * @param groupSizes numbers of objects of a group
 * @param chains objects that are compared with a reference chain
 * @param longestChain most walkers of the reference chains of an object
 * @param asTrained whether the objects have the errors and the missing values of the training;
 *     otherwise every observable is measured with the error of the manifest
 */
public record ValidateSettings(
    long seed,
    int objects,
    int groups,
    List<Integer> groupSizes,
    int chains,
    int longestChain,
    boolean asTrained) {
  public ValidateSettings {
    groupSizes = List.copyOf(groupSizes);
    if (objects < 1 || groups < 0 || chains < 0 || chains > objects) {
      throw new IllegalArgumentException(
          "objects must be at least 1, groups not negative and chains from 0 to objects, but they"
              + " are %d, %d and %d".formatted(objects, groups, chains));
    }
  }
}
