package org.sidereus.networks;

import java.nio.file.Path;
import org.sidereus.engine.SidereusException;

/**
 * A trained flow: its shape and its weights, which are already masked.
 *
 * @param spec the shape
 * @param weights every tensor of {@link FlowSpec#tensorShapes()}
 */
public record FlowNetwork(FlowSpec spec, Weights weights) {

  /** Checks the shapes, that all numbers are finite, and that forbidden weights are zero. */
  public FlowNetwork {
    weights.requireShapes(spec.tensorShapes());
    for (int t = 0; t < spec.transforms().size(); t++) {
      TransformSpec transform = spec.transforms().get(t);
      AutoregressiveMask mask = new AutoregressiveMask(transform);
      String name = "transforms." + t + ".";
      requireMasked(name + "layers.0.weight", weights, mask.input());
      for (int l = 1; l < transform.hiddenLayers(); l++) {
        requireMasked(name + "layers." + l + ".weight", weights, mask.hidden(l));
      }
      requireMasked(name + "output.weight", weights, mask.output());
    }
  }

  private static void requireMasked(String name, Weights weights, float[] mask) {
    Tensor tensor = weights.get(name);
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] == 0 && tensor.values()[i] != 0) {
        throw new IllegalArgumentException(
            "tensor %s breaks the autoregressive order: element [%d, %d] must be 0 but is %s"
                .formatted(name, i / tensor.columns(), i % tensor.columns(), tensor.values()[i]));
      }
    }
  }

  /**
   * Reads {@code flow.json} and {@code flow.safetensors}.
   *
   * @param directory where both lie
   * @throws SidereusException where a file cannot be read or does not fit
   */
  public static FlowNetwork read(Path directory) {
    FlowSpec spec = FlowSpec.read(directory.resolve("flow.json"));
    Path file = directory.resolve("flow.safetensors");
    Weights weights = Weights.read(file);
    try {
      return new FlowNetwork(spec, weights);
    } catch (IllegalArgumentException e) {
      throw new SidereusException(file + " does not fit flow.json: " + e.getMessage(), e);
    }
  }

  /** Writes {@code flow.json} and {@code flow.safetensors} to a directory that exists. */
  public void write(Path directory) {
    spec.write(directory.resolve("flow.json"));
    weights.write(directory.resolve("flow.safetensors"));
  }
}
