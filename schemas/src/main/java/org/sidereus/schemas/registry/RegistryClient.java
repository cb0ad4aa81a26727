package org.sidereus.schemas.registry;

import org.apache.avro.Schema;

/**
 * What the serde needs of a Schema Registry. Implementations MUST be safe for use from several
 * threads, and MUST throw the {@link RegistryException} that tells whether a second call can help.
 */
public interface RegistryClient {

  /**
   * Registers a schema, or finds it if the subject has it already.
   *
   * @param subject for example {@code sidereus.observations-value}
   * @return the id of the schema, as it goes on the wire
   * @throws IncompatibleSchemaException if the subject's rules forbid this schema
   * @throws RegistryException if the registry does not respond or refuses
   */
  int register(String subject, Schema schema);

  /**
   * The id of a schema that the subject has already.
   *
   * @throws UnknownSchemaException if it does not have it
   * @throws RegistryException if the registry does not respond or refuses
   */
  int idOf(String subject, Schema schema);

  /**
   * The schema of an id.
   *
   * @throws UnknownSchemaException if the registry has no Avro schema of that id
   * @throws RegistryException if the registry does not respond or refuses
   */
  Schema schema(int id);

  /**
   * The newest version of a subject.
   *
   * @throws UnknownSchemaException if the subject has no version
   * @throws RegistryException if the registry does not respond or refuses
   */
  RegisteredSchema latest(String subject);

  /**
   * Whether a schema could be registered as the next version of a subject.
   *
   * @return true also if the subject does not exist yet
   * @throws RegistryException if the registry does not respond or refuses
   */
  boolean isCompatible(String subject, Schema schema);
}
