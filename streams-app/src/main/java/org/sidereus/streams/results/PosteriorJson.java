package org.sidereus.streams.results;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;

/**
 * Posteriors and rejections as JSON: all fields of the Avro contracts under their names and in
 * their order, times as ISO-8601, unset fields as null.
 */
public final class PosteriorJson {
  private final JsonNodeFactory nodes = JsonNodeFactory.instance;

  /** The posterior of a group. */
  public ObjectNode of(GroupPosterior posterior) {
    return record(posterior);
  }

  /** The posterior of an object. */
  public ObjectNode of(ObjectPosterior posterior) {
    return record(posterior);
  }

  /** A rejection; original key and value as Base64. */
  public ObjectNode of(Rejection rejection) {
    return record(rejection);
  }

  /** An observation. */
  public ObjectNode of(Observation observation) {
    return record(observation);
  }

  /** How well each bundle explains a group. */
  public ArrayNode of(BundleComparison comparison) {
    ArrayNode node = nodes.arrayNode();
    for (BundleComparison.Entry one : comparison.entries()) {
      node.addObject()
          .put("bundle", one.bundle())
          .put("bundle_version", one.version())
          .put("objects", one.objects())
          .put("log_evidence", one.logEvidence())
          .put("log_bayes_factor", one.logBayesFactor());
    }
    return node;
  }

  private ObjectNode record(IndexedRecord record) {
    ObjectNode node = nodes.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      node.set(field.name(), value(record.get(field.pos())));
    }
    return node;
  }

  private JsonNode value(@Nullable Object value) {
    if (value == null) {
      return nodes.nullNode();
    }
    if (value instanceof IndexedRecord record) {
      return record(record);
    }
    if (value instanceof Collection<?> values) {
      ArrayNode array = nodes.arrayNode(values.size());
      values.forEach(one -> array.add(value(one)));
      return array;
    }
    if (value instanceof Double number) {
      return nodes.numberNode(number);
    }
    if (value instanceof Float number) {
      return nodes.numberNode(number);
    }
    if (value instanceof Long number) {
      return nodes.numberNode(number);
    }
    if (value instanceof Integer number) {
      return nodes.numberNode(number);
    }
    if (value instanceof Boolean flag) {
      return nodes.booleanNode(flag);
    }
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return nodes.binaryNode(copy);
    }
    if (value instanceof CharSequence || value instanceof Instant || value instanceof Enum) {
      return nodes.textNode(value.toString());
    }
    throw new IllegalArgumentException(
        "a " + value.getClass().getName() + " has no JSON form here");
  }
}
