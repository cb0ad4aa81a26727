package org.sidereus.schemas.registry;

import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/** Under which subject of the registry the schema of a record is kept. */
@FunctionalInterface
public interface SubjectNameStrategy {

  /**
   * The subject of a record.
   *
   * @param topic topic that carries the record
   * @param isKey whether the record is the key or the value of its event
   * @param schema schema of the record
   */
  String subject(String topic, boolean isKey, Schema schema);

  /** {@code topic-key} or {@code topic-value}: one contract a topic. The default. */
  static String topicName(String topic, boolean isKey, Schema schema) {
    return topic + (isKey ? "-key" : "-value");
  }

  /** The full name of the record: one contract everywhere. */
  static String recordName(String topic, boolean isKey, Schema schema) {
    return schema.getFullName();
  }

  /** {@code topic-fullName}: several contracts in one topic. */
  static String topicRecordName(String topic, boolean isKey, Schema schema) {
    return topic + "-" + schema.getFullName();
  }

  /**
   * The strategy that a configuration names.
   *
   * @param key configuration key, for the error message
   * @param name {@code TopicNameStrategy}, {@code RecordNameStrategy} or {@code
   *     TopicRecordNameStrategy}, alone or as Confluent's class ({@code
   *     io.confluent.kafka.serializers.subject.TopicNameStrategy}), which need not be on the class
   *     path; or the name of a class that implements this interface
   * @throws ConfigException if it is none of these
   */
  static SubjectNameStrategy named(String key, String name) {
    String shortName = name.replaceFirst("^io\\.confluent\\.kafka\\.serializers\\.subject\\.", "");
    switch (shortName) {
      case "TopicNameStrategy":
        return SubjectNameStrategy::topicName;
      case "RecordNameStrategy":
        return SubjectNameStrategy::recordName;
      case "TopicRecordNameStrategy":
        return SubjectNameStrategy::topicRecordName;
      default:
        return NamedClass.instantiate(key, name, SubjectNameStrategy.class);
    }
  }
}
