package org.sidereus.schemas.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;

/**
 * Remembers what a registry said, so that it is asked once and not per event.
 *
 * <p>Ids never change their schema, so answers are kept for good. That an id is unknown is kept for
 * a short time only, since the id may be given out later: it keeps a flood of garbage away from the
 * registry. Failures of the registry itself are never kept. {@link #latest} and {@link
 * #isCompatible} depend on what others register and always ask.
 */
public final class CachingRegistry implements RegistryClient {
  private static final Duration DEFAULT_UNKNOWN_RETENTION = Duration.ofSeconds(10);
  private static final int MAX_UNKNOWN = 10_000;

  private final RegistryClient registry;
  private final long unknownRetentionNs;
  private final LongSupplier clockNs;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Entry, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Unknown> unknown = new ConcurrentHashMap<>();

  /** Caches in front of a registry; unknown ids are asked for again after 10 s. */
  public CachingRegistry(RegistryClient registry) {
    this(registry, DEFAULT_UNKNOWN_RETENTION, System::nanoTime);
  }

  /**
   * Caches in front of a registry.
   *
   * @param unknownRetention how long an unknown id is believed to stay unknown
   * @param clockNs time in nanoseconds that never runs backwards
   */
  CachingRegistry(RegistryClient registry, Duration unknownRetention, LongSupplier clockNs) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.unknownRetentionNs = unknownRetention.toNanos();
    this.clockNs = Objects.requireNonNull(clockNs, "clockNs");
  }

  @Override
  public int register(String subject, Schema schema) {
    Entry entry = new Entry(subject, schema);
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
    Entry entry = new Entry(subject, schema);
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
      unknown.put(id, new Unknown(e.getMessage(), clockNs.getAsLong()));
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

  private record Entry(String subject, Schema schema) {}

  private record Unknown(String message, long sinceNs) {}
}
