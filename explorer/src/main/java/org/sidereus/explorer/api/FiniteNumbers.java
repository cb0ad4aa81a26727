package org.sidereus.explorer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.function.UnaryOperator;

/** JSON has no numbers that are not finite, such as those of a posterior that failed. */
final class FiniteNumbers {
  private FiniteNumbers() {}

  /** The same node, with null in their place. */
  static JsonNode in(JsonNode node) {
    return replace(node, number -> NullNode.getInstance());
  }

  /** The same node, with a text in their place, where they are what is wrong. */
  static JsonNode named(JsonNode node) {
    return replace(node, number -> TextNode.valueOf(number.asText()));
  }

  private static JsonNode replace(JsonNode node, UnaryOperator<JsonNode> replacement) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        field.setValue(replace(field.getValue(), replacement));
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, replace(array.get(i), replacement));
      }
    } else if (node.isFloatingPointNumber() && !Double.isFinite(node.asDouble())) {
      return replacement.apply(node);
    }
    return node;
  }
}
