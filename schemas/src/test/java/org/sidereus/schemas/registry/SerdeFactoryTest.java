package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Samples;

class SerdeFactoryTest {
  private static final String URL = "http://127.0.0.1:1";

  @Test
  void shouldMakeOurSerdeByDefault() {
    Serde<Observation> serde =
        SerdeFactory.of(Map.of("schema.registry.url", URL)).valueSerde(Observation.class);

    assertThat(serde).isInstanceOf(AvroSerde.class);
  }

  @Test
  void shouldShareOneRegistryAmongItsSerdes() {
    InMemoryRegistry registry = new InMemoryRegistry();
    SerdeFactory serdes = SerdeFactory.of(registry);

    serdes.valueSerde(Observation.class).serializer().serialize("o", Samples.observation());
    serdes.valueSerde(Rejection.class).serializer().serialize("r", Samples.rejection());

    assertThat(registry.subjects()).containsExactly("o-value", "r-value");
  }

  @Test
  void shouldMakeTheSerdeThatTheConfigurationNames() {
    Map<String, Object> settings =
        Map.of("avro.serde.class", Foreign.class.getName(), "schema.registry.url", URL);

    Serde<Observation> serde = SerdeFactory.of(settings).valueSerde(Observation.class);

    assertThat(serde)
        .isInstanceOfSatisfying(
            Foreign.class,
            foreign -> {
              assertThat(foreign.isKey).isFalse();
              assertThat(foreign.settings)
                  .containsEntry("schema.registry.url", URL)
                  .containsEntry("specific.avro.reader", true)
                  .containsEntry("specific.avro.value.type", Observation.class.getName());
            });
  }

  @Test
  void shouldSayThatTheNamedSerdeIsNotThere() {
    String confluent = "io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde";
    SerdeFactory serdes =
        SerdeFactory.of(Map.of("avro.serde.class", confluent, "schema.registry.url", URL));

    assertThatThrownBy(() -> serdes.valueSerde(Observation.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(confluent)
        .hasMessageContaining("add its jar");
  }

  @Test
  void shouldRefuseAConfigurationWithoutRegistry() {
    assertThatThrownBy(() -> SerdeFactory.of(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  /** A serde of another maker. */
  public static final class Foreign implements Serde<Observation> {
    private Map<String, Object> settings;
    private boolean isKey;

    @Override
    public void configure(Map<String, ?> configuration, boolean key) {
      settings = new HashMap<>(configuration);
      isKey = key;
    }

    @Override
    public Serializer<Observation> serializer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Deserializer<Observation> deserializer() {
      throw new UnsupportedOperationException();
    }
  }
}
