package org.sidereus.engine.visit;

import java.util.List;
import java.util.Map;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.SharedError;

/**
 * What was measured of an object at one of several visits, independent of the others.
 *
 * @param name name of the visit, unique for its object
 * @param revision revision of its data, not negative
 * @param timeMs time of observation, milliseconds since 1970
 * @param measurements by name of observable or covariate
 * @param sharedErrors errors that measurements of this visit share
 */
public record Visit(
    String name,
    int revision,
    long timeMs,
    Map<String, Measurement> measurements,
    List<SharedError> sharedErrors) {
  public Visit {
    if (name == null) {
      throw new IllegalArgumentException("a visit must have a name");
    }
    if (revision < 0) {
      throw new IllegalArgumentException(
          "revision of visit '%s' is %d but must not be negative".formatted(name, revision));
    }
    sharedErrors = List.copyOf(sharedErrors);
  }

  /** A visit whose errors are independent. */
  public Visit(String name, int revision, long timeMs, Map<String, Measurement> measurements) {
    this(name, revision, timeMs, measurements, List.of());
  }
}
