package org.sidereus.cli;

import org.sidereus.engine.inference.Kernels;
import picocli.CommandLine.Option;

/** The option {@code --kernels} of commands that evaluate posterior graphs. */
public final class KernelsOption {
  @Option(
      names = "--kernels",
      defaultValue = "auto",
      paramLabel = "NAME",
      converter = KernelsConverter.class,
      description =
          "auto: the kernel of machine code where it can be used, with bfloat16 where posteriors"
              + " hardly change; float32: without bfloat16; none (default: auto).")
  private Kernels kernels;

  /** Whether a kernel may evaluate the graph. */
  public Kernels kernels() {
    return kernels;
  }
}
