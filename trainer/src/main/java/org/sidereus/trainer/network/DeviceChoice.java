package org.sidereus.trainer.network;

/** Where to train. */
public enum DeviceChoice {
  /** A GPU where there is one, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** The first GPU; an error where there is none. */
  CUDA
}
