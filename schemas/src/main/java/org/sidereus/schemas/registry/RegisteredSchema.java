package org.sidereus.schemas.registry;

import java.util.Objects;
import org.apache.avro.Schema;

/**
 * One version of a subject.
 *
 * @param subject name of the subject
 * @param version number of the version within the subject, from 1
 * @param id id of the schema in the whole registry, as it goes on the wire
 * @param schema the schema
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {

  public RegisteredSchema {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(schema, "schema");
  }
}
