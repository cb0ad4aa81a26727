package org.sidereus.exporter.onnx;

import org.sidereus.engine.SidereusException;

/**
 * The file of a graph of another program, for messages.
 *
 * @param name of the file
 */
record ForeignFile(String name) {
  /** How PyTorch exports a graph that is taken. */
  static final String HOW =
      "torch.onnx.export(..., dynamo=False, opset_version=17, input_names=['x', 'noise'],"
          + " output_names=['theta', 'log_prob'], dynamic_axes={'x': {0: 'B'}, 'noise': {0: 'S'},"
          + " 'theta': {0: 'B', 1: 'S'}, 'log_prob': {0: 'B', 1: 'S'}})";

  /** What is wrong with the graph, after its name, and what to do. */
  SidereusException refused(String what, String remedy) {
    return new SidereusException(name + " " + what + "; " + remedy);
  }
}
