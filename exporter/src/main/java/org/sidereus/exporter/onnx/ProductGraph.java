package org.sidereus.exporter.onnx;

import java.util.Arrays;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.Tensor;

/** Large matrix products one after the other: the most that a processor does in this runtime. */
public final class ProductGraph {
  private ProductGraph() {}

  /**
   * A graph x [N,N] to y [1,1] that multiplies x by the same matrix again and again.
   *
   * @param size N
   * @param products how many times
   */
  public static byte[] of(int size, int products) {
    GraphBuilder graph = new GraphBuilder("products");
    float[] values = new float[size * size];
    Arrays.fill(values, 1f / size);
    Value weight = graph.constant(Tensor.matrix(size, size, values));
    Value x = graph.input("x", Axis.of(size), Axis.of(size));
    for (int i = 0; i < products; i++) {
      x = graph.matMul(x, weight);
    }
    graph.output("y", graph.reduceMax(graph.reduceMax(x, 0), 1), Axis.of(1), Axis.of(1));
    return graph.build();
  }
}
