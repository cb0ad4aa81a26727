package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** From a raw output of a network to a positive scale. */
public enum PositiveScale {
  /** log(1 + exp(raw)). */
  @JsonProperty("softplus")
  SOFTPLUS {
    @Override
    public double of(double raw) {
      return Math.max(raw, 0) + Math.log1p(Math.exp(-Math.abs(raw)));
    }
  },
  /** 1 / (1 + exp(-(raw + 2))). */
  @JsonProperty("sigmoid")
  SIGMOID {
    @Override
    public double of(double raw) {
      return 1 / (1 + Math.exp(-(raw + SIGMOID_SHIFT)));
    }
  };

  /** Added to the raw output of {@link #SIGMOID}, so that a scale starts close to 1. */
  public static final double SIGMOID_SHIFT = 2;

  /** The scale of one raw output. */
  public abstract double of(double raw);
}
