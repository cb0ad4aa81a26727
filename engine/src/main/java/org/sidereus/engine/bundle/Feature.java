package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One column of the input {@code x} of a bundle's graphs.
 *
 * @param kind what is written in the column
 * @param of name of the observable, or of the covariate for the covariate kinds
 */
public record Feature(Kind kind, String of) {
  /** What a column holds. */
  public enum Kind {
    /** The measured value of an observable; 0 where missing. */
    @JsonProperty("value")
    VALUE,
    /** The standard deviation of that measurement; 0 where missing. */
    @JsonProperty("error")
    ERROR,
    /** 1 where the observable was measured, 0 where it is missing. */
    @JsonProperty("mask")
    MASK,
    /** A measured quantity that the model does not predict; 0 where missing. */
    @JsonProperty("covariate")
    COVARIATE,
    /** The standard deviation of a covariate; 0 where missing. */
    @JsonProperty("covariate_error")
    COVARIATE_ERROR,
    /** 1 where the covariate was measured, 0 where it is missing. */
    @JsonProperty("covariate_mask")
    COVARIATE_MASK;

    /** Whether {@code of} names a covariate instead of an observable. */
    public boolean ofCovariate() {
      return this == COVARIATE || this == COVARIATE_ERROR || this == COVARIATE_MASK;
    }
  }

  public Feature {
    if (kind == null) {
      throw new IllegalArgumentException("the feature of '" + of + "' has no kind");
    }
    Names.check("feature's observable", of);
  }
}
