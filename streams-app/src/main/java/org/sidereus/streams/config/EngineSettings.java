package org.sidereus.streams.config;

/** Where posteriors are computed, and of how many samples. Immutable once bound. */
public final class EngineSettings {
  @Setting(key = "engine.device", doc = "Where ONNX Runtime computes: auto, cpu, cuda or cuda:N.")
  private String device = "auto";

  @Setting(
      key = "engine.threads",
      doc =
          "Threads of one engine call; keep num.stream.threads x engine.threads at the"
              + " number of cores.",
      min = 1)
  private int threads = 1;

  @Setting(
      key = "engine.kernels",
      doc =
          "auto: the kernel of machine code evaluates posterior graphs and fits where it can, and"
              + " large products of the likelihood in bfloat16 where the processor has it and"
              + " posteriors hardly change; float32: the same without bfloat16; none: always ONNX"
              + " Runtime.")
  private String kernels = "auto";

  @Setting(
      key = "engine.samples",
      doc = "Posterior samples per object; 0: what the bundle says.",
      min = 0)
  private int samples = 0;

  @Setting(
      key = "samples.kept",
      doc = "Samples of an object in topic.samples, evenly thinned, with their weights.",
      min = 1,
      max = 10_000)
  private int keptSamples = 100;

  EngineSettings() {}

  /** Where ONNX Runtime computes. */
  public String device() {
    return device;
  }

  /** Threads of one engine call. */
  public int threads() {
    return threads;
  }

  /** Whether the kernel may evaluate posterior graphs. */
  public String kernels() {
    return kernels;
  }

  /** Samples per object; 0: as many as the bundle says. */
  public int samples() {
    return samples;
  }

  /** Samples of an object that are published. */
  public int keptSamples() {
    return keptSamples;
  }
}
