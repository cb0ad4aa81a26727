package org.sidereus.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Data and programs of every stored version continue to work. {@link StoredVersionWriter} says how
 * a version is stored.
 */
class ContractsTest {
  private static final Set<Schema.Type> NUMBERS =
      Set.of(Schema.Type.INT, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE);
  private static final Pattern UNIT = Pattern.compile("\\bunits?\\b|milliseconds|dimensionless");

  @TestFactory
  Stream<DynamicTest> shouldReadEveryStoredSample() {
    return ofEveryStoredContract(
        (file, stored) -> {
          Schema current = Contracts.current(stored);
          for (String kind : List.of("full", "minimal")) {
            String base = file.toString().replace(".avsc", "." + kind);
            byte[] bytes = Files.readAllBytes(Path.of(base + ".bin"));
            String rendering = Files.readString(Path.of(base + ".json"));
            BinaryDecoder binary = DecoderFactory.get().binaryDecoder(bytes, null);

            Object fromBytes = read(stored, current, binary);
            Object fromRendering =
                read(stored, current, DecoderFactory.get().jsonDecoder(stored, rendering));

            assertThat(fromBytes).isEqualTo(fromRendering);
            assertThat(binary.isEnd()).as("all bytes were read").isTrue();
          }
        });
  }

  private static Object read(Schema stored, Schema current, Decoder decoder) throws IOException {
    return new SpecificDatumReader<>(stored, current, Contracts.model(current)).read(null, decoder);
  }

  @TestFactory
  Stream<DynamicTest> shouldReadWhatProducersOfEveryStoredVersionWrite() {
    return ofEveryStoredContract((file, stored) -> assertReads(Contracts.current(stored), stored));
  }

  @TestFactory
  Stream<DynamicTest> shouldBeReadByConsumersOfEveryStoredVersion() {
    return ofEveryStoredContract((file, stored) -> assertReads(stored, Contracts.current(stored)));
  }

  private static void assertReads(Schema reader, Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility match =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(match.getType())
        .as(match.getResult().getIncompatibilities().toString())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @Test
  void shouldHaveStoredTheContractsOfThisBuild() {
    List<Path> versions = Contracts.storedVersions();
    Path newest = versions.get(versions.size() - 1);

    assertThat(Contracts.schemaFiles(newest).stream().map(Contracts::parse))
        .as(
            "the newest stored version is %s but the contracts have changed since; store the next"
                + " as StoredVersionWriter says",
            newest.getFileName())
        .containsExactlyInAnyOrderElementsOf(
            Contracts.current().stream().map(ContractsTest::withoutJavaHints).toList());
  }

  private static Schema withoutJavaHints(Schema schema) {
    return new Schema.Parser()
        .parse(
            schema
                .toString()
                .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\""));
  }

  @TestFactory
  Stream<DynamicTest> shouldKeepTheValuesOfTheFirstVersion() {
    Path first = Contracts.storedVersions().get(0);
    return Samples.ofFirstVersion().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.getSchema().getName(),
                    () -> {
                      String name = sample.getSchema().getName();
                      byte[] bytes = Files.readAllBytes(first.resolve(name + ".full.bin"));
                      Schema stored = Contracts.parse(first.resolve(name + ".avsc"));
                      assertThat(
                              read(
                                  stored,
                                  sample.getSchema(),
                                  DecoderFactory.get().binaryDecoder(bytes, null)))
                          .isEqualTo(sample);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> shouldDocumentEveryFieldAndTheUnitOfEveryNumber() {
    return Contracts.current().stream()
        .map(
            schema ->
                DynamicTest.dynamicTest(
                    schema.getName(), () -> assertThat(undocumented(schema)).isEmpty()));
  }

  private static List<String> undocumented(Schema schema) {
    List<String> missing = new ArrayList<>();
    switch (schema.getType()) {
      case RECORD -> {
        if (isBlank(schema.getDoc())) {
          missing.add(schema.getName());
        }
        for (Schema.Field field : schema.getFields()) {
          String place = schema.getName() + "." + field.name();
          if (isBlank(field.doc())) {
            missing.add(place);
          } else if (isNumber(field.schema()) && !UNIT.matcher(field.doc()).find()) {
            missing.add(place + " (unit)");
          }
          missing.addAll(undocumented(field.schema()));
        }
      }
      case ARRAY -> missing.addAll(undocumented(schema.getElementType()));
      case MAP -> missing.addAll(undocumented(schema.getValueType()));
      case UNION -> schema.getTypes().forEach(type -> missing.addAll(undocumented(type)));
      default -> {}
    }
    return missing;
  }

  private static boolean isBlank(String text) {
    return text == null || text.isBlank();
  }

  private static boolean isNumber(Schema schema) {
    return switch (schema.getType()) {
      case UNION -> schema.getTypes().stream().anyMatch(ContractsTest::isNumber);
      case ARRAY -> isNumber(schema.getElementType());
      case MAP -> isNumber(schema.getValueType());
      default -> NUMBERS.contains(schema.getType());
    };
  }

  @Test
  void shouldNoticeAFieldWithoutUnit() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Star", "doc": "A star.", "fields": [
                  {"name": "mass", "type": ["null", "double"], "doc": "Mass."},
                  {"name": "age", "type": "double", "doc": "Age, unit: Gyr."},
                  {"name": "name", "type": "string"}]}\
                """);

    assertThat(undocumented(schema)).containsExactly("Star.mass (unit)", "Star.name");
  }

  private static Stream<DynamicTest> ofEveryStoredContract(Check check) {
    return Contracts.storedVersions().stream()
        .flatMap(version -> Contracts.schemaFiles(version).stream())
        .map(
            file ->
                DynamicTest.dynamicTest(
                    "%s/%s".formatted(file.getParent().getFileName(), file.getFileName()),
                    () -> check.of(file, Contracts.parse(file))));
  }

  private interface Check {
    void of(Path file, Schema stored) throws IOException;
  }
}
