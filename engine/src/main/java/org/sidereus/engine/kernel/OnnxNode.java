package org.sidereus.engine.kernel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A node of a graph.
 *
 * @param inputs names; empty: the input is not given
 */
record OnnxNode(
    String operator, List<String> inputs, List<String> outputs, Map<String, Attribute> attributes) {

  /** The value of an attribute: what it is not is empty, 0 or null. */
  record Attribute(long[] integers, float decimal, String text, @Nullable OnnxConstant constant) {}

  /**
   * Reads a message of the type NodeProto.
   *
   * @throws UnfitGraphException where it holds what a tile program has no use for
   */
  static OnnxNode read(ByteBuffer message) throws UnfitGraphException {
    String operator = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, Attribute> attributes = new HashMap<>();
    for (ProtoField field : ProtoField.of(message)) {
      switch (field.number()) {
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
    return new OnnxNode(operator, inputs, outputs, attributes);
  }

  private static void attribute(ByteBuffer message, Map<String, Attribute> attributes)
      throws UnfitGraphException {
    String name = "";
    List<Long> integers = new ArrayList<>();
    float decimal = 0;
    String text = "";
    @Nullable OnnxConstant constant = null;
    for (ProtoField field : ProtoField.of(message)) {
      switch (field.number()) {
        case 1 -> name = field.text();
        case 2 -> decimal = field.decimal();
        case 3, 8 -> integers.addAll(field.integers());
        case 4 -> text = field.text();
        case 5 -> constant = OnnxConstant.read(field.message()).constant();
        case 20 -> {}
        default -> throw new UnfitGraphException("an attribute holds field " + field.number());
      }
    }
    long[] all = integers.stream().mapToLong(value -> value).toArray();
    attributes.put(name, new Attribute(all, decimal, text, constant));
  }

  /** A whole number. */
  long attribute(String name, long otherwise) {
    Attribute found = attributes.get(name);
    return found == null ? otherwise : found.integers()[0];
  }

  /** A number. */
  float decimal(String name, float otherwise) {
    Attribute found = attributes.get(name);
    return found == null ? otherwise : found.decimal();
  }

  /** Whether it has an input at this place. */
  boolean hasInput(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty();
  }
}
