package org.sidereus.engine.inference;

/** Whether posterior graphs are evaluated by the kernel of machine code that the build made. */
public enum Kernels {
  /**
   * Where the kernel is there, knows all nodes of a graph, and gives the same numbers as ONNX
   * Runtime within float32 rounding; on the CPU.
   */
  AUTO,

  /** Never: ONNX Runtime evaluates all graphs. */
  NONE;

  /**
   * The choice with the given name.
   *
   * @param text {@code auto} or {@code none}
   */
  public static Kernels parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "none" -> NONE;
      default ->
          throw new IllegalArgumentException(
              "kernels '" + text + "' are unknown; use auto or none");
    };
  }
}
