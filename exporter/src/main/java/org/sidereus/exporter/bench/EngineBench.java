package org.sidereus.exporter.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.sidereus.model.bundle.Bundle;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.engine.EngineOptions;
import org.sidereus.model.engine.PosteriorEngine;

/** Measures how many objects an engine infers in a second: samples, moments and quantiles. */
public final class EngineBench {
  private static final int MOCK_OBJECTS = 1000;
  private static final double WARM_UP_SHARE = 0.2;
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
   * What was measured.
   *
   * @param objects number of objects inferred
   * @param seconds wall time
   * @param cpuSeconds processor time of the whole program in that time, or not a number where it is
   *     not known; on a machine that is shared with others it says more than the wall time
   * @param samplesPerObject S
   * @param batchSize objects in one evaluation of the graph
   * @param device where the graph ran
   * @param operationsPerSample floating-point operations of the matrix products for one sample
   */
  public record Result(
      long objects,
      double seconds,
      double cpuSeconds,
      int samplesPerObject,
      int batchSize,
      String device,
      double operationsPerSample) {

    /** Objects in a second. */
    public double objectsPerSecond() {
      return objects / seconds;
    }

    /** Objects in a second of processor time. */
    public double objectsPerCpuSecond() {
      return objects / cpuSeconds;
    }

    /** Posterior samples in a second. */
    public double samplesPerSecond() {
      return objectsPerSecond() * samplesPerObject;
    }

    /** 10^9 floating-point operations of the matrix products in a second. */
    public double gflops() {
      return samplesPerSecond() * operationsPerSample * 1e-9;
    }
  }

  /**
   * Runs for about the given time, after a warm-up of a fifth of it.
   *
   * @param seconds wall time of the measurement
   */
  public Result run(double seconds) {
    List<float[]> objects = new MockObjects(bundle).rows(MOCK_OBJECTS);
    double operations = FlowCost.operationsPerSample(bundle.read(Manifest.POSTERIOR));
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      engine.warmUp();
      int batches = options.workers();
      long warmUpEnd = System.nanoTime() + (long) (WARM_UP_SHARE * seconds * NS_PER_SECOND);
      // Calls of about 50 ms, so that no worker waits long for the others at the end of a call.
      double lastNs;
      do {
        long before = System.nanoTime();
        engine.infer(repeated(objects, batches * engine.batchSize()));
        lastNs = System.nanoTime() - before;
        if (lastNs < NS_PER_CALL) {
          batches *= 2;
        }
      } while (System.nanoTime() < warmUpEnd || lastNs < NS_PER_CALL / 2);
      List<float[]> rows = repeated(objects, batches * engine.batchSize());
      long inferred = 0;
      double cpuStart = cpuSeconds();
      long start = System.nanoTime();
      long end = start + (long) (seconds * NS_PER_SECOND);
      long now;
      do {
        engine.infer(rows);
        inferred += rows.size();
        now = System.nanoTime();
      } while (now < end);
      return new Result(
          inferred,
          (now - start) / NS_PER_SECOND,
          cpuSeconds() - cpuStart,
          engine.samples(),
          engine.batchSize(),
          engine.device().toString(),
          operations);
    }
  }

  private static double cpuSeconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime() / NS_PER_SECOND
        : Double.NaN;
  }

  private static List<float[]> repeated(List<float[]> objects, int count) {
    List<float[]> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(objects.get(i % objects.size()));
    }
    return rows;
  }
}
