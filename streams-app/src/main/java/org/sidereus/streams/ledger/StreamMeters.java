package org.sidereus.streams.ledger;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.state.GroupKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the processors of this process count. Safe for threads. */
public final class StreamMeters {
  private static final Logger LOG = LoggerFactory.getLogger(StreamMeters.class);
  private static final long REGISTRY_LOG_INTERVAL_NS = 10_000_000_000L;

  /** Upper bounds of the buckets of latencies, seconds. */
  private static final double[] LATENCY_BOUNDS_S = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 60
  };

  private static final double[] INFERENCE_BOUNDS_S = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5
  };

  private static final double[] BATCH_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  private final Map<Integer, Intake> intakes = new ConcurrentHashMap<>();
  private final Set<UnknownVersionGroups> strangers = ConcurrentHashMap.newKeySet();
  private final Map<String, LongAdder> answersByBundle = new ConcurrentHashMap<>();
  private final Map<ObjectFlag, LongAdder> posteriorsByFlag = new ConcurrentHashMap<>();
  private final Map<RejectionReason, LongAdder> rejectionsByReason = new ConcurrentHashMap<>();
  private final Map<String, Histogram> latencies = new ConcurrentHashMap<>();
  private final Histogram batchSizes = new Histogram(BATCH_BOUNDS);
  private final Histogram inferenceTimes = new Histogram(INFERENCE_BOUNDS_S);
  private final LongAdder groupPosteriors = new LongAdder();
  private final LongAdder closedWindows = new LongAdder();
  private final LongAdder lateSums = new LongAdder();
  private final LongAdder registryAbsences = new LongAdder();
  private final AtomicLong registryLoggedNs =
      new AtomicLong(System.nanoTime() - REGISTRY_LOG_INTERVAL_NS);

  /** The books of one partition, as long as this process keeps them. */
  public final class Intake {
    private final int source;
    private volatile LedgerSnapshot books;

    private Intake(int source, LedgerSnapshot books) {
      this.source = source;
      this.books = books;
    }

    public void update(LedgerSnapshot current) {
      books = current;
    }

    /** The partition goes; whoever has taken it up meanwhile keeps his own meter. */
    public void close() {
      intakes.remove(source, this);
    }
  }

  /**
   * Groups of one partition of the combination that wait for an instance that knows their version.
   */
  public final class UnknownVersionGroups {
    private volatile List<GroupKey> groups = List.of();

    public void update(List<GroupKey> waiting) {
      Set<String> known = versions(groups);
      for (GroupKey one : waiting) {
        if (known.add(version(one))) {
          LOG.warn(
              "groups of bundle {} version {} wait, since that version is not known here; name its"
                  + " folder in bundles.retired",
              one.bundle(),
              one.version());
        }
      }
      groups = waiting;
    }

    public void close() {
      strangers.remove(this);
    }

    private static Set<String> versions(List<GroupKey> groups) {
      return groups.stream()
          .map(UnknownVersionGroups::version)
          .collect(Collectors.toCollection(HashSet::new));
    }

    private static String version(GroupKey group) {
      return group.bundle() + " " + group.version();
    }
  }

  public UnknownVersionGroups strangers() {
    UnknownVersionGroups one = new UnknownVersionGroups();
    strangers.add(one);
    return one;
  }

  /** Groups here that wait for an instance that knows the version of their bundle. */
  public long waitingGroups() {
    return strangers.stream().mapToLong(one -> one.groups.size()).sum();
  }

  public Intake intake(int source, LedgerSnapshot books) {
    Intake intake = new Intake(source, books);
    intakes.put(source, intake);
    return intake;
  }

  public void batch(int size, long durationNs) {
    batchSizes.observe(size);
    inferenceTimes.observe(durationNs * 1e-9);
  }

  public void answered(String bundle, long latencyMs) {
    answersByBundle.computeIfAbsent(bundle, name -> new LongAdder()).increment();
    latencies
        .computeIfAbsent(bundle, name -> new Histogram(LATENCY_BOUNDS_S))
        .observe(latencyMs * 1e-3);
  }

  public void flagged(Set<ObjectFlag> flags) {
    for (ObjectFlag flag : flags) {
      posteriorsByFlag.computeIfAbsent(flag, one -> new LongAdder()).increment();
    }
  }

  public void rejected(RejectionReason reason) {
    rejectionsByReason.computeIfAbsent(reason, one -> new LongAdder()).increment();
  }

  public void registryAbsent(String message) {
    registryAbsences.increment();
    long last = registryLoggedNs.get();
    long now = System.nanoTime();
    if (now - last >= REGISTRY_LOG_INTERVAL_NS && registryLoggedNs.compareAndSet(last, now)) {
      LOG.warn("observations wait for the registry: {}", message);
    }
  }

  public void groupPosterior() {
    groupPosteriors.increment();
  }

  public void windowClosed() {
    closedWindows.increment();
  }

  public void lateSum() {
    lateSums.increment();
  }

  /** The books of the partitions that this process has, by partition. */
  public SortedMap<Integer, LedgerSnapshot> books() {
    SortedMap<Integer, LedgerSnapshot> books = new TreeMap<>();
    intakes.forEach((source, intake) -> books.put(source, intake.books));
    return books;
  }

  /** The ledgers of these books. */
  public SortedMap<Integer, LedgerCounts> ledgers() {
    SortedMap<Integer, LedgerCounts> ledgers = new TreeMap<>();
    books().forEach((source, books) -> ledgers.put(source, books.ledger()));
    return ledgers;
  }

  public SortedMap<String, Long> answersByBundle() {
    SortedMap<String, Long> counts = new TreeMap<>();
    answersByBundle.forEach((bundle, count) -> counts.put(bundle, count.sum()));
    return counts;
  }

  /** Posteriors with each flag; 0 where none has had it. */
  public SortedMap<ObjectFlag, Long> posteriorsByFlag() {
    SortedMap<ObjectFlag, Long> counts = new TreeMap<>();
    for (ObjectFlag flag : ObjectFlag.values()) {
      LongAdder count = posteriorsByFlag.get(flag);
      counts.put(flag, count == null ? 0 : count.sum());
    }
    return counts;
  }

  public SortedMap<RejectionReason, Long> rejectionsByReason() {
    SortedMap<RejectionReason, Long> counts = new TreeMap<>();
    rejectionsByReason.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  /** Seconds from the Kafka timestamp of an event to its posterior, by bundle. */
  public SortedMap<String, Histogram> latencies() {
    return new TreeMap<>(latencies);
  }

  public Histogram batchSizes() {
    return batchSizes;
  }

  /** Seconds of inference per batch. */
  public Histogram inferenceTimes() {
    return inferenceTimes;
  }

  public long groupPosteriors() {
    return groupPosteriors.sum();
  }

  public long closedWindows() {
    return closedWindows.sum();
  }

  /** Sums that came when their window had closed without their source. */
  public long lateSums() {
    return lateSums.sum();
  }

  public long registryAbsences() {
    return registryAbsences.sum();
  }
}
