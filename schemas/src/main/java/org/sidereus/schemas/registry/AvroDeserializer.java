package org.sidereus.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.registry.UndecodableEventException.Reason;

/**
 * Reads records in the wire format of Schema Registry: {@link WireFormat}. May be used by several
 * threads once configured.
 *
 * <p>The bytes are read with the schema that wrote them and resolved to the schema of the expected
 * class, so that Avro's rules of schema evolution apply to older and newer producers. It takes no
 * more memory than the bytes can fill, whatever lengths they announce.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
  /** The class to read, where the constructor does not say it. */
  public static final String VALUE_TYPE = "specific.avro.value.type";

  /** The class to read for keys, where the constructor does not say it. */
  public static final String KEY_TYPE = "specific.avro.key.type";

  /** Confluent's switch between generated and generic records; here it must not be false. */
  public static final String SPECIFIC_READER = "specific.avro.reader";

  private static final int MAX_QUOTED_BYTES = 8;

  /** Schemas that are kept; beyond that the cache begins anew. */
  private static final int MOST_READERS = 10_000;

  /**
   * Enums in which a symbol that is not known must not become the default: an event of another kind
   * is no observation.
   */
  private static final Set<String> STRICT_ENUMS = Set.of(ObservationKind.class.getName());

  /** How events of one schema are read. */
  private sealed interface Decoding<T> {}

  /** By a reader; it may be used by several threads. */
  private record Readable<T>(
      DatumReader<T> reader, WriterSchema.Times times, @Nullable MeasurementScan scan)
      implements Decoding<T> {}

  /** Not at all. */
  private record Refused<T>(String problem) implements Decoding<T> {}

  private final Map<Integer, Decoding<T>> decodings = new ConcurrentHashMap<>();
  private @Nullable Class<T> type;
  private @Nullable RegistryClient registry;

  /** Reads measurements into columns; null: they are records in a list. */
  private @Nullable MeasurementScan scan;

  /** A deserializer whose class and registry come from {@link #configure}. */
  public AvroDeserializer() {}

  /** A deserializer of one class that makes its own client of the registry when configured. */
  public AvroDeserializer(Class<T> type) {
    this.type = Objects.requireNonNull(type, "type");
  }

  /** A deserializer of one class with the given client, which needs no configuration. */
  public AvroDeserializer(Class<T> type, RegistryClient registry) {
    this.type = Objects.requireNonNull(type, "type");
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  /**
   * A deserializer of observations whose measurements are {@link MeasurementColumns} where they are
   * written as usual. It takes less time and memory.
   */
  static AvroDeserializer<Observation> inColumns(RegistryClient registry) {
    AvroDeserializer<Observation> made = new AvroDeserializer<>(Observation.class, registry);
    made.scan = new MeasurementScan();
    return made;
  }

  @Override
  public void configure(Map<String, ?> configuration, boolean isKey) {
    Object specific = configuration.get(SPECIFIC_READER);
    if (specific != null && !Boolean.parseBoolean(specific.toString().strip())) {
      throw new ConfigException(
          SPECIFIC_READER,
          specific,
          "this deserializer makes generated records only; remove the key");
    }
    if (type == null) {
      type = configuredType(configuration, isKey ? KEY_TYPE : VALUE_TYPE);
    }
    if (registry == null) {
      registry = new CachingRegistry(new HttpRegistry(RegistryConfig.of(configuration)));
    }
  }

  @SuppressWarnings("unchecked") // the type that the configuration names is the T of the user
  private static <T extends SpecificRecord> Class<T> configuredType(
      Map<String, ?> configuration, String key) {
    Object named = configuration.get(key);
    if (named == null) {
      throw new ConfigException(
          key, null, "is missing; name the generated class to read, or give it to the constructor");
    }
    if (named instanceof Class<?> given && SpecificRecord.class.isAssignableFrom(given)) {
      return (Class<T>) given;
    }
    String name = named instanceof Class<?> other ? other.getName() : named.toString().strip();
    return (Class<T>) NamedClass.instantiate(key, name, SpecificRecord.class).getClass();
  }

  /**
   * The record in the frame; null for null.
   *
   * @param topic topic of the event, for error messages
   * @throws UndecodableEventException if the bytes are not a record of the contract: a second try
   *     fails too
   * @throws RegistryException if the registry fails: the bytes may be valid
   */
  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    if (type == null || registry == null) {
      throw new ConfigException(
          "this deserializer was not configured; call configure(...) with " + RegistryConfig.URL);
    }
    Frame frame = new Frame(topic, data, type.getSimpleName());
    int id = frame.schemaId();
    Decoding<T> decoding = decodings.get(id);
    if (decoding == null) {
      decoding = decoding(frame, id, type, registry);
      if (decodings.size() >= MOST_READERS) {
        decodings.clear();
      }
      decodings.put(id, decoding);
    }
    if (decoding instanceof Readable<T> readable) {
      T record = read(readable, frame);
      readable.times().correct(record);
      return record;
    }
    throw frame.undecodable(Reason.FOREIGN_SCHEMA, ((Refused<T>) decoding).problem(), null);
  }

  private Decoding<T> decoding(Frame frame, int id, Class<T> type, RegistryClient registry) {
    Schema written;
    try {
      written = registry.schema(id);
    } catch (UnknownSchemaException e) {
      throw frame.undecodable(
          Reason.UNKNOWN_SCHEMA_ID, "carries schema id %d: %s".formatted(id, e.getMessage()), e);
    }
    SpecificData model = SpecificData.getForClass(type);
    Schema wanted = model.getSchema(type);
    Optional<String> problem = WriterSchema.problem(written, wanted);
    if (problem.isEmpty()) {
      SchemaPairCompatibility match =
          SchemaCompatibility.checkReaderWriterCompatibility(wanted, written);
      if (match.getType() != SchemaCompatibilityType.COMPATIBLE) {
        problem = Optional.of(incompatibilities(match));
      }
    }
    if (problem.isPresent()) {
      return new Refused<>(
          "was written as %s (schema id %d), which cannot be read as %s: %s. Send it to its own topic, or evolve its schema compatibly"
              .formatted(written.getFullName(), id, wanted.getFullName(), problem.get()));
    }
    return new Readable<>(
        new SpecificDatumReader<>(written, withoutDefaults(wanted), model),
        WriterSchema.times(written, wanted),
        MeasurementScan.fits(written) ? scan : null);
  }

  /** The schema without the defaults of its strict enums. */
  private static Schema withoutDefaults(Schema schema) {
    ObjectNode json;
    try {
      json = (ObjectNode) new ObjectMapper().readTree(schema.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the schema of a contract is no JSON", e);
    }
    boolean changed = false;
    for (JsonNode field : json.path("fields")) {
      JsonNode type = field.path("type");
      String name =
          type.path("namespace").asText(schema.getNamespace()) + "." + type.path("name").asText();
      if (STRICT_ENUMS.contains(name) && type instanceof ObjectNode strict) {
        changed |= strict.remove("default") != null;
      }
    }
    return changed ? SchemaText.parse(json.toString()) : schema;
  }

  private static String incompatibilities(SchemaPairCompatibility match) {
    return match.getResult().getIncompatibilities().stream()
        .map(one -> "%s at %s".formatted(one.getType(), one.getLocation()))
        .distinct()
        .limit(3)
        .reduce((left, right) -> left + ", " + right)
        .orElse("unknown incompatibility");
  }

  private T read(Readable<T> readable, Frame frame) {
    CountedDecoder in = frame.body();
    if (readable.scan() != null) {
      in.inColumns(readable.scan());
    }
    T record;
    int left;
    try {
      record = readable.reader().read(null, in);
      left = in.remaining();
    } catch (EOFException e) {
      throw frame.undecodable(
          Reason.TRUNCATED,
          "ends within a field (%s). It was cut, or its schema id is wrong"
              .formatted(e.getMessage()),
          e);
    } catch (CountedDecoder.TooMuchException e) {
      throw frame.undecodable(
          Reason.CORRUPT, String.valueOf(e.getMessage()) + ". Check the producer", e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro reports indices out of range and the like by various exceptions; a schema that nests
      // in itself recurses as deep as the bytes say.
      throw frame.undecodable(
          Reason.CORRUPT, "contradicts its schema (%s). Check the producer".formatted(e), e);
    }
    if (left > 0) {
      throw frame.undecodable(
          Reason.TRAILING_BYTES,
          "goes on for %d bytes after its end. Its schema id is wrong, or something was appended"
              .formatted(left),
          null);
    }
    MeasurementColumns columns = in.columns();
    if (columns != null && record instanceof Observation observation) {
      observation.setMeasurements(columns);
    }
    return record;
  }

  /** The bytes of one event, and where they came from. */
  private static final class Frame {
    private final String topic;
    private final byte[] bytes;
    private final String expected;

    Frame(String topic, byte[] bytes, String expected) {
      this.topic = topic;
      this.bytes = bytes;
      this.expected = expected;
    }

    int schemaId() {
      if (bytes.length < WireFormat.HEADER_BYTES) {
        throw undecodable(
            Reason.TOO_SHORT,
            "has fewer than the %d bytes of magic byte and schema id. Write it with an Avro serializer for Schema Registry"
                .formatted(WireFormat.HEADER_BYTES),
            null);
      }
      if (bytes[0] != WireFormat.MAGIC) {
        throw undecodable(
            Reason.WRONG_MAGIC_BYTE,
            "does not begin with the magic byte 0 but with %s. Write it with an Avro serializer for Schema Registry"
                .formatted(
                    HexFormat.ofDelimiter(" ")
                        .formatHex(bytes, 0, Math.min(bytes.length, MAX_QUOTED_BYTES))),
            null);
      }
      return WireFormat.schemaId(bytes);
    }

    CountedDecoder body() {
      return new CountedDecoder(bytes, WireFormat.HEADER_BYTES);
    }

    UndecodableEventException undecodable(
        Reason reason, String problem, @Nullable Throwable cause) {
      return new UndecodableEventException(
          reason,
          "an event of topic '%s' (%d bytes, expected: %s) %s"
              .formatted(topic, bytes.length, expected, problem),
          cause);
    }
  }
}
