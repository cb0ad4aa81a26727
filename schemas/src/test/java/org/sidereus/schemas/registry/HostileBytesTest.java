package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Samples;
import org.sidereus.schemas.registry.UndecodableEventException.Reason;

/**
 * Any bytes give a record or a typed exception, and take no more memory than their length allows.
 */
class HostileBytesTest {
  private static final long MAX_ALLOCATED_BYTES = 4 << 20;
  private static final byte[] HUGE_LENGTH = {-128, -128, -128, -128, 8}; // 2^30 in Avro's zigzag

  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final int observationId =
      registry.register("o", SchemaText.withoutJavaHints(Observation.getClassSchema()));
  private final AvroDeserializer<Observation> deserializer =
      new AvroDeserializer<>(Observation.class, registry);

  @Property(tries = 2000)
  void shouldSurviveRandomBytes(@ForAll @Size(max = 200) byte[] bytes) {
    assertHarmless(bytes);
  }

  @Property(tries = 4000)
  void shouldSurviveRandomBytesBehindAKnownSchemaId(@ForAll @Size(max = 400) byte[] body) {
    assertHarmless(framed(body));
  }

  @Property(tries = 2000)
  void shouldSurviveAChangedByteOfAGoodEvent(
      @ForAll @IntRange(min = 0, max = 1000) int at, @ForAll byte value) {
    byte[] bytes =
        new AvroSerializer<SpecificRecord>(registry).serialize("o", Samples.observation());
    bytes[at % bytes.length] = value;

    assertHarmless(bytes);
  }

  private void assertHarmless(byte[] bytes) {
    // The first call may load classes, which takes memory too.
    assertRecordOrTypedException(bytes);
    long before = allocatedBytes();
    assertRecordOrTypedException(bytes);
    assertThat(allocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
  }

  private void assertRecordOrTypedException(byte[] bytes) {
    try {
      assertThat(deserializer.deserialize("t", bytes)).isInstanceOf(Observation.class);
    } catch (UndecodableEventException e) {
      assertThat(e.reason()).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"string", "bytes", "array", "map"})
  void shouldNotBelieveALengthThatTheBytesCannotHold(String type) {
    // The forged length is in a field that the reader skips ...
    Schema schema = observationWithExtra(type);
    byte[] skipped = framed(HUGE_LENGTH);
    ByteBuffer.wrap(skipped).putInt(1, registry.register(type, schema));

    assertRefusedCheaply(skipped);
  }

  @Test
  void shouldNotBelieveTheLengthOfAString() {
    // ... and here in one that it reads: kind 0, then the survey.
    assertRefusedCheaply(framed(concat(new byte[] {0}, HUGE_LENGTH)));
  }

  @Test
  void shouldNotBelieveTheNumberOfMeasurements() {
    byte[] upToMeasurements = {0, 0, 0, 0, 0, 0, 0};

    assertRefusedCheaply(framed(concat(upToMeasurements, HUGE_LENGTH)));
  }

  @Test
  void shouldRefuseANegativeLength() {
    assertThatThrownBy(() -> deserializer.deserialize("t", framed(new byte[] {0, 1})))
        .isInstanceOfSatisfying(
            UndecodableEventException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
        .hasMessageContaining("-1 bytes");
  }

  @Test
  void shouldRefuseEndlessItemsWithoutContent() {
    Schema nulls = SchemaBuilder.array().items().nullType();
    Schema schema =
        SchemaBuilder.record("Observation")
            .namespace("org.sidereus.schemas")
            .fields()
            .name("nulls")
            .type(nulls)
            .noDefault()
            .requiredString("survey")
            .requiredString("object")
            .requiredLong("time")
            .endRecord();
    byte[] bytes = framed(concat(HUGE_LENGTH, new byte[20]));
    ByteBuffer.wrap(bytes).putInt(1, registry.register("nulls", schema));

    assertRefusedCheaply(bytes);
  }

  @Test
  void shouldRefuseNestingThatNeverEnds() {
    Schema nested =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Observation", "namespace": "org.sidereus.schemas", "fields": [
                  {"name": "inner", "type": {"type": "record", "name": "Inner", "fields": [
                    {"name": "inner", "type": ["null", "Inner"]}]}},
                  {"name": "survey", "type": "string"}, {"name": "object", "type": "string"},
                  {"name": "time", "type": "long"}]}\
                """);
    byte[] deep = new byte[1_000_000];
    Arrays.fill(deep, (byte) 2);
    byte[] bytes = framed(deep);
    ByteBuffer.wrap(bytes).putInt(1, registry.register("nested", nested));

    assertThatThrownBy(() -> deserializer.deserialize("t", bytes))
        .isInstanceOfSatisfying(
            UndecodableEventException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
  }

  private void assertRefusedCheaply(byte[] bytes) {
    long before = allocatedBytes();
    assertThatThrownBy(() -> deserializer.deserialize("t", bytes))
        .isInstanceOfSatisfying(
            UndecodableEventException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));
    assertThat(allocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
  }

  private static Schema observationWithExtra(String type) {
    Schema plain = Schema.create(Schema.Type.STRING);
    Schema extra =
        switch (type) {
          case "array" -> Schema.createArray(plain);
          case "map" -> Schema.createMap(plain);
          case "bytes" -> Schema.create(Schema.Type.BYTES);
          default -> plain;
        };
    List<Schema.Field> fields =
        new ArrayList<>(List.of(new Schema.Field("extra", extra, "Extra.", null)));
    Observation.getClassSchema()
        .getFields()
        .forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    return Schema.createRecord("Observation", "", "org.sidereus.schemas", false, fields);
  }

  private byte[] framed(byte[] body) {
    return concat(WireFormat.header(observationId), body);
  }

  private static byte[] concat(byte[] left, byte[] right) {
    return ByteBuffer.allocate(left.length + right.length).put(left).put(right).array();
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
