package org.sidereus.trainer.pipeline;

import java.util.Locale;

/** A part of a training that leaves its result on disk; the order is that of the work. */
public enum Stage {
  /** Runs the simulator: training sets. */
  SIMULATE,
  /** Trains the emulator on the training sets. */
  EMULATOR,
  /** Trains the flow. */
  FLOW,
  /** Writes the bundle. */
  EXPORT,
  /** Checks the bundle's posteriors against fresh simulator runs. */
  VALIDATE;

  /** Name for files and command lines. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
