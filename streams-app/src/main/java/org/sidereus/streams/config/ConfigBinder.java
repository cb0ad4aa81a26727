package org.sidereus.streams.config;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;

/** Puts the values of keys into the fields of a {@link ServiceConfig}. */
final class ConfigBinder {
  static final String KAFKA_PREFIX = "kafka.";
  private static final List<String> REGISTRY_PREFIXES =
      List.of("schema.registry.", "basic.auth.", "bearer.auth.");
  private static final List<String> REGISTRY_KEYS =
      List.of(
          "avro.serde.class",
          "auto.register.schemas",
          "use.latest.version",
          "latest.compatibility.strict",
          "key.subject.name.strategy",
          "value.subject.name.strategy");

  private final ServiceConfig config;
  private final Map<String, String> registry;
  private final Map<String, String> kafka;

  ConfigBinder(ServiceConfig config, Map<String, String> registry, Map<String, String> kafka) {
    this.config = config;
    this.registry = registry;
    this.kafka = kafka;
  }

  /** The keys of the fields, in the order of their declaration, with what they do. */
  static Map<String, String> documentedKeys() {
    return settings().stream()
        .map(field -> field.getAnnotation(Setting.class))
        .collect(Collectors.toMap(Setting::key, Setting::doc, (a, b) -> a, LinkedHashMap::new));
  }

  static List<String> knownKeys() {
    return List.copyOf(documentedKeys().keySet());
  }

  /** The values of the fields by their keys. */
  static SortedMap<String, String> values(ServiceConfig config) {
    SortedMap<String, String> values = new TreeMap<>();
    for (Field field : settings()) {
      values.put(field.getAnnotation(Setting.class).key(), text(get(field, config)));
    }
    return values;
  }

  void bind(Map<String, String> values) {
    Map<String, Field> fields =
        settings().stream()
            .collect(Collectors.toMap(f -> f.getAnnotation(Setting.class).key(), f -> f));
    values.forEach(
        (key, value) -> {
          Field field = fields.get(key);
          if (field != null) {
            set(field, key, value.strip());
          } else if (key.startsWith(KAFKA_PREFIX) && key.length() > KAFKA_PREFIX.length()) {
            kafka.put(key.substring(KAFKA_PREFIX.length()), value);
          } else if (isOfRegistry(key)) {
            registry.put(key, value);
          } else {
            throw unknown(key);
          }
        });
  }

  private static boolean isOfRegistry(String key) {
    return REGISTRY_KEYS.contains(key) || REGISTRY_PREFIXES.stream().anyMatch(key::startsWith);
  }

  private static SidereusException unknown(String key) {
    return new SidereusException(
        "the configuration has the unknown key '%s'; did you mean '%s'? Keys of Kafka's clients begin with '%s'"
            .formatted(key, Nearest.of(key, knownKeys()), KAFKA_PREFIX));
  }

  private void set(Field field, String key, String value) {
    Setting setting = field.getAnnotation(Setting.class);
    try {
      Object parsed = parse(field.getType(), value);
      long size =
          parsed instanceof Number number
              ? number.longValue()
              : parsed instanceof Duration duration ? duration.toMillis() : setting.min();
      if (size < setting.min() || size > setting.max()) {
        throw new IllegalArgumentException(
            "'%s' is out of bounds; give at least %d%s"
                .formatted(
                    value,
                    setting.min(),
                    setting.max() == Long.MAX_VALUE ? "" : " and at most " + setting.max()));
      }
      field.set(config, parsed);
    } catch (IllegalArgumentException e) {
      throw new SidereusException("%s: %s".formatted(key, e.getMessage()), e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("no access to the field of " + key, e);
    }
  }

  private static Object parse(Class<?> type, String value) {
    if (type == String.class) {
      return value;
    }
    if (type == int.class) {
      return parseInt(value);
    }
    if (type == boolean.class) {
      return parseBoolean(value);
    }
    if (type == Duration.class) {
      return Durations.parse(value);
    }
    if (type == Retention.class) {
      return Retention.parse(value);
    }
    if (type == List.class) {
      return Arrays.stream(value.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(one -> text(one).equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "'%s' is not one of %s"
                          .formatted(
                              value,
                              Arrays.stream(type.getEnumConstants())
                                  .map(ConfigBinder::text)
                                  .toList())));
    }
    throw new IllegalStateException("no way to read a " + type);
  }

  private static int parseInt(String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no whole number".formatted(value), e);
    }
  }

  private static boolean parseBoolean(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'%s' is not true or false".formatted(value));
    };
  }

  private static String text(Object value) {
    if (value instanceof Duration duration) {
      return Durations.format(duration);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Object::toString).collect(Collectors.joining(","));
    }
    return value instanceof Enum<?> one
        ? one.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : String.valueOf(value);
  }

  private static Object get(Field field, ServiceConfig config) {
    try {
      return field.get(config);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("no access to " + field, e);
    }
  }

  private static List<Field> settings() {
    List<Field> fields =
        Arrays.stream(ServiceConfig.class.getDeclaredFields())
            .filter(field -> field.isAnnotationPresent(Setting.class))
            .toList();
    fields.forEach(field -> field.setAccessible(true));
    return fields;
  }
}
