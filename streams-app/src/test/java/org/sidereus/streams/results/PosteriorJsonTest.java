package org.sidereus.streams.results;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/** The stored samples of the contracts as JSON. */
class PosteriorJsonTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("sidereus.home"), "schemas/src/test/resources/v6");

  private final ObjectMapper mapper = new ObjectMapper();
  private final PosteriorJson json = new PosteriorJson();

  @ParameterizedTest
  @ValueSource(strings = {"full", "minimal"})
  void shouldWriteTheFieldsOfAnObjectPosterior(String kind) throws IOException {
    ObjectNode written =
        json.of(sample(ObjectPosterior.class, ObjectPosterior.getClassSchema(), kind));
    assertSame(written, "ObjectPosterior." + kind + ".json");
    assertHasEveryField(written, ObjectPosterior.getClassSchema());
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "minimal"})
  void shouldWriteTheFieldsOfAGroupPosterior(String kind) throws IOException {
    ObjectNode written =
        json.of(sample(GroupPosterior.class, GroupPosterior.getClassSchema(), kind));
    assertSame(written, "GroupPosterior." + kind + ".json");
    assertHasEveryField(written, GroupPosterior.getClassSchema());
  }

  private void assertSame(ObjectNode written, String file) throws IOException {
    JsonNode expected;
    try (InputStream in = PosteriorJsonTest.class.getResourceAsStream(file)) {
      expected = mapper.readTree(in);
    }
    JsonNode actual = mapper.readTree(written.toString());
    for (Map.Entry<String, JsonNode> field : expected.properties()) {
      assertThat(actual.get(field.getKey())).as(field.getKey()).isEqualTo(field.getValue());
    }
    assertThat(actual).isEqualTo(expected);
  }

  private static void assertHasEveryField(ObjectNode written, Schema schema) {
    List<String> names = schema.getFields().stream().map(Schema.Field::name).toList();
    assertThat(written.fieldNames()).toIterable().containsExactlyElementsOf(names);
  }

  private static <T extends SpecificRecord> T sample(Class<T> type, Schema schema, String kind)
      throws IOException {
    Schema stored =
        new Schema.Parser()
            .parse(Files.readString(SAMPLES.resolve(type.getSimpleName() + ".avsc")));
    byte[] bytes = Files.readAllBytes(SAMPLES.resolve(type.getSimpleName() + "." + kind + ".bin"));
    return new SpecificDatumReader<T>(stored, schema, SpecificData.getForSchema(schema))
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }
}
