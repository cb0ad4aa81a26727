package org.sidereus.streams.service;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * When each stream thread has last made progress: it has asked for events, or committed. Kafka
 * Streams may process for minutes what it has received before it asks for more, and commits
 * meanwhile. For one thread.
 */
final class ThreadProgress {
  private final Map<String, Seen> threads = new HashMap<>();

  private record Seen(double commits, long progressNs) {}

  /**
   * Looks at a thread.
   *
   * @param threadName name of the stream thread
   * @param consumer client id of its consumer
   * @param metrics all metrics of Kafka Streams
   * @param nowNs nanoseconds by a clock that is never set
   * @return when it has last made progress; a thread that is seen for the first time and never
   *     asked for events counts from now
   */
  long look(
      String threadName, String consumer, Map<MetricName, ? extends Metric> metrics, long nowNs) {
    double commits = value(metrics, "commit-total", "thread-id", threadName);
    double sincePollS = value(metrics, "last-poll-seconds-ago", "client-id", consumer);
    Seen before = threads.get(threadName);
    boolean committed = before != null && commits > before.commits();
    long progressNs = before == null || committed ? nowNs : before.progressNs();
    if (sincePollS >= 0) {
      long polledNs = nowNs - (long) (1e9 * sincePollS);
      progressNs = before == null ? polledNs : Math.max(progressNs, polledNs);
    }
    threads.put(threadName, new Seen(commits, progressNs));
    return progressNs;
  }

  /** Forgets threads that are gone. */
  void keepOnly(Collection<String> threadNames) {
    threads.keySet().retainAll(threadNames);
  }

  /** NaN: there is no such metric. */
  private static double value(
      Map<MetricName, ? extends Metric> metrics, String name, String tag, String of) {
    for (Map.Entry<MetricName, ? extends Metric> one : metrics.entrySet()) {
      if (one.getKey().name().equals(name)
          && of.equals(one.getKey().tags().get(tag))
          && one.getValue().metricValue() instanceof Number number) {
        return number.doubleValue();
      }
    }
    return Double.NaN;
  }
}
