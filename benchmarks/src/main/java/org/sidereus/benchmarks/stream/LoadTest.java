package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.HdrHistogram.Histogram;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.config.ServiceConfig;

/** Puts a steady load on running instances and measures how their lag changes. */
final class LoadTest {
  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_MS = 1e6;
  private static final long SAMPLE_NS = 200_000_000L;

  /** Significant decimal digits of the histogram. */
  private static final int DIGITS = 3;

  /**
   * What a load did.
   *
   * @param lagSlope events in a second by which the lag grows after the warm-up: least squares
   * @param p99Ms latency that 99 % of the events after the warm-up do not exceed, from the intended
   *     time to the committed posterior; infinite where more had no posterior at the end
   */
  record Outcome(double lagSlope, double p99Ms) {}

  private final ServiceConfig config;
  private final double warmUpSeconds;
  private final double seconds;

  /**
   * A test.
   *
   * @param warmUpSeconds length of the part at the beginning that does not count
   * @param seconds length of the part that counts
   */
  LoadTest(ServiceConfig config, double warmUpSeconds, double seconds) {
    this.config = config;
    this.warmUpSeconds = warmUpSeconds;
    this.seconds = seconds;
  }

  /** Number of observations that a load needs. */
  int events(double perSecond) {
    return (int) Math.ceil(perSecond * (warmUpSeconds + seconds));
  }

  /**
   * Publishes observations at a rate, and stops measuring when the last one is due.
   *
   * @param observations as many as {@link #events}, of objects that no earlier load had
   */
  Outcome run(List<Observation> observations, double perSecond) {
    EventTimes times = new EventTimes(observations);
    List<Double> at = new ArrayList<>();
    List<Double> lag = new ArrayList<>();
    try (StreamOutcome outcome = new StreamOutcome(config);
        TimedPublisher publisher = new TimedPublisher(config)) {
      outcome.toEnd();
      outcome.onPosterior(times::read);
      CompletableFuture<Void> publishing =
          CompletableFuture.runAsync(() -> publisher.publish(observations, perSecond, times));
      long start = System.nanoTime();
      long sampled = start;
      double length = observations.size() / perSecond;
      for (double now = 0; now < length; now = (System.nanoTime() - start) / NS_PER_SECOND) {
        outcome.poll();
        if (System.nanoTime() - sampled >= SAMPLE_NS) {
          sampled = System.nanoTime();
          double second = (sampled - start) / NS_PER_SECOND;
          if (second >= warmUpSeconds) {
            at.add(second);
            lag.add(Math.min(observations.size(), second * perSecond) - outcome.inferred());
          }
        }
      }
      join(publishing);
    }
    return new Outcome(slope(at, lag), p99Ms(times, observations.size(), perSecond));
  }

  private static void join(CompletableFuture<Void> publishing) {
    try {
      publishing.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** The last second is left out: its events are still on their way. */
  private double p99Ms(EventTimes times, int events, double perSecond) {
    Histogram latencies = new Histogram(DIGITS);
    long missing = 0;
    long last = Math.max(1, events - (long) Math.ceil(perSecond));
    for (int i = (int) (warmUpSeconds * perSecond); i < last; i++) {
      OptionalLong latency = times.latencyNs(i);
      if (latency.isPresent()) {
        latencies.recordValue(Math.max(0, latency.getAsLong()));
      } else {
        missing++;
      }
    }
    return missing > 0.01 * (missing + latencies.getTotalCount())
        ? Double.POSITIVE_INFINITY
        : latencies.getValueAtPercentile(99) / NS_PER_MS;
  }

  /** The slope of the least-squares line of y over x; 0 with less than two points. */
  static double slope(List<Double> x, List<Double> y) {
    double meanX = x.stream().mapToDouble(v -> v).average().orElse(0);
    double meanY = y.stream().mapToDouble(v -> v).average().orElse(0);
    double xx = 0;
    double xy = 0;
    for (int i = 0; i < x.size(); i++) {
      xx += (x.get(i) - meanX) * (x.get(i) - meanX);
      xy += (x.get(i) - meanX) * (y.get(i) - meanY);
    }
    return xx > 0 ? xy / xx : 0;
  }
}
