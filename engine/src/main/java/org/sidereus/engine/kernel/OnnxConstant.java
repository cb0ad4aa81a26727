package org.sidereus.engine.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A constant of a graph, row-major. */
sealed interface OnnxConstant {
  /** Sizes of the axes. */
  int[] shape();

  /** Numbers of float32. */
  record Numbers(int[] shape, float[] values) implements OnnxConstant {}

  /** Whole numbers or truth values. */
  record Wholes(TileKind kind, int[] shape, long[] values) implements OnnxConstant {}

  /** Numbers of another type, which no tile program takes. */
  record Other(int[] shape) implements OnnxConstant {}

  /** A constant and its name, which is empty in an attribute. */
  record Named(String name, OnnxConstant constant) {}

  /**
   * Reads a message of the type TensorProto.
   *
   * @throws UnfitGraphException where its numbers are not in it
   */
  static Named read(ByteBuffer message) throws UnfitGraphException {
    String name = "";
    List<Long> dims = new ArrayList<>();
    long type = 0;
    @Nullable ByteBuffer raw = null;
    List<Float> floats = new ArrayList<>();
    List<Long> longs = new ArrayList<>();
    for (ProtoField field : ProtoField.of(message)) {
      switch (field.number()) {
        case 1 -> dims.addAll(field.integers());
        case 2 -> type = field.integer();
        case 4 -> floats.addAll(field.floats());
        case 5, 7 -> longs.addAll(field.integers());
        case 8 -> name = field.text();
        case 9 -> raw = field.message();
        default -> throw new UnfitGraphException("a constant holds field " + field.number());
      }
    }
    int[] shape = dims.stream().mapToInt(Math::toIntExact).toArray();
    int width = width(type);
    if (width == 0) {
      return new Named(name, new Other(shape));
    }
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    int given = raw == null ? Math.max(floats.size(), longs.size()) : raw.remaining();
    if (given != (raw == null ? size : Math.multiplyExact(size, width))
        || IntStream.of(shape).anyMatch(one -> one < 0)) {
      // before memory is taken for what a file only says
      throw new UnfitGraphException("a constant has another size");
    }
    if (type == FLOAT) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = raw == null ? floats.get(i) : raw.getFloat();
      }
      return new Named(name, new Numbers(shape, values));
    }
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = raw == null ? longs.get(i) : whole(raw, width);
    }
    TileKind kind = type == BOOL ? TileKind.TRUTH : TileKind.WHOLE;
    return new Named(name, new Wholes(kind, shape, values));
  }

  /** Types of numbers, as ONNX counts them. */
  int FLOAT = 1;

  int INT32 = 6;

  int INT64 = 7;

  int BOOL = 9;

  private static int width(long type) {
    return switch ((int) type) {
      case FLOAT, INT32 -> 4;
      case INT64 -> 8;
      case BOOL -> 1;
      default -> 0;
    };
  }

  private static long whole(ByteBuffer raw, int width) {
    return switch (width) {
      case 8 -> raw.getLong();
      case 4 -> raw.getInt();
      default -> raw.get();
    };
  }
}
