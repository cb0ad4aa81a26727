package org.sidereus.schemas.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Looks up schemas by threads of its own, so that {@link #schema} never waits for the registry: it
 * returns a schema that is known, or throws at once. The other calls go to the registry itself.
 *
 * <p>What becomes of an id that has no schema:
 *
 * <ul>
 *   <li>The registry does not have it (HTTP 404, 400 and the like): it may be about to have it.
 *       {@link #schema} throws {@link RegistryUnreachableException} for the time of {@link
 *       Patience#unknown} since the id was first asked for, or since the registry last failed, and
 *       {@link UnknownSchemaException} afterwards.
 *   <li>The registry fails (no response, HTTP 429, 5xx): {@link #schema} throws {@link
 *       RegistryUnreachableException} for as long as the registry fails. Where it fails for this id
 *       alone and responds for others, it throws {@link UnknownSchemaException} after {@link
 *       Patience#failing}.
 * </ul>
 *
 * <p>An id is looked up again after a pause that grows from a quarter of a second to ten seconds.
 * The number of ids without a schema is bounded; beyond it further ids wait for their turn. Where
 * more are asked for than the registry has time for, first look-ups go before repeated ones, and an
 * id whose last look-up does not get its turn is given up without it.
 */
public final class BackgroundRegistry implements RegistryClient {
  static final int THREADS = 8;
  private static final int MOST_SCHEMAS = 10_000;
  private static final int MOST_LOOKUPS = 10_000;
  private static final long FIRST_PAUSE_NS = 250_000_000L;
  private static final long LONGEST_PAUSE_NS = 10_000_000_000L;

  /** The same while the registry may be about to have the id. */
  private static final long LONGEST_PAUSE_OF_UNKNOWN_NS = 2_000_000_000L;

  /** A first look-up goes before repeated ones that are due for less. */
  private static final long PRECEDENCE_NS = 20_000_000_000L;

  /** How long an id waits for its last look-up while others get theirs. */
  private static final long OVERDUE_NS = 2_000_000_000L;

  /** A registry that has failed, and responds after so long, was absent. */
  private static final long ABSENCE_NS = 5_000_000_000L;

  private static final long BETWEEN_SWEEPS_NS = 1_000_000_000L;
  private static final long FORGOTTEN_AFTER_NS = 60_000_000_000L;

  /**
   * How long an id is looked up again before its events are given up.
   *
   * @param unknown while the registry says that it does not have it
   * @param failing while the registry fails for this id and responds for others
   */
  public record Patience(Duration unknown, Duration failing) {}

  private final RegistryClient registry;
  private final Patience patience;
  private final Executor executor;
  private final LongSupplier clockNs;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Integer, Lookup> lookups = new ConcurrentHashMap<>();
  private final AtomicLong sweptNs;
  private final Health health;

  /** Looks up in a registry by a few threads, which end when there is nothing to do. */
  public BackgroundRegistry(RegistryClient registry, Patience patience) {
    this(registry, patience, threads(), System::nanoTime);
  }

  /**
   * Looks up in a registry.
   *
   * @param executor runs the calls of the registry, which are in the order of their precedence
   * @param clockNs time in nanoseconds that never runs backwards
   */
  BackgroundRegistry(
      RegistryClient registry, Patience patience, Executor executor, LongSupplier clockNs) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.patience = Objects.requireNonNull(patience, "patience");
    this.executor = Objects.requireNonNull(executor, "executor");
    this.clockNs = Objects.requireNonNull(clockNs, "clockNs");
    this.sweptNs = new AtomicLong(clockNs.getAsLong() - BETWEEN_SWEEPS_NS);
    this.health = new Health(clockNs.getAsLong());
  }

  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "schema-lookup");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * The schema of an id. Does not wait.
   *
   * @throws UnknownSchemaException if the id has no schema, as said above
   * @throws RegistryUnreachableException if it is not known yet whether it has
   */
  @Override
  public Schema schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Lookup lookup = lookups.get(id);
    if (lookup == null) {
      if (lookups.size() >= MOST_LOOKUPS) {
        forget();
      }
      if (lookups.size() >= MOST_LOOKUPS) {
        throw new RegistryUnreachableException(
            "the schema of id %d is not looked up yet: the registry is asked for %d other unknown ids"
                .formatted(id, lookups.size()));
      }
      lookup = lookups.computeIfAbsent(id, Lookup::new);
    }
    return lookup.ask();
  }

  /** Forgets ids that were given up, or that nobody has asked for lately. */
  private void forget() {
    long now = clockNs.getAsLong();
    long last = sweptNs.get();
    if (now - last < BETWEEN_SWEEPS_NS || !sweptNs.compareAndSet(last, now)) {
      return;
    }
    lookups.values().removeIf(one -> one.isForgotten(now));
  }

  /** Whether the registry responds at all: it still gives a schema that it gave before. */
  private boolean responds() {
    for (Integer known : schemas.keySet()) {
      try {
        registry.schema(known);
        return true;
      } catch (KafkaException e) {
        return e instanceof UnknownSchemaException;
      }
    }
    return false;
  }

  @Override
  public int register(String subject, Schema schema) {
    return registry.register(subject, schema);
  }

  @Override
  public int idOf(String subject, Schema schema) {
    return registry.idOf(subject, schema);
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

  /** When the registry has responded, for whatever id. Safe for threads. */
  private static final class Health {
    private long respondedNs;
    private long presentSinceNs;
    private boolean failing;

    private Health(long now) {
      this.respondedNs = now;
      this.presentSinceNs = now;
    }

    private synchronized void responded(long now) {
      if (failing && now - respondedNs > ABSENCE_NS) {
        presentSinceNs = now;
      }
      failing = false;
      respondedNs = now;
    }

    private synchronized void failed() {
      failing = true;
    }

    /** The later of a time and that at which the registry came back. */
    private synchronized long present(long sinceNs) {
      return presentSinceNs - sinceNs > 0 ? presentSinceNs : sinceNs;
    }

    private synchronized boolean responds(long now) {
      return now - respondedNs < OVERDUE_NS;
    }
  }

  /** A call of the registry for an id. Those that are due, or are first, come first. */
  private static final class Turn implements Runnable, Comparable<Turn> {
    private final Lookup lookup;
    private final long rankNs;

    private Turn(Lookup lookup, long rankNs) {
      this.lookup = lookup;
      this.rankNs = rankNs;
    }

    @Override
    public void run() {
      lookup.call();
    }

    @Override
    public int compareTo(Turn other) {
      return Long.signum(rankNs - other.rankNs);
    }
  }

  /** An id without a schema, and what the registry has said of it. */
  private final class Lookup {
    private final int id;
    private boolean running;
    private boolean first = true;
    private long nextNs;
    private long pauseNs = FIRST_PAUSE_NS;
    private long askedNs;

    /** Since when the registry may have said that it does not have the id. */
    private long sinceNs;

    /** Whether it has said so since then, and not failed. */
    private boolean missing;

    private @Nullable Long failingSinceNs;
    private boolean givenUp;

    /** Whether it was given up while it waited for its turn. */
    private boolean skipped;

    private String message = "";

    Lookup(int id) {
      this.id = id;
      this.nextNs = clockNs.getAsLong();
      this.sinceNs = nextNs;
    }

    Schema ask() {
      Schema found = begin();
      if (found != null) {
        return found;
      }
      synchronized (this) {
        giveUpIfOverdue();
        if (givenUp) {
          throw new UnknownSchemaException(message);
        }
        throw new RegistryUnreachableException(
            message.isEmpty() ? "the schema of id %d is being looked up".formatted(id) : message);
      }
    }

    /** Begins a call of the registry if it is time. Returns the schema if it is there already. */
    private @Nullable Schema begin() {
      long rankNs;
      synchronized (this) {
        askedNs = clockNs.getAsLong();
        if (running || askedNs - nextNs < 0) {
          return null;
        }
        running = true;
        rankNs = first ? askedNs : askedNs + PRECEDENCE_NS;
        first = false;
      }
      // An executor that runs it at once is done here.
      executor.execute(new Turn(this, rankNs));
      return schemas.get(id);
    }

    private long untilNs() {
      return health.present(sinceNs) + patience.unknown().toNanos();
    }

    /** The registry responds, but has no time for the last look-up of this id. */
    private void giveUpIfOverdue() {
      long now = clockNs.getAsLong();
      if (running && missing && !givenUp && now - untilNs() >= OVERDUE_NS && health.responds(now)) {
        givenUp = true;
        skipped = true;
      }
    }

    private synchronized boolean isForgotten(long now) {
      return !running && (givenUp || now - askedNs > FORGOTTEN_AFTER_NS);
    }

    private void call() {
      if (skips()) {
        return;
      }
      try {
        Schema schema = registry.schema(id);
        health.responded(clockNs.getAsLong());
        if (schemas.size() >= MOST_SCHEMAS) {
          schemas.clear();
        }
        schemas.put(id, schema);
        lookups.remove(id, this);
      } catch (UnknownSchemaException e) {
        missing(String.valueOf(e.getMessage()));
      } catch (RuntimeException | StackOverflowError e) {
        // A schema may nest so deeply that parsing it overflows the stack.
        failed(e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }

    private synchronized boolean skips() {
      boolean now = skipped;
      skipped = false;
      if (now) {
        pause(clockNs.getAsLong());
      }
      return now;
    }

    private synchronized void missing(String why) {
      long now = clockNs.getAsLong();
      health.responded(now);
      missing = true;
      skipped = false;
      failingSinceNs = null;
      message = why;
      long untilNs = untilNs();
      givenUp = now - untilNs >= 0;
      pause(now);
      if (!givenUp) {
        nextNs = Math.min(nextNs - now, Math.min(LONGEST_PAUSE_OF_UNKNOWN_NS, untilNs - now)) + now;
      }
    }

    private void failed(String why) {
      long now = clockNs.getAsLong();
      health.failed();
      boolean tooLong;
      synchronized (this) {
        sinceNs = now;
        missing = false;
        skipped = false;
        if (failingSinceNs == null) {
          failingSinceNs = now;
        }
        tooLong = now - failingSinceNs >= patience.failing().toNanos();
      }
      boolean alone = tooLong && responds();
      synchronized (this) {
        givenUp = alone;
        message = alone ? why + "; it fails for this id alone" : why;
        pause(now);
      }
    }

    private void pause(long now) {
      running = false;
      nextNs = now + pauseNs;
      pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    }
  }
}
