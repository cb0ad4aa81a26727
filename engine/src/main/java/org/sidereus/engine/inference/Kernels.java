package org.sidereus.engine.inference;

/**
 * Whether the kernel of machine code that the build made evaluates posterior graphs, and solves the
 * regression of the fits for groups.
 */
public enum Kernels {
  /**
   * Where the kernel is there. It evaluates a graph on the CPU if it knows all of its nodes and
   * gives the same numbers as ONNX Runtime within float32 rounding. Where the processor has
   * bfloat16, the large products of the likelihood are rounded to it, if posteriors move by no more
   * than a part of their sampling error.
   */
  AUTO,

  /** As {@link #AUTO}, with float32 alone. */
  FLOAT32,

  /** Never: ONNX Runtime evaluates all graphs, and all fits are Java's. */
  NONE;

  /**
   * The choice with the given name.
   *
   * @param text {@code auto}, {@code float32} or {@code none}
   */
  public static Kernels parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "float32" -> FLOAT32;
      case "none" -> NONE;
      default ->
          throw new IllegalArgumentException(
              "kernels '" + text + "' are unknown; use auto, float32 or none");
    };
  }
}
