package org.sidereus.schemas.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;

/**
 * A Schema Registry in the memory of one process. The registry of the demo serves it over HTTP, so
 * it is part of the program; tests of topologies use it directly. It keeps nothing when the process
 * ends, so it is not for production. The same schema has the same id in every subject; ids count up
 * from 1.
 */
public final class InMemoryRegistry implements RegistryClient {
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<String, List<RegisteredSchema>> subjects = new TreeMap<>();
  private final Map<String, CompatibilityLevel> levels = new TreeMap<>();
  private CompatibilityLevel defaultLevel = CompatibilityLevel.BACKWARD;

  @Override
  public synchronized int register(String subject, Schema schema) {
    Optional<RegisteredSchema> known = find(subject, schema);
    if (known.isPresent()) {
      return known.get().id();
    }
    CompatibilityLevel level = level(subject);
    if (!level.allows(schema, schemas(subject))) {
      throw new IncompatibleSchemaException(
          "the new schema %s is not %s compatible with the earlier versions of subject '%s'. Give new fields a default, or change the level"
              .formatted(schema.getFullName(), level, subject));
    }
    int id = ids.computeIfAbsent(schema.toString(), text -> newId(schema));
    List<RegisteredSchema> versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    versions.add(new RegisteredSchema(subject, versions.size() + 1, id, schema));
    return id;
  }

  @Override
  public synchronized int idOf(String subject, Schema schema) {
    return find(subject, schema)
        .orElseThrow(
            () ->
                new UnknownSchemaException(
                    "subject '%s' has no schema like this of %s; register it first"
                        .formatted(subject, schema.getFullName())))
        .id();
  }

  @Override
  public synchronized Schema schema(int id) {
    if (id < 1 || id > schemas.size()) {
      throw new UnknownSchemaException(
          "no schema has id %d; ids go from 1 to %d".formatted(id, schemas.size()));
    }
    return schemas.get(id - 1);
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    List<RegisteredSchema> versions = versions(subject);
    if (versions.isEmpty()) {
      throw new UnknownSchemaException(
          "subject '%s' has no version; register a schema first".formatted(subject));
    }
    return versions.get(versions.size() - 1);
  }

  @Override
  public synchronized boolean isCompatible(String subject, Schema schema) {
    return level(subject).allows(schema, schemas(subject));
  }

  /** The names of all subjects in alphabetical order. */
  public synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  /** The versions of a subject, oldest first; empty if there is no such subject. */
  public synchronized List<RegisteredSchema> versions(String subject) {
    return List.copyOf(subjects.getOrDefault(subject, List.of()));
  }

  /** The version of a subject that has the schema. */
  public synchronized Optional<RegisteredSchema> find(String subject, Schema schema) {
    String text = schema.toString();
    return versions(subject).stream()
        .filter(version -> version.schema().toString().equals(text))
        .findFirst();
  }

  /** The level of a subject: its own one, or else the default one. */
  public synchronized CompatibilityLevel level(String subject) {
    return levels.getOrDefault(subject, defaultLevel);
  }

  /** Whether the subject has a level of its own. */
  public synchronized boolean hasOwnLevel(String subject) {
    return levels.containsKey(subject);
  }

  /** Sets the level of a subject. */
  public synchronized void setLevel(String subject, CompatibilityLevel level) {
    levels.put(subject, Objects.requireNonNull(level, "level"));
  }

  /** The level of subjects without a level of their own; {@code BACKWARD} at first. */
  public synchronized CompatibilityLevel defaultLevel() {
    return defaultLevel;
  }

  /** Sets the level of subjects without a level of their own. */
  public synchronized void setDefaultLevel(CompatibilityLevel level) {
    defaultLevel = Objects.requireNonNull(level, "level");
  }

  private List<Schema> schemas(String subject) {
    return versions(subject).stream().map(RegisteredSchema::schema).toList();
  }

  private int newId(Schema schema) {
    schemas.add(schema);
    return schemas.size();
  }
}
