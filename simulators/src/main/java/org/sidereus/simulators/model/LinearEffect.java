package org.sidereus.simulators.model;

/**
 * What is known of a model in closed form, so that an emulator need not learn it: every observable
 * (or part, see {@link EmulatedParts}) is {@code slope * u} plus something else, where u is an
 * input of the model or its natural logarithm.
 *
 * @param input index of the input
 * @param logarithmic whether u is the logarithm of the input, which is then above 0
 * @param slope change of all of them for a change of u by 1
 * @param complete whether the rest does not depend on this input
 */
public record LinearEffect(int input, boolean logarithmic, double slope, boolean complete) {
  /** u of the inputs of a run. */
  public double coordinate(double value) {
    return logarithmic ? Math.log(value) : value;
  }
}
