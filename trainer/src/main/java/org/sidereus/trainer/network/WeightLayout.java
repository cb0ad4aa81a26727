package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each array of a network lies in one flat vector of trainable numbers. One vector keeps the
 * optimiser, the averaging of weights and the masks at one large operation each, however many
 * layers there are.
 */
public final class WeightLayout {

  /**
   * One array in the vector.
   *
   * @param name name of the array
   * @param shape length of each axis, row-major
   * @param offset index of its first number in the vector
   */
  public record Slot(String name, List<Integer> shape, int offset) {
    /** Number of values. */
    public int size() {
      return shape.stream().reduce(1, (a, b) -> a * b);
    }
  }

  private final List<Slot> slots;
  private final float[] mask;
  private final float[] initial;

  private WeightLayout(List<Slot> slots, float[] mask, float[] initial) {
    this.slots = List.copyOf(slots);
    this.mask = mask;
    this.initial = initial;
  }

  /** The arrays in the order of the vector. */
  public List<Slot> slots() {
    return slots;
  }

  /** Length of the vector. */
  public int size() {
    return mask.length;
  }

  /** 1 where a number is trainable, 0 where the network's mask forbids it; a copy. */
  public float[] mask() {
    return mask.clone();
  }

  /** The vector before training, masked; a copy. */
  public float[] initial() {
    return initial.clone();
  }

  /** Number of trainable values. */
  public int trainable() {
    int count = 0;
    for (float m : mask) {
      count += m != 0 ? 1 : 0;
    }
    return count;
  }

  /**
   * The arrays of a vector as views of it, in the order of the slots.
   *
   * @param vector flat vector of length {@link #size()}
   */
  NDList views(NDArray vector) {
    long[] ends = new long[slots.size() - 1];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = slots.get(i + 1).offset();
    }
    NDList parts = vector.split(ends, 0);
    NDList shaped = new NDList(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      List<Integer> shape = slots.get(i).shape();
      shaped.add(
          shape.size() == 1
              ? parts.get(i)
              : parts
                  .get(i)
                  .reshape(new Shape(shape.stream().mapToLong(Integer::longValue).toArray())));
    }
    return shaped;
  }

  /** The values of one array in a vector, row-major. */
  public float[] values(float[] vector, int slot) {
    Slot s = slots.get(slot);
    return Arrays.copyOfRange(vector, s.offset(), s.offset() + s.size());
  }

  /** Collects the arrays of a network. */
  static final class Builder {
    private final List<Slot> slots = new ArrayList<>();
    private final List<float[]> masks = new ArrayList<>();
    private final List<float[]> initials = new ArrayList<>();
    private int size;

    /**
     * Adds an array.
     *
     * @param mask 0 or 1 per value, row-major
     * @param initial values before training, row-major; they are masked here
     * @return index of its slot
     */
    int add(String name, List<Integer> shape, float[] mask, float[] initial) {
      Slot slot = new Slot(name, List.copyOf(shape), size);
      if (mask.length != slot.size() || initial.length != slot.size()) {
        throw new IllegalArgumentException(
            name + " has shape " + shape + " but " + mask.length + " mask values");
      }
      float[] masked = initial.clone();
      for (int i = 0; i < masked.length; i++) {
        masked[i] *= mask[i];
      }
      slots.add(slot);
      masks.add(mask.clone());
      initials.add(masked);
      size += slot.size();
      return slots.size() - 1;
    }

    /** Adds an array without mask. */
    int add(String name, List<Integer> shape, float[] initial) {
      float[] open = new float[initial.length];
      Arrays.fill(open, 1f);
      return add(name, shape, open, initial);
    }

    WeightLayout build() {
      return new WeightLayout(slots, concatenate(masks), concatenate(initials));
    }

    private float[] concatenate(List<float[]> parts) {
      float[] all = new float[size];
      int at = 0;
      for (float[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }
  }
}
