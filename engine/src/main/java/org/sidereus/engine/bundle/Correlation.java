package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * The correlation of the priors of two parameters, both normal without bounds.
 *
 * @param of names of the two parameters
 * @param value coefficient, above -1 and below 1
 */
public record Correlation(List<String> of, double value) {
  public Correlation {
    if (of == null || of.size() != 2) {
      throw new IllegalArgumentException("of must name two parameters but is " + of);
    }
    of = List.copyOf(of);
    if (of.get(0).equals(of.get(1))) {
      throw new IllegalArgumentException(
          of.get(0) + " is correlated with itself; name two parameters");
    }
    if (!(value > -1 && value < 1)) {
      throw new IllegalArgumentException("value must be above -1 and below 1 but is " + value);
    }
  }

  /** The name of one parameter. */
  @JsonIgnore
  public String first() {
    return of.get(0);
  }

  /** The name of the other. */
  @JsonIgnore
  public String second() {
    return of.get(1);
  }
}
