package org.sidereus.model.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One quantity that a model predicts and a survey measures.
 *
 * @param name identifier, letters, digits and underscores
 * @param unit unit; empty if dimensionless
 * @param error standard deviation of the measurement for which a bundle without {@code error}
 *     features was trained, in the observable's unit; with {@code error} features, the one that is
 *     taken where a measurement has none; null: there is no such default
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Observable(String name, String unit, Double error) {
  public Observable {
    Names.check("observable", name);
    unit = unit == null ? "" : unit;
    if (error != null && !(error > 0 && Double.isFinite(error))) {
      throw new IllegalArgumentException(
          "the error of observable " + name + " must be positive and finite, not " + error);
    }
  }
}
