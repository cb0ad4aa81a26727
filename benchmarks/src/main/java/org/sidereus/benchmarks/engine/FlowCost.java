package org.sidereus.benchmarks.engine;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.GraphContract;

/**
 * Floating-point operations of the matrix products of a posterior graph for one sample, counted
 * from the graph itself: 2 for each element of a weight that multiplies values of a sample.
 * Activations and sums come on top and are not counted.
 */
final class FlowCost {
  private static final Set<String> PRODUCTS = Set.of("MatMul", "Gemm");

  private FlowCost() {}

  static double operationsPerSample(byte[] graph) {
    OnnxMl.GraphProto proto;
    try {
      proto = OnnxMl.ModelProto.parseFrom(graph).getGraph();
    } catch (InvalidProtocolBufferException e) {
      throw new SidereusException("the posterior graph cannot be read: " + e.getMessage(), e);
    }
    Map<String, Long> sizes = new HashMap<>();
    for (OnnxMl.TensorProto constant : proto.getInitializerList()) {
      sizes.put(constant.getName(), constant.getDimsList().stream().reduce(1L, (a, b) -> a * b));
    }
    // What depends on the sample depends on the noise.
    Map<String, Boolean> ofSample = new HashMap<>();
    ofSample.put(GraphContract.NOISE, true);
    double operations = 0;
    for (OnnxMl.NodeProto node : proto.getNodeList()) {
      boolean sampled =
          !node.getOpType().equals("Shape")
              && node.getInputList().stream().anyMatch(in -> ofSample.getOrDefault(in, false));
      node.getOutputList().forEach(out -> ofSample.put(out, sampled));
      if (sampled && PRODUCTS.contains(node.getOpType())) {
        // samples are columns of the second factor, or rows of the first
        Long weight = sizes.get(node.getInput(0));
        weight = weight == null ? sizes.get(node.getInput(1)) : weight;
        operations += weight == null ? 0 : 2.0 * weight;
      }
    }
    return operations;
  }
}
