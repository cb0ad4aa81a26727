package org.sidereus.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/** The form in which a schema goes to a registry. */
final class SchemaText {
  private static final String JAVA_STRING = "avro.java.string";

  private SchemaText() {}

  /**
   * The schema without the hints of the Java code generator, so that the registry holds the
   * contract itself and programs in other languages register the very same one.
   */
  static Schema withoutJavaHints(Schema schema) {
    String text = schema.toString();
    if (!text.contains(JAVA_STRING)) {
      return schema;
    }
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro wrote a schema that is no JSON: " + text, e);
    }
    strip(tree);
    return parse(tree.toString());
  }

  /**
   * Parses a schema of another program. It checks what Avro needs to read data, and does not check
   * what concerns new data only, such as whether defaults fit their types.
   *
   * @throws org.apache.avro.AvroRuntimeException if it is no Avro schema
   */
  static Schema parse(String text) {
    return parser().parse(text);
  }

  /** A parser that checks as {@link #parse} does, and remembers the types that it has parsed. */
  static Schema.Parser parser() {
    return new Schema.Parser().setValidateDefaults(false);
  }

  private static void strip(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(JAVA_STRING);
    }
    node.forEach(SchemaText::strip);
  }
}
