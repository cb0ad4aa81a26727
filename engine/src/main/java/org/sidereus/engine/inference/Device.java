package org.sidereus.engine.inference;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where graphs are evaluated.
 *
 * @param kind processor
 * @param index number of the GPU; 0 for the other kinds
 */
public record Device(Kind kind, int index) {
  /** The first GPU if CUDA is available, else the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, 0);

  public static final Device CPU = new Device(Kind.CPU, 0);

  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** A kind of processor. */
  public enum Kind {
    AUTO,
    CPU,
    CUDA
  }

  public Device {
    if (index < 0 || (kind != Kind.CUDA && index != 0)) {
      throw new IllegalArgumentException("there is no device " + kind + " " + index);
    }
  }

  /** A GPU of NVIDIA's CUDA. */
  public static Device cuda(int index) {
    return new Device(Kind.CUDA, index);
  }

  /**
   * The device with the given name.
   *
   * @param text {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}
   */
  public static Device parse(String text) {
    if (text.equals("auto")) {
      return AUTO;
    }
    if (text.equals("cpu")) {
      return CPU;
    }
    Matcher cuda = CUDA.matcher(text);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "device '" + text + "' is unknown; use auto, cpu, cuda or cuda:N");
    }
    return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
  }

  @Override
  public String toString() {
    return kind == Kind.CUDA ? "cuda:" + index : kind == Kind.CPU ? "cpu" : "auto";
  }
}
