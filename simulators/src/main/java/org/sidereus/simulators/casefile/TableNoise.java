package org.sidereus.simulators.casefile;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the observables of simulations have noise. */
public enum TableNoise {
  /** They have none; the training adds fresh noise. */
  @JsonProperty("noiseless")
  NOISELESS,
  /** They are measured values; nothing is known of the model without noise. */
  @JsonProperty("noisy")
  NOISY
}
