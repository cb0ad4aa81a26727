package org.sidereus.engine.inference;

/**
 * How an engine works.
 *
 * @param device where graphs are evaluated
 * @param samples posterior samples for each object, even; 0: as many as the manifest says
 * @param batchSize most objects in one evaluation of the graph; 0: the engine's choice
 * @param workers batches of one call that are evaluated at the same time; with 1 all work is done
 *     in the calling thread
 * @param intraOpThreads threads of ONNX Runtime inside one evaluation, at least 1
 * @param keptSamples posterior samples that a summary keeps, at most all; 0: none
 * @param kernels whether the kernel of machine code may be used
 */
public record EngineOptions(
    Device device,
    int samples,
    int batchSize,
    int workers,
    int intraOpThreads,
    int keptSamples,
    Kernels kernels) {
  private static final int MOST_SAMPLES = 1_000_000;
  private static final EngineOptions DEFAULTS =
      new EngineOptions(Device.AUTO, 0, 0, 1, 1, 0, Kernels.AUTO);

  public EngineOptions {
    if (samples < 0 || samples % 2 != 0 || samples > MOST_SAMPLES) {
      // antithetic pairs
      throw new IllegalArgumentException(
          "samples must be even and between 0 and " + MOST_SAMPLES + " but is " + samples);
    }
    if (batchSize < 0) {
      throw new IllegalArgumentException("batchSize must not be negative but is " + batchSize);
    }
    if (workers < 1) {
      throw new IllegalArgumentException("workers must be at least 1 but is " + workers);
    }
    if (intraOpThreads < 1) {
      throw new IllegalArgumentException(
          "intraOpThreads must be at least 1 but is " + intraOpThreads);
    }
    if (keptSamples < 0) {
      throw new IllegalArgumentException("keptSamples must not be negative but is " + keptSamples);
    }
  }

  /** Any device, the manifest's samples, everything in the calling thread. */
  public static EngineOptions defaults() {
    return DEFAULTS;
  }

  public EngineOptions withDevice(Device newDevice) {
    return new EngineOptions(
        newDevice, samples, batchSize, workers, intraOpThreads, keptSamples, kernels);
  }

  public EngineOptions withSamples(int newSamples) {
    return new EngineOptions(
        device, newSamples, batchSize, workers, intraOpThreads, keptSamples, kernels);
  }

  public EngineOptions withBatchSize(int newBatchSize) {
    return new EngineOptions(
        device, samples, newBatchSize, workers, intraOpThreads, keptSamples, kernels);
  }

  public EngineOptions withWorkers(int newWorkers) {
    return new EngineOptions(
        device, samples, batchSize, newWorkers, intraOpThreads, keptSamples, kernels);
  }

  public EngineOptions withIntraOpThreads(int newIntraOpThreads) {
    return new EngineOptions(
        device, samples, batchSize, workers, newIntraOpThreads, keptSamples, kernels);
  }

  public EngineOptions withKeptSamples(int newKeptSamples) {
    return new EngineOptions(
        device, samples, batchSize, workers, intraOpThreads, newKeptSamples, kernels);
  }

  public EngineOptions withKernels(Kernels newKernels) {
    return new EngineOptions(
        device, samples, batchSize, workers, intraOpThreads, keptSamples, newKernels);
  }
}
