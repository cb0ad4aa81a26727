package org.sidereus.simulators.model;

import java.util.List;
import org.sidereus.networks.Formula;

/**
 * Quantities that a model computes on its way and from which its observables follow in closed form.
 * Where these have steps or many inputs and the parts do not, an emulator learns the parts.
 *
 * @param names of the parts [R]
 * @param observables formulas of the inputs and, after them, the parts: the observables [M]
 */
public record EmulatedParts(List<String> names, List<Formula> observables) {
  /** There are none: an emulator learns the observables. */
  public static final EmulatedParts NONE = new EmulatedParts(List.of(), List.of());

  public EmulatedParts {
    names = List.copyOf(names);
    observables = List.copyOf(observables);
  }
}
