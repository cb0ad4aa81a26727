package org.sidereus.streams.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.brokers.RecordPlace;
import org.sidereus.streams.state.GroupKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of the processors of this process. Safe for threads. */
public final class StreamMeters {
  private static final Logger LOG = LoggerFactory.getLogger(StreamMeters.class);
  private static final Duration REGISTRY_LOG_INTERVAL = Duration.ofSeconds(10);
  private static final Duration PRODUCER_LOG_INTERVAL = Duration.ofMinutes(10);

  /** Upper bounds of the buckets of latencies, seconds. */
  private static final double[] LATENCY_BOUNDS_S = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 60
  };

  private static final double[] INFERENCE_BOUNDS_S = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5
  };

  private static final double[] BATCH_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  private final Map<Integer, Intake> intakes = new ConcurrentHashMap<>();
  private final Set<UnknownVersionGroups> unknownVersions = ConcurrentHashMap.newKeySet();
  private final Map<String, LongAdder> posteriorsByBundle = new ConcurrentHashMap<>();
  private final Map<ObjectFlag, LongAdder> posteriorsByFlag = new ConcurrentHashMap<>();
  private final Map<RejectionReason, LongAdder> rejectionsByReason = new ConcurrentHashMap<>();
  private final RejectionLog rejectionLog = new RejectionLog(System::nanoTime);
  private final UnreadMeasurements unread = new UnreadMeasurements();
  private final Map<String, Histogram> latencies = new ConcurrentHashMap<>();
  private final Histogram batchSizes = new Histogram(BATCH_BOUNDS);
  private final Histogram inferenceTimes = new Histogram(INFERENCE_BOUNDS_S);
  private final LongAdder groupPosteriors = new LongAdder();
  private final LongAdder withdrawnGroups = new LongAdder();
  private final LongAdder closedWindows = new LongAdder();
  private final LongAdder lateSums = new LongAdder();
  private final LongAdder registryAbsences = new LongAdder();
  private final LogInterval registryLog = new LogInterval(REGISTRY_LOG_INTERVAL, System::nanoTime);

  private final LongAdder misplaced = new LongAdder();
  private final LogInterval misplacedLog = new LogInterval(PRODUCER_LOG_INTERVAL, System::nanoTime);
  private final LongAdder unknownWithdrawals = new LongAdder();
  private final LogInterval unknownWithdrawalLog =
      new LogInterval(PRODUCER_LOG_INTERVAL, System::nanoTime);

  /** The ledger of one partition of the observations, as long as this process owns it. */
  public final class Intake {
    private final int partition;
    private volatile LedgerSnapshot ledger;

    private Intake(int partition, LedgerSnapshot ledger) {
      this.partition = partition;
      this.ledger = ledger;
    }

    public void update(LedgerSnapshot current) {
      ledger = current;
    }

    /** This process gives the partition up. The meter of a new owner in this process stays. */
    public void close() {
      intakes.remove(partition, this);
    }
  }

  /**
   * Groups of one partition of the combination that wait for an instance that has the version of
   * their bundle.
   */
  public final class UnknownVersionGroups {
    private volatile List<GroupKey> groups = List.of();

    public void update(List<GroupKey> waiting) {
      Set<String> known = versions(groups);
      for (GroupKey one : waiting) {
        if (known.add(version(one))) {
          LOG.warn(
              "groups of bundle {} version {} wait, since this instance does not have that version;"
                  + " name its folder in bundles.retired",
              one.bundle(),
              one.version());
        }
      }
      groups = waiting;
    }

    public void close() {
      unknownVersions.remove(this);
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

  /** A meter for one partition of the combination. */
  public UnknownVersionGroups unknownVersions() {
    UnknownVersionGroups one = new UnknownVersionGroups();
    unknownVersions.add(one);
    return one;
  }

  /** Groups of this process that wait for an instance that has the version of their bundle. */
  public long waitingGroups() {
    return unknownVersions.stream().mapToLong(one -> one.groups.size()).sum();
  }

  /** A meter for one partition of the observations. */
  public Intake intake(int partition, LedgerSnapshot ledger) {
    Intake intake = new Intake(partition, ledger);
    intakes.put(partition, intake);
    return intake;
  }

  public void batch(int size, long durationNs) {
    batchSizes.observe(size);
    inferenceTimes.observe(durationNs * 1e-9);
  }

  /**
   * A posterior.
   *
   * @param latencyMs time since the event was published; negative: not known
   */
  public void posterior(String bundle, long latencyMs) {
    posteriorsByBundle.computeIfAbsent(bundle, name -> new LongAdder()).increment();
    Histogram latency = latencies.computeIfAbsent(bundle, name -> new Histogram(LATENCY_BOUNDS_S));
    if (latencyMs >= 0) {
      latency.observe(latencyMs * 1e-3);
    }
  }

  public void flagged(Set<ObjectFlag> flags) {
    for (ObjectFlag flag : flags) {
      posteriorsByFlag.computeIfAbsent(flag, one -> new LongAdder()).increment();
    }
  }

  /**
   * A rejection.
   *
   * @param place of the event
   */
  public void rejected(RejectionReason reason, RecordPlace place, String detail) {
    rejectionsByReason.computeIfAbsent(reason, one -> new LongAdder()).increment();
    rejectionLog.rejected(reason, place, detail);
  }

  /**
   * A measurement that no bundle reads.
   *
   * @param known the names of those that are read
   */
  public void unread(String name, Collection<String> known) {
    unread.count(name, known);
  }

  /** Measurements that no bundle reads, by name; those of too many names under {@code (others)}. */
  public SortedMap<String, Long> unreadMeasurements() {
    return unread.byName();
  }

  /**
   * The registry did not give a schema.
   *
   * @param place of an event that waits for it
   */
  public void registryAbsent(String message, RecordPlace place) {
    registryAbsences.increment();
    if (registryLog.begin()) {
      place.whileLogging(() -> LOG.warn("observations wait for the registry: {}", message));
    }
  }

  /**
   * An event of an object is not in the partition in which the object belongs.
   *
   * @param place of the event
   */
  public void misplaced(String why, RecordPlace place) {
    misplaced.increment();
    if (misplacedLog.begin()) {
      place.whileLogging(
          () ->
              LOG.warn(
                  "{}: corrections and withdrawals of another producer do not find it, and the"
                      + " object may count twice in its group; publish observations and"
                      + " withdrawals with the identifier of the object as the key, and with"
                      + " Kafka's own partitioner (librdkafka: partitioner=murmur2_random). Said at"
                      + " most every 10 minutes (sidereus_misplaced_total)",
                  why));
    }
  }

  /** Events of objects that are not in the partition in which their objects belong. */
  public long misplaced() {
    return misplaced.sum();
  }

  /**
   * A withdrawal has found nothing that it takes out.
   *
   * @param object the identifier that it names
   * @param place of the withdrawal
   */
  public void unknownWithdrawal(String object, RecordPlace place) {
    unknownWithdrawals.increment();
    if (unknownWithdrawalLog.begin()) {
      place.whileLogging(
          () ->
              LOG.warn(
                  "the object '{}' is withdrawn, but its partition knows no such object, or not in"
                      + " the group or the survey that the withdrawal names, so nothing changes;"
                      + " compare the key with the identifier in the observations. Said at most"
                      + " every 10 minutes (sidereus_unknown_withdrawals_total)",
                  object));
    }
  }

  /** Withdrawals that have found nothing. */
  public long unknownWithdrawals() {
    return unknownWithdrawals.sum();
  }

  public void groupPosterior() {
    groupPosteriors.increment();
  }

  /** The last object has left a group, or one of its windows. */
  public void groupWithdrawn() {
    withdrawnGroups.increment();
  }

  public void windowClosed() {
    closedWindows.increment();
  }

  public void lateSum() {
    lateSums.increment();
  }

  /** The ledgers of the partitions that this process owns, by partition. */
  public SortedMap<Integer, LedgerSnapshot> ledgers() {
    SortedMap<Integer, LedgerSnapshot> ledgers = new TreeMap<>();
    intakes.forEach((partition, intake) -> ledgers.put(partition, intake.ledger));
    return ledgers;
  }

  /** The counts of these ledgers. */
  public SortedMap<Integer, LedgerCounts> ledgerCounts() {
    SortedMap<Integer, LedgerCounts> counts = new TreeMap<>();
    ledgers().forEach((partition, ledger) -> counts.put(partition, ledger.counts()));
    return counts;
  }

  public SortedMap<String, Long> posteriorsByBundle() {
    SortedMap<String, Long> counts = new TreeMap<>();
    posteriorsByBundle.forEach((bundle, count) -> counts.put(bundle, count.sum()));
    return counts;
  }

  /** Posteriors with each flag; 0 for flags that no posterior had. */
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

  /** Groups, or windows of groups, that their last object has left. */
  public long withdrawnGroups() {
    return withdrawnGroups.sum();
  }

  public long closedWindows() {
    return closedWindows.sum();
  }

  /** Sums that came after their window had closed without their partition. */
  public long lateSums() {
    return lateSums.sum();
  }

  public long registryAbsences() {
    return registryAbsences.sum();
  }
}
