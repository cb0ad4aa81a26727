package org.sidereus.engine.visit;

import java.util.Map;
import org.sidereus.engine.inference.Measurement;

/**
 * What was measured of an object at one of several visits, independent of the others.
 *
 * @param name name of the visit, unique for its object
 * @param revision revision of its data, not negative
 * @param timeMs time of observation, milliseconds since 1970
 * @param measurements by name of observable or covariate
 */
public record Visit(String name, int revision, long timeMs, Map<String, Measurement> measurements) {
  public Visit {
    if (name == null) {
      throw new IllegalArgumentException("a visit must have a name");
    }
    if (revision < 0) {
      throw new IllegalArgumentException(
          "revision of visit '%s' is %d but must not be negative".formatted(name, revision));
    }
  }
}
