package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The nonlinearity after each hidden layer of a network. */
public enum Activation {
  /** Hyperbolic tangent. */
  @JsonProperty("tanh")
  TANH {
    @Override
    public double of(double x) {
      return Math.tanh(x);
    }
  },
  /** max(0, x). */
  @JsonProperty("relu")
  RELU {
    @Override
    public double of(double x) {
      return Math.max(0, x);
    }
  },
  /** x / (1 + exp(-x)), also known as swish. */
  @JsonProperty("silu")
  SILU {
    @Override
    public double of(double x) {
      return x / (1 + Math.exp(-x));
    }
  };

  /** The value at one pre-activation. */
  public abstract double of(double x);
}
