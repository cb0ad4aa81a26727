package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/**
 * Where each tensor of a network lies in one flat vector of trainable numbers. One vector keeps the
 * optimiser, the averaging of weights and the masks at one large operation each, however many
 * layers there are.
 */
public final class WeightLayout {
  private record Slot(String name, List<Integer> shape, int offset, int size) {}

  private final List<Slot> slots = new ArrayList<>();
  private final int size;

  /**
   * Lays out tensors one after the other.
   *
   * @param shapes name and shape of each tensor, in the order of the vector
   */
  public WeightLayout(Map<String, List<Integer>> shapes) {
    int at = 0;
    for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
      int length = entry.getValue().stream().reduce(1, Math::multiplyExact);
      slots.add(new Slot(entry.getKey(), entry.getValue(), at, length));
      at = Math.addExact(at, length);
    }
    this.size = at;
  }

  /** Length of the vector. */
  public int size() {
    return size;
  }

  /** The vector of the given tensors. */
  public float[] vector(Weights weights) {
    float[] vector = new float[size];
    for (Slot slot : slots) {
      System.arraycopy(weights.get(slot.name()).values(), 0, vector, slot.offset(), slot.size());
    }
    return vector;
  }

  /** The tensors of a vector. */
  public Weights weights(float[] vector) {
    if (vector.length != size) {
      throw new IllegalArgumentException(
          "the vector must hold " + size + " weights but holds " + vector.length);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Slot slot : slots) {
      float[] values = new float[slot.size()];
      System.arraycopy(vector, slot.offset(), values, 0, slot.size());
      tensors.put(slot.name(), new Tensor(slot.shape(), values));
    }
    return new Weights(tensors);
  }

  /**
   * The tensors of a vector by name, as views of it.
   *
   * @param vector flat vector [{@link #size()}]
   */
  Map<String, NDArray> views(NDArray vector) {
    long[] starts = slots.stream().skip(1).mapToLong(Slot::offset).toArray();
    NDList parts = vector.split(starts, 0);
    Map<String, NDArray> views = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Slot slot = slots.get(i);
      NDArray part = parts.get(i);
      views.put(
          slot.name(),
          slot.shape().size() == 1
              ? part
              : part.reshape(new Shape(slot.shape().get(0), slot.shape().get(1))));
    }
    return views;
  }
}
