package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.Samples;
import org.sidereus.schemas.registry.UndecodableEventException.Reason;

class AvroSerdeTest {
  private static final String TOPIC = "sidereus.observations";

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroSerde<Observation> serde = new AvroSerde<>(Observation.class, registry);

  static List<SpecificRecord> everyRecord() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("everyRecord")
  void shouldReadBackEveryRecordItWrites(SpecificRecord sample) {
    assertThat(throughTheWire(sample)).isEqualTo(sample).isNotSameAs(sample);
  }

  private <T extends SpecificRecord> Object throughTheWire(T sample) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) sample.getClass();
    Serde<T> serde = new AvroSerde<>(type, registry);
    return serde.deserializer().deserialize("t", serde.serializer().serialize("t", sample));
  }

  @Test
  void shouldFrameARecordByMagicByteAndSchemaId() {
    registry.register("other", SchemaBuilder.builder().longType());

    byte[] bytes = write(Samples.observation());

    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 2);
    assertThat(registry.subjects()).containsExactly("other", TOPIC + "-value");
  }

  @Test
  void shouldRegisterTheContractWithoutHintsForJava() {
    write(Samples.observation());

    assertThat(registry.latest(TOPIC + "-value").schema().toString())
        .contains("\"name\":\"Observation\"")
        .contains("Time of observation, milliseconds since 1970-01-01 UTC")
        .doesNotContain("avro.java.string");
  }

  @Test
  void shouldTreatNullAsTombstone() {
    assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
    assertThat(serde.deserializer().deserialize(TOPIC, (byte[]) null)).isNull();
  }

  @Test
  void shouldReadAnOlderProducerWhoseSchemaLacksOptionalFields() {
    Schema older =
        SchemaBuilder.record("Observation")
            .namespace("org.sidereus.schemas")
            .fields()
            .requiredString("survey")
            .requiredString("object")
            .name("time")
            .type(Schema.create(Schema.Type.LONG))
            .noDefault()
            .endRecord();
    GenericRecord written = new GenericData.Record(older);
    written.put("survey", "lsst");
    written.put("object", "o-1");
    written.put("time", 1_000L);

    Observation read = read(Frames.framed(registry.register("s", older), written));

    assertThat(read.getObject()).isEqualTo("o-1");
    assertThat(read.getTime()).isEqualTo(Instant.ofEpochMilli(1_000));
    assertThat(read.getGroup()).isNull();
    assertThat(read.getMeasurements()).isEmpty();
  }

  @Test
  void shouldReadANewerProducerWhoseSchemaHasMoreFields() {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("filter", Schema.create(Schema.Type.STRING), "Filter.", "g"));
    Observation.getClassSchema()
        .getFields()
        .forEach(f -> fields.add(new Schema.Field(f, f.schema())));
    Schema newer = Schema.createRecord("Observation", "", "org.sidereus.schemas", false, fields);
    GenericRecord written = new GenericData.Record(newer);
    Observation sample = Samples.observation();
    written.put("filter", "r");
    sample.getSchema().getFields().forEach(f -> written.put(f.name(), sample.get(f.pos())));

    byte[] framed = Frames.framed(registry.register("s", newer), written);

    assertThat(read(framed)).isEqualTo(sample);
  }

  @Test
  void shouldRefuseAnEventShorterThanItsFrame() {
    assertUndecodable(new byte[0], Reason.TOO_SHORT, RejectionReason.MALFORMED, "fewer than the 5");
    assertUndecodable(new byte[4], Reason.TOO_SHORT, RejectionReason.MALFORMED, "fewer than the 5");
  }

  @Test
  void shouldRefuseAnEventWithoutMagicByte() {
    assertUndecodable(
        "{\"object\": 1}".getBytes(),
        Reason.WRONG_MAGIC_BYTE,
        RejectionReason.MALFORMED,
        "7b 22 6f");
  }

  @Test
  void shouldRefuseAnEventWhoseSchemaIdNobodyKnows() {
    assertUndecodable(
        new byte[] {0, 0, 0, 1, 0, 7},
        Reason.UNKNOWN_SCHEMA_ID,
        RejectionReason.UNKNOWN_SCHEMA,
        "schema id 256");
  }

  @Test
  void shouldRefuseAnotherRecord() {
    byte[] posterior =
        new AvroSerializer<ObjectPosterior>(registry).serialize("t", Samples.objectPosterior());

    assertUndecodable(
        posterior,
        Reason.FOREIGN_SCHEMA,
        RejectionReason.UNKNOWN_SCHEMA,
        "org.sidereus.schemas.ObjectPosterior (schema id 1)");
  }

  @Test
  void shouldRefuseARecordOfAnotherNameWithTheSameFields() {
    List<Schema.Field> fields =
        Observation.getClassSchema().getFields().stream()
            .map(field -> new Schema.Field(field, field.schema()))
            .toList();
    Schema other = Schema.createRecord("Forecast", "", "org.sidereus.schemas", false, fields);
    byte[] bytes = write(Samples.observation());
    ByteBuffer.wrap(bytes).putInt(1, registry.register("s", other));

    assertUndecodable(
        bytes, Reason.FOREIGN_SCHEMA, RejectionReason.UNKNOWN_SCHEMA, "NAME_MISMATCH");
  }

  @Test
  void shouldRefuseEveryTruncation() {
    byte[] bytes = write(Samples.observation());
    for (int length = 5; length < bytes.length; length++) {
      assertUndecodable(
          Arrays.copyOf(bytes, length), Reason.TRUNCATED, RejectionReason.MALFORMED, "ends within");
    }
  }

  @Test
  void shouldRefuseBytesAfterTheRecord() {
    byte[] bytes = write(Samples.observation());

    assertUndecodable(
        Arrays.copyOf(bytes, bytes.length + 3),
        Reason.TRAILING_BYTES,
        RejectionReason.MALFORMED,
        "goes on for 3 bytes");
  }

  @Test
  void shouldRefuseAnEnumSymbolThatDoesNotExist() {
    byte[] bytes = write(Samples.observation());
    bytes[5] = 98; // the kind, the first field: symbol 49

    assertUndecodable(bytes, Reason.CORRUPT, RejectionReason.MALFORMED, "contradicts its schema");
  }

  @Test
  void shouldNotBlameTheEventForARegistryThatIsAway() {
    byte[] bytes = write(Samples.observation());
    AvroDeserializer<Observation> deserializer =
        new AvroDeserializer<>(Observation.class, new RegistryThatIsAway());

    assertThatThrownBy(() -> deserializer.deserialize(TOPIC, bytes))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.isRetriable()).isTrue());
  }

  @Test
  void shouldSayWhichRecordCannotBeWritten() {
    Observation incomplete = new Observation();

    assertThatThrownBy(() -> write(incomplete))
        .isInstanceOf(UnencodableRecordException.class)
        .hasMessageContaining(TOPIC)
        .hasMessageContaining("kind");
  }

  @Test
  void shouldServeSeveralThreadsAtOnce() throws Exception {
    Observation sample = Samples.observation();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> outcomes = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        outcomes.add(threads.submit(() -> read(write(sample)).equals(sample)));
      }
      for (Future<Boolean> outcome : outcomes) {
        assertThat(outcome.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldSayThatItWasNotConfigured() {
    assertThatThrownBy(
            () -> new AvroSerializer<Observation>().serialize(TOPIC, Samples.observation()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
    assertThatThrownBy(
            () -> new AvroDeserializer<>(Observation.class).deserialize(TOPIC, new byte[9]))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void shouldLearnItsClassFromTheConfiguration() {
    AvroSerde<Observation> byName = new AvroSerde<>();
    Map<String, Object> settings =
        Map.of(
            "schema.registry.url", "http://127.0.0.1:1",
            "specific.avro.value.type", "org.sidereus.schemas.Observation");
    byName.configure(settings, false);

    assertThatThrownBy(() -> byName.deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 1}))
        .isInstanceOf(RegistryUnreachableException.class);
    assertThatThrownBy(() -> new AvroSerde<>().configure(without(settings), false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("specific.avro.value.type");
  }

  private static Map<String, Object> without(Map<String, Object> settings) {
    return Map.of("schema.registry.url", settings.get("schema.registry.url"));
  }

  private byte[] write(Observation observation) {
    return serde.serializer().serialize(TOPIC, observation);
  }

  private Observation read(byte[] bytes) {
    return serde.deserializer().deserialize(TOPIC, bytes);
  }

  private void assertUndecodable(
      byte[] bytes, Reason reason, RejectionReason rejection, String partOfMessage) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOfSatisfying(
            UndecodableEventException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.rejectionReason()).isEqualTo(rejection);
            })
        .hasMessageContaining(TOPIC)
        .hasMessageContaining(partOfMessage);
  }
}
