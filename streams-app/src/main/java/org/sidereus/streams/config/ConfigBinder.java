package org.sidereus.streams.config;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
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

/** Puts the values of keys into the fields of a {@link ServiceConfig} and of its parts. */
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
    return fields(ServiceConfig.defaults()).stream()
        .map(BoundField::setting)
        .collect(Collectors.toMap(Setting::key, Setting::doc, (a, b) -> a, LinkedHashMap::new));
  }

  static List<String> knownKeys() {
    return List.copyOf(documentedKeys().keySet());
  }

  /** The values of the fields by their keys. */
  static SortedMap<String, String> values(ServiceConfig config) {
    SortedMap<String, String> values = new TreeMap<>();
    for (BoundField field : fields(config)) {
      values.put(field.setting().key(), text(field.value()));
    }
    return values;
  }

  void bind(Map<String, String> values) {
    Map<String, BoundField> fields =
        fields(config).stream().collect(Collectors.toMap(one -> one.setting().key(), one -> one));
    values.forEach(
        (key, value) -> {
          BoundField field = fields.get(key);
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

  private static void set(BoundField bound, String key, String value) {
    Setting setting = bound.setting();
    try {
      Object parsed = parse(bound.field().getType(), value);
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
      bound.set(parsed);
    } catch (IllegalArgumentException e) {
      throw new SidereusException("%s: %s".formatted(key, e.getMessage()), e);
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

  private static List<BoundField> fields(ServiceConfig config) {
    List<BoundField> fields = new ArrayList<>();
    for (Object part : config.parts()) {
      for (Field field : part.getClass().getDeclaredFields()) {
        if (field.isAnnotationPresent(Setting.class)) {
          field.setAccessible(true);
          fields.add(new BoundField(part, field));
        }
      }
    }
    return fields;
  }

  /** The field of a key in a part of the configuration. */
  private record BoundField(Object part, Field field) {
    Setting setting() {
      return field.getAnnotation(Setting.class);
    }

    Object value() {
      try {
        return field.get(part);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("no access to " + field, e);
      }
    }

    void set(Object value) {
      try {
        field.set(part, value);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("no access to " + field, e);
      }
    }
  }
}
