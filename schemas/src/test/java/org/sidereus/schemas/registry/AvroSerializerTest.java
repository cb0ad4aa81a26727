package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Samples;

class AvroSerializerTest {
  private static final String CONFLUENT = "io.confluent.kafka.serializers.subject.";
  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final AvroSerializer<Observation> serializer = new AvroSerializer<>(registry);

  @ParameterizedTest
  @CsvSource({
    "TopicNameStrategy, t-value",
    "RecordNameStrategy, org.sidereus.schemas.Observation",
    "TopicRecordNameStrategy, t-org.sidereus.schemas.Observation"
  })
  void shouldNameSubjectsAsConfluentDoes(String strategy, String subject) {
    for (String name : List.of(strategy, CONFLUENT + strategy)) {
      serializer.configure(Map.of("value.subject.name.strategy", name), false);
      serializer.serialize("t", Samples.observation());
    }

    assertThat(registry.subjects()).containsExactly(subject);
  }

  @Test
  void shouldNameTheSubjectsOfKeysByTheirOwnStrategy() {
    serializer.configure(Map.of("value.subject.name.strategy", "RecordNameStrategy"), true);

    serializer.serialize("t", Samples.observation());

    assertThat(registry.subjects()).containsExactly("t-key");
  }

  @Test
  void shouldTakeAStrategyOfTheUser() {
    serializer.configure(Map.of("value.subject.name.strategy", OneSubject.class), false);

    serializer.serialize("t", Samples.observation());

    assertThat(registry.subjects()).containsExactly("everything");
  }

  /** A strategy of a user. */
  public static final class OneSubject implements SubjectNameStrategy {
    @Override
    public String subject(String topic, boolean isKey, Schema schema) {
      return "everything";
    }
  }

  @Test
  void shouldRefuseAStrategyThatDoesNotExist() {
    for (String wrong : List.of("NoSuchStrategy", "java.lang.String")) {
      assertThatThrownBy(
              () -> serializer.configure(Map.of("value.subject.name.strategy", wrong), false))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("value.subject.name.strategy")
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void shouldOnlyLookUpWhereItMayNotRegister() {
    serializer.configure(Map.of("auto.register.schemas", "false"), false);

    assertThatThrownBy(() -> serializer.serialize("t", Samples.observation()))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("t-value");
    assertThat(registry.subjects()).isEmpty();

    int id = registry.register("t-value", contract());
    assertThat(WireFormat.schemaId(serializer.serialize("t", Samples.observation()))).isEqualTo(id);
  }

  @Test
  void shouldPassOnThatTheSubjectForbidsTheSchema() {
    registry.register("t-value", SchemaBuilder.builder().longType());

    assertThatThrownBy(() -> serializer.serialize("t", Samples.observation()))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("t-value");
  }

  @Test
  void shouldWriteWithTheLatestSchemaWhateverTheOrderOfItsFields() {
    List<Schema.Field> fields = new ArrayList<>();
    contract().getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    Collections.reverse(fields);
    Schema latest = Schema.createRecord("Observation", "", "org.sidereus.schemas", false, fields);
    int id = registry.register("t-value", latest);
    serializer.configure(useLatest(), false);

    byte[] bytes = serializer.serialize("t", Samples.observation());

    assertThat(WireFormat.schemaId(bytes)).isEqualTo(id);
    assertThat(new AvroDeserializer<>(Observation.class, registry).deserialize("t", bytes))
        .isEqualTo(Samples.observation());
  }

  @Test
  void shouldNotWriteWithALatestSchemaThatCannotHoldTheRecord() {
    registry.register(
        "t-value",
        SchemaBuilder.record("org.sidereus.schemas.Observation")
            .fields()
            .requiredString("filter")
            .endRecord());
    serializer.configure(useLatest(), false);

    assertThatThrownBy(() -> serializer.serialize("t", Samples.observation()))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("version 1 of subject 't-value'");
  }

  private static Map<String, Object> useLatest() {
    return Map.of("auto.register.schemas", false, "use.latest.version", true);
  }

  private static Schema contract() {
    return SchemaText.withoutJavaHints(Observation.getClassSchema());
  }
}
