package org.sidereus.engine.bundle;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The inputs and outputs that a graph must have: names, float32, ranks and sizes. An axis of the
 * size {@link #FREE} must be free in the graph, too.
 */
final class GraphSignature {
  /** The size of a free axis. */
  static final long FREE = -1;

  private final Map<String, long[]> inputs = new LinkedHashMap<>();
  private final Map<String, long[]> outputs = new LinkedHashMap<>();
  private final Map<String, long[]> optionalOutputs = new LinkedHashMap<>();
  private final Map<String, String> refusedOutputs = new LinkedHashMap<>();

  /** Needs an input; a graph with other inputs is refused. */
  GraphSignature input(String name, long... shape) {
    inputs.put(name, shape);
    return this;
  }

  /** Needs an output; a graph may have others. */
  GraphSignature output(String name, long... shape) {
    outputs.put(name, shape);
    return this;
  }

  /** Checks the shape of an output where the graph has it. */
  GraphSignature optional(String name, long... shape) {
    optionalOutputs.put(name, shape);
    return this;
  }

  /** Refuses a graph that has an output. */
  GraphSignature without(String name, String reason) {
    refusedOutputs.put(name, reason);
    return this;
  }

  /**
   * Checks a graph.
   *
   * @param file name of the graph for messages
   * @throws BundleException if the graph cannot be read or differs
   */
  void check(byte[] graph, String file) {
    GraphRules.check(graph, file);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(1);
      try (OrtSession session = OnnxEnvironment.get().createSession(graph, options)) {
        checkPorts(file, "input", inputs, session.getInputInfo(), true);
        checkPorts(file, "output", outputs, session.getOutputInfo(), false);
        for (Map.Entry<String, NodeInfo> port : session.getOutputInfo().entrySet()) {
          String reason = refusedOutputs.get(port.getKey());
          if (reason != null) {
            throw new BundleException(
                "%s has the output %s %s; correct the manifest or export the bundle again"
                    .formatted(file, port.getKey(), reason));
          }
          long[] shape = optionalOutputs.get(port.getKey());
          if (shape != null) {
            checkShape(file, "output " + port.getKey(), shape, port.getValue());
          }
        }
      }
    } catch (OrtException e) {
      throw new BundleException(
          file
              + " is no graph that ONNX Runtime can load ("
              + e.getMessage()
              + "); export the bundle again",
          e);
    }
  }

  private static void checkPorts(
      String file,
      String kind,
      Map<String, long[]> wanted,
      Map<String, NodeInfo> found,
      boolean only) {
    for (Map.Entry<String, long[]> port : wanted.entrySet()) {
      NodeInfo node = found.get(port.getKey());
      if (node == null) {
        throw new BundleException(
            file
                + " has no "
                + kind
                + " named "
                + port.getKey()
                + " but "
                + new TreeSet<>(found.keySet())
                + "; export the bundle again");
      }
      checkShape(file, kind + " " + port.getKey(), port.getValue(), node);
    }
    for (String name : found.keySet()) {
      if (only && !wanted.containsKey(name)) {
        throw new BundleException(
            file + " has an unknown " + kind + " named " + name + "; export the bundle again");
      }
    }
  }

  private static void checkShape(String file, String port, long[] wanted, NodeInfo node) {
    boolean fits =
        node.getInfo() instanceof TensorInfo tensor
            && tensor.type == OnnxJavaType.FLOAT
            && Arrays.equals(tensor.getShape(), wanted);
    if (!fits) {
      throw new BundleException(
          file
              + ": "
              + port
              + " is "
              + describe(node)
              + " but the manifest needs FLOAT "
              + describe(wanted)
              + "; manifest and graphs are of different bundles, or the export was wrong");
    }
  }

  private static String describe(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        ? tensor.type + " " + describe(tensor.getShape())
        : "no tensor";
  }

  private static String describe(long[] shape) {
    List<String> axes = new ArrayList<>();
    for (long axis : shape) {
      axes.add(axis == FREE ? "any" : Long.toString(axis));
    }
    return axes.toString();
  }
}
