package org.sidereus.streams.service;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * When each stream thread has last made progress: it has asked for events, committed, or opened a
 * store. Kafka Streams may process for minutes what it has received before it asks for more, and
 * commits meanwhile; and it asks for nothing until it has opened all stores of new tasks. For one
 * thread.
 */
final class ThreadProgress {
  private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;
  private final StoreOpenings openings;
  private final Map<String, Seen> threads = new HashMap<>();

  /** The metrics of the threads, by {@link Key}: to find one takes a look at all. */
  private final Map<Key, Metric> found = new HashMap<>();

  private record Seen(double commits, long progressNs) {}

  private record Key(String threadName, String metric, String tag, String of) {}

  /**
   * Nothing seen yet.
   *
   * @param metrics all metrics of Kafka Streams; there are some hundred for each partition
   * @param openings of stores, by the same clock
   */
  ThreadProgress(
      Supplier<? extends Map<MetricName, ? extends Metric>> metrics, StoreOpenings openings) {
    this.metrics = metrics;
    this.openings = openings;
  }

  /**
   * Looks at a thread.
   *
   * @param threadName name of the stream thread
   * @param consumer client id of its consumer
   * @param nowNs nanoseconds by a clock that is never set
   * @return when it has last made progress; a thread that is seen for the first time and never
   *     asked for events counts from now
   */
  long look(String threadName, String consumer, long nowNs) {
    double commits = value(new Key(threadName, "commit-total", "thread-id", threadName));
    double sincePollS = value(new Key(threadName, "last-poll-seconds-ago", "client-id", consumer));
    Seen before = threads.get(threadName);
    boolean committed = before != null && commits > before.commits();
    long progressNs = before == null || committed ? nowNs : before.progressNs();
    if (sincePollS >= 0) {
      long polledNs = nowNs - (long) (1e9 * sincePollS);
      progressNs = before == null ? polledNs : Math.max(progressNs, polledNs);
    }
    OptionalLong openedNs = openings.lastNs(threadName);
    if (openedNs.isPresent()) {
      progressNs = Math.max(progressNs, openedNs.getAsLong());
    }
    threads.put(threadName, new Seen(commits, progressNs));
    return progressNs;
  }

  /** Forgets threads that are gone. */
  void keepOnly(Collection<String> threadNames) {
    threads.keySet().retainAll(threadNames);
    openings.keepOnly(threadNames);
    found.keySet().removeIf(one -> !threadNames.contains(one.threadName()));
  }

  /** NaN: there is no such metric. */
  private double value(Key key) {
    Metric metric = found.computeIfAbsent(key, this::find);
    return metric != null && metric.metricValue() instanceof Number number
        ? number.doubleValue()
        : Double.NaN;
  }

  private @Nullable Metric find(Key key) {
    for (Map.Entry<MetricName, ? extends Metric> one : metrics.get().entrySet()) {
      if (one.getKey().name().equals(key.metric())
          && key.of().equals(one.getKey().tags().get(key.tag()))
          && one.getValue().metricValue() instanceof Number) {
        return one.getValue();
      }
    }
    return null;
  }
}
