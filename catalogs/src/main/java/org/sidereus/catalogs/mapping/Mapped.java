package org.sidereus.catalogs.mapping;

import java.util.Map;
import org.sidereus.engine.inference.Measurement;

/**
 * A measurement made from a row.
 *
 * @param parts what the errors of columns contribute to its error, as in {@link Estimate}
 */
public record Mapped(Measurement measurement, Map<String, Double> parts) implements Outcome {
  public Mapped {
    parts = Map.copyOf(parts);
  }
}
