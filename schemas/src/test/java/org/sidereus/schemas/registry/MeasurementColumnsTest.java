package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BlockingBinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Samples;

/** Columns have what Avro's own reader gives, for the bytes of any writer. */
class MeasurementColumnsTest {
  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroSerializer<Observation> serializer = new AvroSerializer<>(registry);
  private final AvroDeserializer<Observation> plain =
      new AvroDeserializer<>(Observation.class, registry);
  private final AvroDeserializer<Observation> columns = AvroDeserializer.inColumns(registry);

  @Test
  void shouldReadTheSameAsAvroWithAndWithoutErrors() {
    Observation sample = observation("a", "b", "c");
    sample.getMeasurements().get(1).setError(null);
    assertThat(columnsOf(bytes(sample))).isEqualTo(sample.getMeasurements());
    assertSame(bytes(sample));
    sample.getMeasurements().get(0).setValue(Double.NaN);
    sample.getMeasurements().forEach(one -> one.setError(null));
    assertThat(columnsOf(bytes(sample)).errors()).isEmpty();
    assertSame(bytes(sample));
  }

  @Test
  void shouldGiveTheSameNamesTheSameList() {
    List<String> first = columnsOf(bytes(observation("a", "b", "é"))).names();

    assertThat(first).containsExactly("a", "b", "é");
    assertThat(columnsOf(bytes(observation("a", "b", "é"))).names()).isSameAs(first);
    // They are known again when others came in between.
    assertThat(columnsOf(bytes(observation("a", "c", "é"))).names()).containsExactly("a", "c", "é");
    assertThat(columnsOf(bytes(observation("a", "b", "é"))).names()).isSameAs(first);
  }

  @Property(tries = 1000)
  void shouldReadAnySequenceOfNames(
      @ForAll @Size(min = 1, max = 6)
          List<@Size(max = 5) List<@IntRange(min = 0, max = 3) Integer>> events) {
    for (List<Integer> names : events) {
      // Repeated, missing, additional names, and others in between.
      assertSame(bytes(observation(names.stream().map("name"::repeat).toArray(String[]::new))));
    }
  }

  @Property(tries = 3000)
  void shouldRefuseWhatAvroRefusesWithTheSameWords(
      @ForAll @IntRange(min = 5, max = 1000) int at, @ForAll byte value, @ForAll boolean cut) {
    byte[] bytes = bytes(Samples.observation());
    int place = 5 + at % (bytes.length - 5);
    bytes[place] = value;

    assertSame(cut ? Arrays.copyOf(bytes, place) : bytes);
  }

  @Test
  void shouldReadAnOlderProducerAndLeaveOtherMeasurementsToAvro() {
    Observation sample = observation("a", "b");
    Schema older = with(Observation.getClassSchema(), "missing", null);
    byte[] ofOlder = Frames.framed(registry.register("older", older), copy(sample, older));

    assertThat(columnsOf(ofOlder)).isEqualTo(sample.getMeasurements());
    assertSame(ofOlder);

    Schema floats = withMeasurements(measurement(Schema.Type.FLOAT));
    GenericRecord one = new GenericData.Record(measurement(Schema.Type.FLOAT));
    one.put("name", "a");
    one.put("value", 1.5f);
    one.put("error", 0.5);
    GenericRecord written = copy(sample, floats);
    written.put("measurements", List.of(one));
    byte[] ofFloats = Frames.framed(registry.register("floats", floats), written);
    Observation read = columns.deserialize("t", ofFloats);
    assertThat(read.getMeasurements()).containsExactly(new Measurement("a", 1.5, 0.5));
    assertThat(read.getMeasurements()).isNotInstanceOf(MeasurementColumns.class);
  }

  @Test
  void shouldLeaveSchemasWithAnArrayBeforeToAvro() {
    Observation sample = observation("a", "b");
    // Its bytes could be measurements.
    Schema tag =
        SchemaBuilder.record("Tag")
            .fields()
            .requiredString("text")
            .requiredDouble("weight")
            .optionalDouble("spread")
            .endRecord();
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("tags", Schema.createArray(tag), "", Collections.emptyList()));
    Observation.getClassSchema()
        .getFields()
        .forEach(f -> fields.add(new Schema.Field(f, f.schema())));
    Schema newer = Schema.createRecord("Observation", "", "org.sidereus.schemas", false, fields);
    GenericRecord written = copy(sample, newer);
    GenericRecord one = new GenericData.Record(tag);
    one.put("text", "x");
    one.put("weight", 2.0);
    written.put("tags", List.of(one));
    byte[] bytes = Frames.framed(registry.register("newer", newer), written);

    assertThat(columns.deserialize("t", bytes)).isEqualTo(sample);
  }

  @Test
  void shouldLeaveSeveralBlocksToAvro() throws IOException {
    Observation sample =
        observation(IntStream.range(0, 200).mapToObj(Integer::toString).toArray(String[]::new));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Arrays.copyOf(bytes(sample), WireFormat.HEADER_BYTES));
    BlockingBinaryEncoder encoder =
        (BlockingBinaryEncoder)
            new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null);
    new SpecificDatumWriter<>(Observation.class).write(sample, encoder);
    encoder.flush();

    Observation read = columns.deserialize("t", out.toByteArray());

    assertThat(read).isEqualTo(sample);
    assertThat(read.getMeasurements()).isNotInstanceOf(MeasurementColumns.class);
  }

  @Test
  void shouldForgetNamesAndGoOn() {
    for (int i = 0; i < 300; i++) {
      String prefix = "n".repeat(100) + i + "-";
      assertSame(
          bytes(
              observation(
                  IntStream.range(0, 200).mapToObj(k -> prefix + k).toArray(String[]::new))));
    }
  }

  private MeasurementColumns columnsOf(byte[] bytes) {
    return (MeasurementColumns) columns.deserialize("t", bytes).getMeasurements();
  }

  /** Both give the same record, or the same words. */
  private void assertSame(byte[] bytes) {
    Object expected = outcome(plain, bytes);
    assertThat(outcome(columns, bytes)).isEqualTo(expected);
    // Once more, with names that are known.
    assertThat(outcome(columns, bytes)).isEqualTo(expected);
  }

  private static Object outcome(AvroDeserializer<Observation> deserializer, byte[] bytes) {
    try {
      return deserializer.deserialize("t", bytes).toString();
    } catch (UndecodableEventException e) {
      return e.reason() + ": " + e.getMessage();
    }
  }

  private byte[] bytes(Observation observation) {
    return serializer.serialize("t", observation);
  }

  private static Observation observation(String... names) {
    List<Measurement> measurements = new ArrayList<>();
    for (String name : names) {
      measurements.add(new Measurement(name, measurements.size() + 0.5, 0.25));
    }
    return Observation.newBuilder(Samples.observation()).setMeasurements(measurements).build();
  }

  private static GenericRecord copy(Observation observation, Schema schema) {
    GenericRecord copy = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      Schema.Field own = observation.getSchema().getField(field.name());
      if (own != null) {
        copy.put(field.name(), observation.get(own.pos()));
      }
    }
    return copy;
  }

  private static Schema withMeasurements(Schema item) {
    return with(Observation.getClassSchema(), "measurements", Schema.createArray(item));
  }

  private static Schema measurement(Schema.Type value) {
    return SchemaBuilder.record("Measurement")
        .namespace("org.sidereus.schemas")
        .fields()
        .requiredString("name")
        .name("value")
        .type(Schema.create(value))
        .noDefault()
        .optionalDouble("error")
        .endRecord();
  }

  /** The schema with another field, or without it where the type is null. */
  private static Schema with(Schema schema, String name, Schema type) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      if (!field.name().equals(name)) {
        fields.add(new Schema.Field(field, field.schema()));
      } else if (type != null) {
        fields.add(new Schema.Field(name, type, "", null));
      }
    }
    return Schema.createRecord(schema.getName(), "", schema.getNamespace(), false, fields);
  }
}
