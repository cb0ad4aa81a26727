package org.sidereus.integration.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericData;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.registry.HttpRegistry;
import org.sidereus.schemas.registry.IncompatibleSchemaException;
import org.sidereus.schemas.registry.RegistryConfig;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.schemas.registry.UndecodableEventException;
import org.sidereus.schemas.registry.UndecodableEventException.Reason;
import org.sidereus.schemas.registry.UnknownSchemaException;

/**
 * The serde of this project and Confluent's client read each other's records, over the embedded
 * registry and over Apicurio's. Each test has its own topic, so all tests share the registries.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryInteroperabilityTest {
  private static final int HEADER_BYTES = 5;

  /** The registry between the two sides. */
  enum Registry {
    EMBEDDED,
    APICURIO
  }

  private final Path apicurioHome = Path.of(System.getProperty("apicurio.home"));
  private EmbeddedRegistry embedded;
  private Optional<ApicurioRegistry> apicurio = Optional.empty();

  @BeforeAll
  void start() throws Exception {
    embedded = EmbeddedRegistry.start(0);
    Optional<Path> java = ApicurioRegistry.suitableJava(apicurioHome);
    if (java.isPresent()) {
      apicurio = Optional.of(ApicurioRegistry.start(apicurioHome, java.get()));
    }
  }

  @AfterAll
  void stop() {
    embedded.close();
    apicurio.ifPresent(ApicurioRegistry::close);
  }

  private String url(Registry registry) {
    if (registry == Registry.EMBEDDED) {
      return embedded.url();
    }
    assumeTrue(
        apicurio.isPresent(),
        () ->
            "Apicurio in %s needs Java %d or later; set JAVA_HOME to one"
                .formatted(apicurioHome, ApicurioRegistry.neededJava(apicurioHome)));
    return apicurio.get().url();
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadBackThroughOurSerde(Registry registry) {
    Serde<Observation> serde = ours(registry);
    Observation sample = observation();

    byte[] bytes = serde.serializer().serialize("own", sample);

    assertThat(ours(registry).deserializer().deserialize("own", bytes)).isEqualTo(sample);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeReadByConfluentsClient(Registry registry) throws Exception {
    byte[] bytes = ours(registry).serializer().serialize("to-confluent", observation());

    GenericRecord read = new ConfluentProducerAndConsumer(confluent(registry)).read(bytes);

    assertThat(read.getSchema().getFullName()).isEqualTo("org.sidereus.schemas.Observation");
    assertThat(read.get("object")).hasToString("2M00000032+5737103");
    assertThat(read.get("time")).isEqualTo(1_489_465_800_250L);
    GenericRecord iron = (GenericRecord) ((List<?>) read.get("measurements")).get(0);
    assertThat(iron.get("value")).isEqualTo(-0.31);
    assertThat(ConfluentProducerAndConsumer.body(read))
        .isEqualTo(Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadWhatConfluentsClientWrites(Registry registry) throws Exception {
    org.apache.flink.avro.shaded.org.apache.avro.Schema newer =
        new org.apache.flink.avro.shaded.org.apache.avro.Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Observation", "namespace": "org.sidereus.schemas", "fields": [
                  {"name": "filter", "type": "string"},
                  {"name": "time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                  {"name": "object", "type": "string"},
                  {"name": "survey", "type": "string"},
                  {"name": "group", "type": ["null", "string"], "default": null}]}\
                """);
    GenericRecord written = new GenericData.Record(newer);
    written.put("filter", "H");
    written.put("time", 86_400_000L);
    written.put("object", "α Cen");
    written.put("survey", "another");
    written.put("group", "Milky Way");
    byte[] bytes =
        new ConfluentProducerAndConsumer(confluent(registry))
            .write("from-confluent-value", written);

    Observation read = ours(registry).deserializer().deserialize("from-confluent", bytes);

    assertThat(read)
        .isEqualTo(
            Observation.newBuilder()
                .setObject("α Cen")
                .setSurvey("another")
                .setGroup("Milky Way")
                .setTime(Instant.parse("1970-01-02T00:00:00Z"))
                .build());
  }

  @ParameterizedTest
  @EnumSource
  void shouldAgreeWithConfluentsClientOnIdsAndVersions(Registry registry) throws Exception {
    HttpRegistry ours = client(registry);
    SchemaRegistryClient theirs = confluent(registry);
    Schema first = SchemaBuilder.record("Galaxy").fields().requiredDouble("redshift").endRecord();
    Schema second =
        SchemaBuilder.record("Galaxy")
            .fields()
            .requiredDouble("redshift")
            .optionalString("morphology")
            .endRecord();

    int firstId = ours.register("galaxies-value", first);
    int secondId = theirs.register("galaxies-value", new AvroSchema(second.toString()));

    assertThat(firstId).isNotEqualTo(secondId);
    assertThat(theirs.getId("galaxies-value", new AvroSchema(first.toString()))).isEqualTo(firstId);
    assertThat(ours.idOf("galaxies-value", second)).isEqualTo(secondId);
    assertThat(ours.register("galaxies-value", second)).isEqualTo(secondId);
    assertThat(ours.schema(secondId)).isEqualTo(second);
    assertThat(theirs.getSchemaById(firstId).canonicalString()).isEqualTo(first.toString());
    SchemaMetadata latest = theirs.getLatestSchemaMetadata("galaxies-value");
    assertThat(latest.getId()).isEqualTo(secondId);
    assertThat(latest.getVersion()).isEqualTo(ours.latest("galaxies-value").version()).isEqualTo(2);
    assertThat(ours.latest("galaxies-value").id()).isEqualTo(secondId);
    assertThat(theirs.getAllVersions("galaxies-value")).containsExactly(1, 2);
    assertThat(theirs.getAllSubjects()).contains("galaxies-value");
  }

  @ParameterizedTest
  @EnumSource
  void shouldAgreeWithConfluentsClientOnWhatIsIncompatible(Registry registry) throws Exception {
    HttpRegistry ours = client(registry);
    SchemaRegistryClient theirs = confluent(registry);
    Schema first = SchemaBuilder.record("Nova").fields().requiredDouble("magnitude").endRecord();
    Schema other = SchemaBuilder.record("Nova").fields().requiredString("name").endRecord();
    ours.register("novae-value", first);
    assertThat(theirs.updateCompatibility("novae-value", "BACKWARD")).isEqualTo("BACKWARD");
    assertThat(theirs.getCompatibility("novae-value")).isEqualTo("BACKWARD");

    assertThat(ours.isCompatible("novae-value", other)).isFalse();
    assertThat(theirs.testCompatibility("novae-value", new AvroSchema(other.toString()))).isFalse();
    assertThat(ours.isCompatible("novae-value", first)).isTrue();
    assertThatThrownBy(() -> ours.register("novae-value", other))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining("novae-value");
    assertThatThrownBy(() -> theirs.register("novae-value", new AvroSchema(other.toString())))
        .isInstanceOfSatisfying(
            RestClientException.class, e -> assertThat(e.getStatus()).isEqualTo(409));
  }

  @ParameterizedTest
  @EnumSource
  void shouldAgreeWithConfluentsClientOnWhatIsUnknown(Registry registry) {
    HttpRegistry ours = client(registry);
    SchemaRegistryClient theirs = confluent(registry);
    Schema schema = SchemaBuilder.record("Comet").fields().requiredDouble("period").endRecord();

    assertThatThrownBy(() -> theirs.getSchemaById(9_999))
        .isInstanceOfSatisfying(
            RestClientException.class, e -> assertThat(e.getErrorCode()).isEqualTo(40403));
    assertThatThrownBy(() -> ours.schema(9_999)).isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> ours.idOf("comets-value", schema))
        .isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> ours.latest("comets-value"))
        .isInstanceOf(UnknownSchemaException.class);
    assertThat(ours.isCompatible("comets-value", schema)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void shouldRejectAnEventOfASchemaThatTheRegistryDoesNotHave(Registry registry) {
    byte[] bytes = ours(registry).serializer().serialize("rejecting", observation());
    ByteBuffer.wrap(bytes).putInt(1, 9_999);

    assertThatThrownBy(() -> ours(registry).deserializer().deserialize("rejecting", bytes))
        .isInstanceOfSatisfying(
            UndecodableEventException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_SCHEMA_ID));
  }

  private Serde<Observation> ours(Registry registry) {
    return SerdeFactory.of(Map.of("schema.registry.url", url(registry)))
        .valueSerde(Observation.class);
  }

  private HttpRegistry client(Registry registry) {
    return new HttpRegistry(RegistryConfig.of(Map.of("schema.registry.url", url(registry))));
  }

  private SchemaRegistryClient confluent(Registry registry) {
    return new CachedSchemaRegistryClient(url(registry), 100);
  }

  private static Observation observation() {
    return Observation.newBuilder()
        .setSurvey("apogee-dr17")
        .setObject("2M00000032+5737103")
        .setGroup("Milky Way")
        .setTime(Instant.parse("2017-03-14T04:30:00.250Z"))
        .setMeasurements(
            List.of(new Measurement("Fe_H", -0.31, 0.012), new Measurement("Mg_Fe", 0.18, null)))
        .build();
  }
}
