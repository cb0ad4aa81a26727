package org.sidereus.schemas.registry;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How a serializer finds the id of a schema.
 *
 * @param autoRegister whether it registers schemas that the registry does not have; has precedence
 *     over {@code useLatest}, as in Confluent's serializer
 * @param useLatest whether records are written with the latest schema of the subject and not with
 *     their own
 * @param latestStrict whether the latest schema must be able to read every record written with the
 *     record's own schema; otherwise a record that happens to fit is written
 * @param subjects names of the subjects
 */
record SerializationConfig(
    boolean autoRegister, boolean useLatest, boolean latestStrict, SubjectNameStrategy subjects) {
  static final String AUTO_REGISTER = "auto.register.schemas";
  static final String USE_LATEST = "use.latest.version";
  static final String LATEST_STRICT = "latest.compatibility.strict";
  static final String KEY_SUBJECTS = "key.subject.name.strategy";
  static final String VALUE_SUBJECTS = "value.subject.name.strategy";

  static SerializationConfig of(Map<String, ?> configuration, boolean isKey) {
    Map<String, Object> values = definition().parse(configuration);
    String subjectsKey = isKey ? KEY_SUBJECTS : VALUE_SUBJECTS;
    // A strategy may be given as a class or by its name.
    Object strategy = configuration.get(subjectsKey);
    String name =
        strategy == null
            ? "TopicNameStrategy"
            : strategy instanceof Class<?> type ? type.getName() : strategy.toString().strip();
    return new SerializationConfig(
        Boolean.TRUE.equals(values.get(AUTO_REGISTER)),
        Boolean.TRUE.equals(values.get(USE_LATEST)),
        Boolean.TRUE.equals(values.get(LATEST_STRICT)),
        SubjectNameStrategy.named(subjectsKey, name));
  }

  private static ConfigDef definition() {
    return new ConfigDef()
        .define(
            AUTO_REGISTER,
            ConfigDef.Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether to register schemas that the registry does not have.")
        .define(
            USE_LATEST,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.LOW,
            "Whether to write with the latest schema of the subject.")
        .define(
            LATEST_STRICT,
            ConfigDef.Type.BOOLEAN,
            true,
            Importance.LOW,
            "Whether the latest schema must read whatever the record's own schema can write.");
  }
}
