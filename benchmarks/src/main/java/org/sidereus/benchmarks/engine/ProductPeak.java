package org.sidereus.benchmarks.engine;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import org.sidereus.exporter.onnx.ProductGraph;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.networks.Tensor;

/** What one core does at most: large float32 matrix products in the runtime of the engine. */
final class ProductPeak implements AutoCloseable {
  private static final int SIZE = 768;
  private static final int PRODUCTS = 8;
  private static final double OPERATIONS = 2.0 * PRODUCTS * SIZE * SIZE * SIZE;

  private final GraphRun run = new GraphRun(ProductGraph.of(SIZE, PRODUCTS));
  private final Map<String, Tensor> input;

  ProductPeak() {
    float[] ones = new float[SIZE * SIZE];
    Arrays.fill(ones, 1);
    input = Map.of("x", Tensor.matrix(SIZE, SIZE, ones));
    run.run(input);
  }

  /** 10^9 operations in a second of processor time of one thread, the best of some runs. */
  double gflops(int times) {
    double best = 0;
    for (int i = 0; i < times; i++) {
      long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      run.run(input);
      long ns = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
      best = Math.max(best, OPERATIONS / ns);
    }
    return best;
  }

  @Override
  public void close() {
    run.close();
  }
}
