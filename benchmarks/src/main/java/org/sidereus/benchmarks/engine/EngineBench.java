package org.sidereus.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.benchmarks.ProcessorTime;
import org.sidereus.benchmarks.Yardstick;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.PosteriorEngine;

/** Measures how many objects an engine infers in a second: samples, moments and quantiles. */
public final class EngineBench {
  private static final int MOCK_OBJECTS = 1000;
  private static final int BESIDE = 10;

  /** The virtual machine has compiled what matters after this processor time. */
  private static final double WARM_UP_SECONDS = 2;

  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_CALL = 5e7;

  private final Bundle bundle;
  private final EngineOptions options;

  /** A measurement of a bundle. */
  public EngineBench(Bundle bundle, EngineOptions options) {
    this.bundle = bundle;
    this.options = options;
  }

  /**
   * How the graph was evaluated.
   *
   * @param samplesPerObject S
   * @param batchSize objects in one evaluation of the graph
   * @param device where the graph ran
   * @param evaluator what evaluated it: ONNX Runtime, or the kernel and its vectors
   * @param operationsPerSample floating-point operations of the matrix products for one sample
   */
  public record Evaluation(
      int samplesPerObject,
      int batchSize,
      String device,
      String evaluator,
      double operationsPerSample) {}

  /**
   * What the machine does, measured right before and after the objects.
   *
   * @param peakGflops 10^9 operations of large matrix products in a second of processor time of one
   *     core
   * @param yardstickSeconds processor time of the {@link Yardstick}
   */
  public record MachineRates(double peakGflops, double yardstickSeconds) {}

  /**
   * What was measured.
   *
   * @param objects number of objects inferred
   * @param seconds wall time
   * @param cpuSeconds processor time of the whole program in that time, or not a number where it is
   *     not known; on a machine that is shared with others it says more than the wall time
   * @param evaluation how the graph was evaluated
   * @param machine what else the machine does
   */
  public record Result(
      long objects,
      double seconds,
      double cpuSeconds,
      Evaluation evaluation,
      MachineRates machine) {

    /** Objects in a second. */
    public double objectsPerSecond() {
      return objects / seconds;
    }

    /**
     * Share of what the cores can do: operations in a second of processor time, against large
     * matrix products.
     */
    public double shareOfPeak() {
      double perCpuSecond =
          objectsPerCpuSecond()
              * evaluation.samplesPerObject()
              * evaluation.operationsPerSample()
              * 1e-9;
      return perCpuSecond / machine.peakGflops();
    }

    /** Objects in the processor time of one yardstick. */
    public double objectsPerYardstick() {
      return objectsPerCpuSecond() * machine.yardstickSeconds();
    }

    /** Objects in a second of processor time. */
    public double objectsPerCpuSecond() {
      return objects / cpuSeconds;
    }

    /** Posterior samples in a second. */
    public double samplesPerSecond() {
      return objectsPerSecond() * evaluation.samplesPerObject();
    }

    /** 10^9 floating-point operations of the matrix products in a second. */
    public double gflops() {
      return samplesPerSecond() * evaluation.operationsPerSample() * 1e-9;
    }
  }

  /**
   * Runs until each worker has had the given time, after a warm-up.
   *
   * @param seconds processor time of each worker: on free cores, wall time
   */
  public Result run(double seconds) {
    List<float[]> objects = new RandomObjects(bundle).rows(MOCK_OBJECTS);
    double operations = FlowCost.operationsPerSample(bundle.read(Manifest.POSTERIOR));
    Yardstick yardstick = new Yardstick();
    try (ProductPeak peak = new ProductPeak();
        PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      engine.warmUp();
      int batches = options.workers();
      double warmUp = Math.min(seconds, WARM_UP_SECONDS) * options.workers();
      double warmUpStart = ProcessorTime.seconds();
      // Calls of about 50 ms, so that no worker waits long for the others at the end of a call.
      double lastNs;
      do {
        long before = System.nanoTime();
        engine.infer(repeated(objects, batches * engine.batchSize()));
        lastNs = System.nanoTime() - before;
        if (lastNs < NS_PER_CALL) {
          batches *= 2;
        }
      } while (ProcessorTime.seconds() - warmUpStart < warmUp || lastNs < NS_PER_CALL / 2);
      List<float[]> rows = repeated(objects, batches * engine.batchSize());
      long inferred = 0;
      double peakBefore = peak.gflops(BESIDE);
      double yardstickBefore = yardstick.seconds(BESIDE);
      double cpuStart = ProcessorTime.seconds();
      long start = System.nanoTime();
      double wanted = seconds * options.workers();
      do {
        engine.infer(rows);
        inferred += rows.size();
      } while (ProcessorTime.seconds() - cpuStart < wanted);
      double elapsed = (System.nanoTime() - start) / NS_PER_SECOND;
      double cpuSeconds = ProcessorTime.seconds() - cpuStart;
      return new Result(
          inferred,
          elapsed,
          cpuSeconds,
          new Evaluation(
              engine.samples(),
              engine.batchSize(),
              engine.device().toString(),
              engine.evaluator(),
              operations),
          new MachineRates(
              Math.max(peakBefore, peak.gflops(BESIDE)),
              Math.min(yardstickBefore, yardstick.seconds(BESIDE))));
    }
  }

  private static List<float[]> repeated(List<float[]> objects, int count) {
    List<float[]> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(objects.get(i % objects.size()));
    }
    return rows;
  }
}
