package org.sidereus.schemas.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.Observation;

/**
 * Makes the serdes of a program from its configuration. By default all serdes are {@link
 * AvroSerde}s that share one client of the registry. The key {@value #SERDE_CLASS} names another
 * class, such as {@code io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde}, whose jar must
 * be on the class path.
 */
public final class SerdeFactory {
  /** Class of the serdes; default {@link AvroSerde}. Needs a constructor without arguments. */
  public static final String SERDE_CLASS = "avro.serde.class";

  private final Map<String, ?> configuration;
  private final Optional<String> serdeClass;
  private final @Nullable RegistryClient registry;

  /** The registry over the network, without a cache; null: there is none, or others call it. */
  private final @Nullable RegistryClient remote;

  private SerdeFactory(
      Map<String, ?> configuration,
      Optional<String> serdeClass,
      @Nullable RegistryClient registry,
      @Nullable RegistryClient remote) {
    this.configuration = configuration;
    this.serdeClass = serdeClass;
    this.registry = registry;
    this.remote = remote;
  }

  /**
   * A factory by configuration.
   *
   * @param configuration {@value #SERDE_CLASS} and what the serdes need, such as {@code
   *     schema.registry.url}; each serde gets all of it
   * @throws org.apache.kafka.common.config.ConfigException if a key is missing or cannot be used
   */
  public static SerdeFactory of(Map<String, ?> configuration) {
    Optional<String> other =
        Optional.ofNullable(configuration.get(SERDE_CLASS))
            .map(named -> named instanceof Class<?> type ? type.getName() : named.toString())
            .filter(name -> !name.isBlank() && !name.equals(AvroSerde.class.getName()));
    RegistryClient remote =
        other.isPresent() ? null : new HttpRegistry(RegistryConfig.of(configuration));
    RegistryClient cached = remote == null ? null : new CachingRegistry(remote);
    return new SerdeFactory(new HashMap<>(configuration), other, cached, remote);
  }

  /** A factory of {@link AvroSerde}s over the given registry, for tests without a network. */
  public static SerdeFactory of(RegistryClient registry) {
    return new SerdeFactory(
        Map.of(), Optional.empty(), Objects.requireNonNull(registry, "registry"), null);
  }

  /**
   * A factory whose deserializers do not wait for the registry: where a schema is not known yet,
   * they throw a {@link RegistryException} that is retriable, and a thread of their own looks it
   * up. Serdes of another library, and those over a registry without a network, stay as they are.
   */
  public SerdeFactory inBackground(BackgroundRegistry.Patience patience) {
    return remote == null
        ? this
        : new SerdeFactory(
            configuration, serdeClass, new BackgroundRegistry(remote, patience), null);
  }

  /** A configured serde for the values of topics. */
  public <T extends SpecificRecord> Serde<T> valueSerde(Class<T> type) {
    Map<String, Object> settings = new HashMap<>(configuration);
    Serde<T> serde = newSerde(type);
    if (serdeClass.isPresent()) {
      settings.put(AvroDeserializer.SPECIFIC_READER, true);
      settings.put(AvroDeserializer.VALUE_TYPE, type.getName());
    }
    serde.configure(settings, false);
    return serde;
  }

  /**
   * A configured deserializer of observations whose measurements may be {@link MeasurementColumns},
   * which cannot be changed.
   */
  public Deserializer<Observation> observationsInColumns() {
    return registry == null
        ? valueSerde(Observation.class).deserializer()
        : AvroDeserializer.inColumns(registry);
  }

  @SuppressWarnings("unchecked") // a serde of another library gets the class by the configuration
  private <T extends SpecificRecord> Serde<T> newSerde(Class<T> type) {
    return serdeClass
        .map(name -> (Serde<T>) NamedClass.instantiate(SERDE_CLASS, name.strip(), Serde.class))
        .orElseGet(() -> new AvroSerde<>(type, Objects.requireNonNull(registry, "registry")));
  }
}
