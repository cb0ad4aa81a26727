package org.sidereus.networks;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tensors of a network by name.
 *
 * @param tensors sorted by name
 */
public record Weights(Map<String, Tensor> tensors) {

  /** Copies the map. */
  public Weights {
    tensors = Collections.unmodifiableMap(new TreeMap<>(tensors));
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("tensor " + name + " is missing");
    }
    return tensor;
  }

  /** Number of scalars in all tensors. */
  public long parameterCount() {
    return tensors.values().stream().mapToLong(tensor -> tensor.values().length).sum();
  }

  /**
   * Checks that there is each tensor of the given name and shape, no other, and that all numbers
   * are finite.
   *
   * @throws IllegalArgumentException with the name of the first tensor that does not fit
   */
  public void requireShapes(Map<String, List<Integer>> shapes) {
    shapes.forEach(
        (name, shape) -> {
          Tensor tensor = get(name);
          if (!tensor.shape().equals(shape)) {
            throw new IllegalArgumentException(
                "tensor " + name + " must have shape " + shape + " but has " + tensor.shape());
          }
          for (float value : tensor.values()) {
            if (!Float.isFinite(value)) {
              throw new IllegalArgumentException("tensor " + name + " holds " + value);
            }
          }
        });
    for (String name : tensors.keySet()) {
      if (!shapes.containsKey(name)) {
        throw new IllegalArgumentException("tensor " + name + " belongs to no part of the network");
      }
    }
  }

  /**
   * Reads a safetensors file.
   *
   * @throws org.sidereus.engine.SidereusException where the file cannot be read or is broken
   */
  public static Weights read(Path file) {
    return new Safetensors().read(file);
  }

  /** Writes a safetensors file; the same weights give the same bytes. */
  public void write(Path file) {
    new Safetensors().write(file, this);
  }
}
