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
  },
  /** x above 0, exp(x) - 1 below. */
  @JsonProperty("elu")
  ELU {
    @Override
    public double of(double x) {
      return x > 0 ? x : Math.expm1(x);
    }
  },
  /** x above 0, x / 100 below. */
  @JsonProperty("leaky-relu")
  LEAKY_RELU {
    @Override
    public double of(double x) {
      return x > 0 ? x : LEAKY_SLOPE * x;
    }
  },
  /** x: a linear layer. */
  @JsonProperty("identity")
  IDENTITY {
    @Override
    public double of(double x) {
      return x;
    }
  };

  /** The slope of {@link #LEAKY_RELU} below 0. */
  public static final double LEAKY_SLOPE = 0.01;

  /** The value at one pre-activation. */
  public abstract double of(double x);
}
