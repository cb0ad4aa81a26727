package org.sidereus.schemas.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * Keeps the responses of a registry, so that it gets one call for each schema and not for each
 * event.
 *
 * <p>An id never changes its schema, so known ids are kept for good. An unknown id is kept for a
 * short time only, because the registry may give the id out later; this keeps a flood of damaged
 * events away from the registry. Failures of the registry itself are never kept. {@link #latest}
 * and {@link #isCompatible} depend on what others register and always call the registry.
 */
public final class CachingRegistry implements RegistryClient {
  private static final Duration DEFAULT_UNKNOWN_RETENTION = Duration.ofSeconds(10);
  private static final int MAX_UNKNOWN = 10_000;

  private final RegistryClient registry;
  private final long unknownRetentionNs;
  private final LongSupplier clockNs;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Unknown> unknown = new ConcurrentHashMap<>();

  /** Caches in front of a registry; an unknown id is looked up again after 10 s. */
  public CachingRegistry(RegistryClient registry) {
    this(registry, DEFAULT_UNKNOWN_RETENTION, System::nanoTime);
  }

  /**
   * Caches in front of a registry.
   *
   * @param unknownRetention how long an unknown id counts as unknown without a new look-up
   * @param clockNs time in nanoseconds that never runs backwards
   */
  CachingRegistry(RegistryClient registry, Duration unknownRetention, LongSupplier clockNs) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.unknownRetentionNs = unknownRetention.toNanos();
    this.clockNs = Objects.requireNonNull(clockNs, "clockNs");
  }

  @Override
  public int register(String subject, Schema schema) {
    SubjectSchema entry = new SubjectSchema(subject, schema);
    Integer known = ids.get(entry);
    if (known != null) {
      return known;
    }
    int id = registry.register(subject, schema);
    ids.put(entry, id);
    return id;
  }

  @Override
  public int idOf(String subject, Schema schema) {
    SubjectSchema entry = new SubjectSchema(subject, schema);
    Integer known = ids.get(entry);
    if (known != null) {
      return known;
    }
    int id = registry.idOf(subject, schema);
    ids.put(entry, id);
    return id;
  }

  @Override
  public Schema schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Unknown missing = unknown.get(id);
    if (missing != null) {
      if (clockNs.getAsLong() - missing.sinceNs < unknownRetentionNs) {
        throw new UnknownSchemaException(missing.message);
      }
      unknown.remove(id);
    }
    try {
      Schema schema = registry.schema(id);
      schemas.put(id, schema);
      return schema;
    } catch (UnknownSchemaException e) {
      if (unknown.size() >= MAX_UNKNOWN) {
        unknown.clear();
      }
      unknown.put(id, new Unknown(String.valueOf(e.getMessage()), clockNs.getAsLong()));
      throw e;
    }
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return registry.latest(subject);
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    return registry.isCompatible(subject, schema);
  }

  @Override
  public String toString() {
    return registry.toString();
  }

  private record SubjectSchema(String subject, Schema schema) {}

  private record Unknown(String message, long sinceNs) {}
}
