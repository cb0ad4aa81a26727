package org.sidereus.exporter.parity;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.OnnxEnvironment;
import org.sidereus.networks.Tensor;

/** A graph opened in ONNX Runtime on the CPU for a check; copies freely, is not fast. */
public final class GraphRun implements AutoCloseable {
  // The name that the engine gives to the one environment of a process.
  private final OrtEnvironment environment = OnnxEnvironment.get();
  private final OrtSession session;
  private final OrtSession.RunOptions running;

  /**
   * Opens a graph.
   *
   * @param graph bytes of an {@code .onnx} file
   * @throws SidereusException where ONNX Runtime refuses it
   */
  public GraphRun(byte[] graph) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(graph, options);
      running = new OrtSession.RunOptions();
    } catch (OrtException e) {
      throw new SidereusException("ONNX Runtime refuses the graph: " + e.getMessage(), e);
    }
  }

  /** Size of the last axis of an input; empty where the graph has no such input. */
  public OptionalInt width(String input) {
    try {
      NodeInfo node = session.getInputInfo().get(input);
      return node != null && node.getInfo() instanceof TensorInfo tensor
          ? OptionalInt.of((int) tensor.getShape()[tensor.getShape().length - 1])
          : OptionalInt.empty();
    } catch (OrtException e) {
      throw new SidereusException("ONNX Runtime cannot describe the graph: " + e.getMessage(), e);
    }
  }

  /** The numbers of all outputs by name. */
  public Map<String, float[]> run(Map<String, Tensor> inputs) {
    Map<String, float[]> numbers = new HashMap<>();
    outputs(inputs).forEach((name, output) -> numbers.put(name, output.values()));
    return numbers;
  }

  /** All outputs by name. */
  public Map<String, Tensor> outputs(Map<String, Tensor> inputs) {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        long[] shape = input.getValue().shape().stream().mapToLong(i -> i).toArray();
        FloatBuffer values = FloatBuffer.wrap(input.getValue().values());
        tensors.put(input.getKey(), OnnxTensor.createTensor(environment, values, shape));
      }
      try (OrtSession.Result result = session.run(tensors, running)) {
        Map<String, Tensor> outputs = new HashMap<>();
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
          OnnxTensor tensor = (OnnxTensor) output.getValue();
          @Nullable FloatBuffer buffer = tensor.getFloatBuffer();
          if (buffer == null) { // an output that nobody reads may be of any type
            continue;
          }
          float[] values = new float[buffer.remaining()];
          buffer.get(values);
          List<Integer> shape =
              Arrays.stream(tensor.getInfo().getShape()).mapToObj(size -> (int) size).toList();
          outputs.put(output.getKey(), new Tensor(shape, values));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw new SidereusException("ONNX Runtime cannot run the graph: " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  /** An output that the graph must have. */
  public static float[] output(Map<String, float[]> outputs, String name) {
    float[] values = outputs.get(name);
    if (values == null) {
      throw new IllegalStateException("the graph has no output " + name);
    }
    return values;
  }

  /** Ends the evaluation that is under way, behind the step that it is at, and all later ones. */
  public void end() {
    try {
      running.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      running.close();
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
