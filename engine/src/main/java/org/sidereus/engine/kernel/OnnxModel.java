package org.sidereus.engine.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TileCompiler} needs of a graph: its nodes in order, and its constants.
 *
 * @param nodes in an order in which they can be evaluated
 * @param outputs names of the outputs of the graph
 * @param floats float32 constants by name
 * @param longs int64 constants by name, whose shape is that of a vector
 */
record OnnxModel(
    List<Node> nodes,
    List<String> outputs,
    Map<String, Constant> floats,
    Map<String, long[]> longs) {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  /** Graphs with more nodes, and messages with more fields or numbers, are left to ONNX Runtime. */
  private static final int MOST = 1 << 20;

  private static final int MOST_NODES = 1 << 16;

  /**
   * A node.
   *
   * @param attributes whole numbers
   */
  record Node(
      String operator, List<String> inputs, List<String> outputs, Map<String, long[]> attributes) {
    long attribute(String name, long otherwise) {
      long[] values = attributes.get(name);
      return values == null ? otherwise : values[0];
    }
  }

  /** A constant, row-major. */
  record Constant(int[] shape, float[] values) {}

  /**
   * Reads a graph.
   *
   * @throws UnfitGraphException where it holds what a tile program has no use for
   */
  static OnnxModel read(byte[] bytes) throws UnfitGraphException {
    OnnxModel model =
        new OnnxModel(new ArrayList<>(), new ArrayList<>(), new HashMap<>(), new HashMap<>());
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (Field field : fields(file)) {
        if (field.number == 25) {
          throw new UnfitGraphException("it has functions of its own");
        }
        if (field.number == 7) {
          for (Field inner : fields(field.message())) {
            if (inner.number == 1) {
              model.nodes.add(node(inner.message()));
            } else if (inner.number == 5) {
              model.constant(inner.message());
            } else if (inner.number == 12) {
              model.outputs.add(name(inner.message()));
            }
          }
        }
      }
    } catch (RuntimeException e) {
      throw new UnfitGraphException("it cannot be read: " + e);
    }
    if (model.nodes.size() > MOST_NODES) {
      throw new UnfitGraphException("it has " + model.nodes.size() + " nodes");
    }
    return model;
  }

  private static String name(ByteBuffer value) {
    String name = "";
    for (Field field : fields(value)) {
      if (field.number == 1) {
        name = field.text();
      }
    }
    return name;
  }

  private static Node node(ByteBuffer message) throws UnfitGraphException {
    String operator = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, long[]> attributes = new HashMap<>();
    for (Field field : fields(message)) {
      switch (field.number) {
        case 1 -> inputs.add(field.text());
        case 2 -> outputs.add(field.text());
        case 4 -> operator = field.text();
        case 5 -> attribute(field.message(), attributes);
        case 7 -> {
          if (!Set.of("", "ai.onnx").contains(field.text())) {
            throw new UnfitGraphException("it has operators of " + field.text());
          }
        }
        default -> {}
      }
    }
    return new Node(operator, inputs, outputs, attributes);
  }

  private static void attribute(ByteBuffer message, Map<String, long[]> attributes)
      throws UnfitGraphException {
    String name = "";
    List<Long> values = new ArrayList<>();
    for (Field field : fields(message)) {
      switch (field.number) {
        case 1 -> name = field.text();
        case 3, 8 -> values.addAll(field.integers());
        case 20 -> {}
        default -> throw new UnfitGraphException("an attribute is no whole number");
      }
    }
    attributes.put(name, values.stream().mapToLong(value -> value).toArray());
  }

  private void constant(ByteBuffer message) throws UnfitGraphException {
    String name = "";
    List<Long> dims = new ArrayList<>();
    long type = 0;
    @Nullable ByteBuffer raw = null;
    List<Float> listedFloats = new ArrayList<>();
    List<Long> listedLongs = new ArrayList<>();
    for (Field field : fields(message)) {
      switch (field.number) {
        case 1 -> dims.addAll(field.integers());
        case 2 -> type = field.integer;
        case 4 -> listedFloats.addAll(field.floats());
        case 7 -> listedLongs.addAll(field.integers());
        case 8 -> name = field.text();
        case 9 -> raw = field.message();
        default -> throw new UnfitGraphException("a constant holds field " + field.number);
      }
    }
    int[] shape = dims.stream().mapToInt(Math::toIntExact).toArray();
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    int given = raw == null ? Math.max(listedFloats.size(), listedLongs.size()) : raw.remaining();
    int expected = raw == null ? size : Math.multiplyExact(size, type == FLOAT ? 4 : 8);
    if ((type == FLOAT || type == INT64)
        && (given != expected || Arrays.stream(shape).anyMatch(one -> one < 0))) {
      // before memory is taken for what a file only says
      throw new UnfitGraphException("a constant has another size");
    }
    if (type == FLOAT) {
      float[] values = new float[size];
      if (raw == null) {
        for (int i = 0; i < size; i++) {
          values[i] = listedFloats.get(i);
        }
      } else {
        raw.asFloatBuffer().get(values);
      }
      floats.put(name, new Constant(shape, values));
    } else if (type == INT64 && shape.length == 1) {
      long[] values = new long[size];
      if (raw == null) {
        for (int i = 0; i < size; i++) {
          values[i] = listedLongs.get(i);
        }
      } else {
        raw.asLongBuffer().get(values);
      }
      longs.put(name, values);
    }
  }

  /** A field of a message of protocol buffers. */
  private record Field(int number, long integer, @Nullable ByteBuffer bytes) {
    ByteBuffer message() {
      if (bytes == null) {
        throw new IllegalArgumentException("field " + number + " is no message");
      }
      return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    String text() {
      return StandardCharsets.UTF_8.decode(message()).toString();
    }

    /** One float32 number, or many that are packed. */
    List<Float> floats() {
      if (bytes == null) {
        return List.of(Float.intBitsToFloat((int) integer));
      }
      List<Float> all = new ArrayList<>();
      for (ByteBuffer rest = message(); rest.hasRemaining(); ) {
        all.add(rest.getFloat());
        requireFew(all);
      }
      return all;
    }

    /** One number, or many that are packed. */
    List<Long> integers() {
      if (bytes == null) {
        return List.of(integer);
      }
      List<Long> all = new ArrayList<>();
      for (ByteBuffer rest = message(); rest.hasRemaining(); ) {
        all.add(varint(rest));
        requireFew(all);
      }
      return all;
    }
  }

  private static void requireFew(List<?> all) {
    if (all.size() > MOST) {
      throw new IllegalArgumentException("a message has too many parts");
    }
  }

  private static List<Field> fields(ByteBuffer message) {
    List<Field> all = new ArrayList<>();
    while (message.hasRemaining()) {
      long tag = varint(message);
      int number = (int) (tag >>> 3);
      switch ((int) (tag & 7)) {
        case 0 -> all.add(new Field(number, varint(message), null));
        case 1 -> all.add(new Field(number, message.getLong(), null));
        case 5 -> all.add(new Field(number, message.getInt(), null));
        case 2 -> {
          int length = Math.toIntExact(varint(message));
          ByteBuffer part =
              message.slice(message.position(), length).order(ByteOrder.LITTLE_ENDIAN);
          message.position(message.position() + length);
          all.add(new Field(number, 0, part));
        }
        default -> throw new IllegalArgumentException("a field has an unknown type");
      }
      requireFew(all);
    }
    return all;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte part = bytes.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
