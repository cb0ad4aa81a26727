package org.sidereus.catalogs.mapping;

import java.util.function.BiFunction;
import java.util.function.Function;

/** What an expression gives in a row: an estimate, or why there is none. */
public sealed interface Value permits Estimate, Missing {
  /** What an estimate becomes; a missing value stays missing. */
  default Value mapped(Function<Estimate, Value> function) {
    return this instanceof Estimate known ? function.apply(known) : this;
  }

  /** What two estimates become; the first missing value stays missing. */
  default Value combined(Value other, BiFunction<Estimate, Estimate, Value> function) {
    return mapped(a -> other.mapped(b -> function.apply(a, b)));
  }
}
