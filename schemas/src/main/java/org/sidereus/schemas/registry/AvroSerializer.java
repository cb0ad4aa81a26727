package org.sidereus.schemas.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in the wire format of Schema Registry: {@link WireFormat}. May be used by several
 * threads once configured.
 *
 * <p>Failures: {@link UnencodableRecordException} if the record does not fit its schema, and {@link
 * RegistryException} if the registry fails.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
  /** Upper limit of the first buffer, so that one large record does not enlarge all later ones. */
  private static final int LARGEST_FIRST_BYTES = 16 * 1024;

  private final Map<Target, PreparedWriter> prepared = new ConcurrentHashMap<>();
  private @Nullable RegistryClient registry;
  private @Nullable SerializationConfig config;
  private boolean isKey;

  /** A serializer that makes its own client of the registry when it is configured. */
  public AvroSerializer() {}

  /** A serializer with the given client, which needs no configuration but accepts one. */
  public AvroSerializer(RegistryClient registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.config = SerializationConfig.of(Map.of(), false);
  }

  @Override
  public void configure(Map<String, ?> configuration, boolean isKey) {
    this.isKey = isKey;
    this.config = SerializationConfig.of(configuration, isKey);
    if (registry == null) {
      registry = new CachingRegistry(new HttpRegistry(RegistryConfig.of(configuration)));
    }
    prepared.clear();
  }

  /**
   * The record in its frame; null for null, which deletes a key of a compacted topic.
   *
   * @throws UnencodableRecordException if the record does not fit its schema
   * @throws RegistryException if the registry does not give an id
   */
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    if (data == null) {
      return null;
    }
    if (config == null || registry == null) {
      throw new ConfigException(
          "this serializer was not configured; call configure(...) with " + RegistryConfig.URL);
    }
    Schema own = data.getSchema();
    Target target = new Target(topic, own);
    PreparedWriter how = prepared.get(target);
    if (how == null) {
      how = prepare(topic, own, config, registry);
      prepared.put(target, how);
    }
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(how.usualBytes);
      out.write(how.header, 0, how.header.length);
      how.body.write(data, out);
      how.usualBytes = Math.max(how.usualBytes, Math.min(out.size(), LARGEST_FIRST_BYTES));
      return out.toByteArray();
    } catch (IOException | RuntimeException e) {
      throw new UnencodableRecordException(
          "a record for topic '%s' does not fit its schema %s: %s. Fill every field that must not be null"
              .formatted(topic, own.getFullName(), e.getMessage()),
          e);
    }
  }

  private PreparedWriter prepare(
      String topic, Schema own, SerializationConfig config, RegistryClient registry) {
    Schema contract = SchemaText.withoutJavaHints(own);
    String subject = config.subjects().subject(topic, isKey, contract);
    if (config.autoRegister()) {
      return new PreparedWriter(registry.register(subject, contract), ownSchema(own));
    }
    if (!config.useLatest()) {
      return new PreparedWriter(registry.idOf(subject, contract), ownSchema(own));
    }
    RegisteredSchema latest = registry.latest(subject);
    if (SchemaText.withoutJavaHints(latest.schema()).equals(contract)) {
      return new PreparedWriter(latest.id(), ownSchema(own));
    }
    if (config.latestStrict() && !reads(latest.schema(), contract)) {
      throw new IncompatibleSchemaException(
          "version %d of subject '%s' cannot read what %s writes. Evolve it, or set %s=false to write the records that fit"
              .formatted(
                  latest.version(), subject, own.getFullName(), SerializationConfig.LATEST_STRICT));
    }
    return new PreparedWriter(latest.id(), otherSchema(own, latest.schema()));
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  private Body<T> ownSchema(Schema own) {
    DatumWriter<T> writer = new GeneratedWriter<>(own, withCoders(own));
    return (data, out) -> {
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      writer.write(data, encoder);
      encoder.flush();
    };
  }

  /** The model of a generated class, with the coders that were generated for its parts. */
  private static SpecificData withCoders(Schema own) {
    SpecificData generated = SpecificData.getForSchema(own);
    SpecificData model = new SpecificData(generated.getClassLoader());
    generated.getConversions().forEach(model::addLogicalTypeConversion);
    model.setCustomCoders(true);
    return model;
  }

  /**
   * Generated classes know their fields by position, so a record cannot be written with another
   * schema as it is: it is written with its own and resolved to the other, as a reader would.
   */
  private Body<T> otherSchema(Schema own, Schema other) {
    Body<T> first = ownSchema(own);
    GenericDatumReader<Object> resolve = new GenericDatumReader<>(own, other);
    GenericDatumWriter<Object> second = new GenericDatumWriter<>(other);
    return (data, out) -> {
      ByteArrayOutputStream buffer = new ByteArrayOutputStream();
      first.write(data, buffer);
      Object resolved =
          resolve.read(null, DecoderFactory.get().binaryDecoder(buffer.toByteArray(), null));
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      second.write(resolved, encoder);
      encoder.flush();
    };
  }

  /** Writes arrays of doubles without a look-up of the type of each number. */
  private static final class GeneratedWriter<T> extends SpecificDatumWriter<T> {
    GeneratedWriter(Schema schema, SpecificData model) {
      super(schema, model);
    }

    @Override
    protected void writeArray(Schema schema, Object datum, Encoder out) throws IOException {
      if (schema.getElementType().getType() != Schema.Type.DOUBLE) {
        super.writeArray(schema, datum, out);
        return;
      }
      List<?> values = (List<?>) datum;
      out.writeArrayStart();
      out.setItemCount(values.size());
      for (Object value : values) {
        out.startItem();
        out.writeDouble((Double) value);
      }
      out.writeArrayEnd();
    }
  }

  private record Target(String topic, Schema schema) {}

  private final class PreparedWriter {
    private final byte[] header;
    private final Body<T> body;

    /** Size of earlier records: the first size of the buffer. Races between threads do no harm. */
    private int usualBytes = 256;

    PreparedWriter(int id, Body<T> body) {
      this.header = WireFormat.header(id);
      this.body = body;
    }
  }

  @FunctionalInterface
  private interface Body<T> {
    void write(T data, ByteArrayOutputStream out) throws IOException;
  }
}
