package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Samples;
import org.sidereus.schemas.registry.UndecodableEventException.Reason;

/** Events whose writers declare other times, other kinds, or costly types. */
class WriterSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MICROS = "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
  private static final Instant TIME = Instant.parse("2024-03-01T02:03:04.567Z");

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroDeserializer<Observation> deserializer =
      new AvroDeserializer<>(Observation.class, registry);

  @ParameterizedTest
  @CsvSource({
    "timestamp-millis, 1709258584567",
    "timestamp-micros, 1709258584567891",
    "timestamp-nanos, 1709258584567891234",
    ", 1709258584567"
  })
  void shouldConvertATimeToMilliseconds(String logical, long value) throws IOException {
    String type =
        logical == null ? "\"long\"" : "{\"type\":\"long\",\"logicalType\":\"" + logical + "\"}";

    assertThat(deserializer.deserialize("t", event(type, value)).getTime()).isEqualTo(TIME);
  }

  /** A topic with several types of records has a union as its schema. */
  @Test
  void shouldConvertTheTimeOfARecordInAUnion() throws IOException {
    GenericRecord record = record(withTime(MICROS), 1_709_258_584_567_891L);

    assertThat(
            deserializer
                .deserialize("t", framed(Schema.createUnion(record.getSchema()), record))
                .getTime())
        .isEqualTo(TIME);
  }

  @Test
  void shouldRefuseADateOfARecordInAUnion() throws IOException {
    GenericRecord record = record(withTime("{\"type\":\"int\",\"logicalType\":\"date\"}"), 19_000);

    assertThatThrownBy(
            () ->
                deserializer.deserialize(
                    "t", framed(Schema.createUnion(record.getSchema()), record)))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("'time' as date");
  }

  @Test
  void shouldConvertATimeBefore1970Downwards() throws IOException {
    byte[] event = event(MICROS, -1L);

    assertThat(deserializer.deserialize("t", event).getTime()).isEqualTo(Instant.ofEpochMilli(-1));
  }

  @ParameterizedTest
  @CsvSource({
    "int, date",
    "int, time-millis",
    "long, time-micros",
    "long, local-timestamp-millis",
    "long, local-timestamp-micros",
    "long, local-timestamp-nanos",
    "int, "
  })
  void shouldRefuseATimeThatIsNoneByItsName(String type, String logical) throws IOException {
    String declared =
        logical == null
            ? "\"" + type + "\""
            : "{\"type\":\"%s\",\"logicalType\":\"%s\"}".formatted(type, logical);
    byte[] event = event(declared, type.equals("int") ? (Object) 19_000 : (Object) 19_000L);

    assertThatThrownBy(() -> deserializer.deserialize("t", event))
        .isInstanceOfSatisfying(
            UndecodableEventException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.FOREIGN_SCHEMA))
        .hasMessageContaining("'time'")
        .hasMessageContaining(logical == null ? "int" : logical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RECALIBRATION", "OBSERVATION"})
  void shouldRefuseAKindThatItDoesNotKnowByItsName(String kind) throws IOException {
    JsonNode schema = contract();
    ((ArrayNode) field(schema, "kind").path("type").path("symbols")).add("RECALIBRATION");
    GenericRecord record =
        record(new Schema.Parser().parse(schema.toString()), TIME.toEpochMilli());
    record.put(
        "kind", new GenericData.EnumSymbol(record.getSchema().getField("kind").schema(), kind));
    byte[] event = framed(record);

    if (kind.equals("OBSERVATION")) {
      assertThat(deserializer.deserialize("t", event).getTime()).isEqualTo(TIME);
    } else {
      assertThatThrownBy(() -> deserializer.deserialize("t", event))
          .isInstanceOf(UndecodableEventException.class)
          .hasMessageContaining(kind);
    }
  }

  /** The specification of Avro compares names without their namespaces. */
  @ParameterizedTest
  @ValueSource(strings = {"org.lsst.alerts", "org.sidereus.schemas.v2", ""})
  void shouldReadWriterTypesOfAnotherNamespace(String namespace) throws IOException {
    ObjectNode json = (ObjectNode) contract();
    json.put("namespace", namespace);
    Schema schema = new Schema.Parser().parse(json.toString());
    GenericRecord record = record(schema, TIME.toEpochMilli());
    Schema measurement = schema.getField("measurements").schema().getElementType();
    GenericRecord measured = new GenericData.Record(measurement);
    measured.put("name", "g");
    measured.put("value", 20.5);
    measured.put("error", 0.1);
    record.put("measurements", List.of(measured));
    record.put("shared_errors", List.of());
    record.put("missing", List.of());

    Observation read = deserializer.deserialize("t", framed(record));

    assertThat(read.getTime()).isEqualTo(TIME);
    assertThat(read.getKind()).isEqualTo(Samples.observation().getKind());
    assertThat(read.getMeasurements())
        .singleElement()
        .satisfies(one -> assertThat(one.getError()).isEqualTo(0.1));
  }

  /** Each inner array announces as many nulls as there are bytes left: the square of the bytes. */
  @Test
  void shouldNotSpendTheSquareOfTheBytesOnNestedArraysOfNull() throws IOException {
    JsonNode schema = contract();
    ObjectNode extra = ((ArrayNode) schema.path("fields")).addObject();
    extra.put("name", "extra");
    extra.set(
        "type",
        JSON.readTree("{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":\"null\"}}"));
    extra.set("default", JSON.readTree("[]"));
    Schema written = new Schema.Parser().parse(schema.toString());
    Schema plain = Observation.getClassSchema();
    byte[] body = body(plain, record(plain, TIME.toEpochMilli()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(WireFormat.header(registry.register("nulls", written)));
    out.write(body);
    Deque<byte[]> inner = new ArrayDeque<>();
    int after = 1;
    while (after < 1_000_000) {
      byte[] next = longs(after + 1, 0);
      inner.addFirst(next);
      after += next.length;
    }
    out.write(longs(inner.size()));
    for (byte[] one : inner) {
      out.write(one);
    }
    out.write(longs(0));
    long startNs = System.nanoTime();

    assertThatThrownBy(() -> deserializer.deserialize("t", out.toByteArray()))
        .isInstanceOf(UndecodableEventException.class)
        .hasMessageContaining("without content");

    assertThat((System.nanoTime() - startNs) / 1e9).as("seconds").isLessThan(2);
  }

  @Test
  void shouldRefuseRecordsWithoutContentInEachOther() throws IOException {
    StringBuilder types = new StringBuilder("{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
    for (int i = 1; i <= 40; i++) {
      types.insert(
          0,
          "{\"type\":\"record\",\"name\":\"R%d\",\"fields\":[{\"name\":\"a\",\"type\":"
              .formatted(i));
      types.append("},{\"name\":\"b\",\"type\":\"R%d\"}]}".formatted(i - 1));
    }
    JsonNode schema = contract();
    ObjectNode extra = ((ArrayNode) schema.path("fields")).addObject();
    extra.put("name", "extra");
    extra.set("type", JSON.readTree(types.toString()));
    byte[] event = new byte[100];
    ByteBuffer.wrap(event)
        .putInt(1, registry.register("deep", SchemaText.parse(schema.toString())));

    assertThatThrownBy(() -> deserializer.deserialize("t", event))
        .isInstanceOfSatisfying(
            UndecodableEventException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.FOREIGN_SCHEMA))
        .hasMessageContaining("parts");
  }

  private static JsonNode contract() throws IOException {
    return JSON.readTree(SchemaText.withoutJavaHints(Observation.getClassSchema()).toString());
  }

  private static JsonNode field(JsonNode schema, String name) {
    for (JsonNode one : schema.path("fields")) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private byte[] event(String timeType, Object time) throws IOException {
    return framed(record(withTime(timeType), time));
  }

  private static Schema withTime(String type) throws IOException {
    JsonNode schema = contract();
    ((ObjectNode) field(schema, "time")).set("type", JSON.readTree(type));
    return new Schema.Parser().parse(schema.toString());
  }

  private static GenericRecord record(Schema schema, Object time) {
    Observation sample = Samples.observation();
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      if (Observation.getClassSchema().getField(field.name()) != null) {
        record.put(field.pos(), sample.get(field.name()));
      }
    }
    record.put("time", time);
    record.put(
        "kind",
        new GenericData.EnumSymbol(schema.getField("kind").schema(), sample.getKind().name()));
    return record;
  }

  private byte[] framed(GenericRecord record) throws IOException {
    return framed(record.getSchema(), record);
  }

  private byte[] framed(Schema schema, GenericRecord record) throws IOException {
    byte[] body = body(schema, record);
    int id = registry.register("s" + System.identityHashCode(record), schema);
    return ByteBuffer.allocate(WireFormat.HEADER_BYTES + body.length)
        .put(WireFormat.header(id))
        .put(body)
        .array();
  }

  private static byte[] body(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(record, encoder);
    return out.toByteArray();
  }

  private static byte[] longs(long... values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    for (long value : values) {
      encoder.writeLong(value);
    }
    return out.toByteArray();
  }
}
