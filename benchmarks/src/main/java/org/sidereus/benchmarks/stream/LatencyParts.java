package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Latencies of events and what they consist of. Each is counted from the time at which the event
 * was to be published, not from the time at which a busy publisher came to it.
 */
final class LatencyParts {
  /** A part of a latency. */
  enum Part {
    /** From the intended time to the call of the publisher. */
    PUBLISHER,
    /** From the call until the broker has stored the event. */
    BROKER,
    /** From storage to the engine: fetching, decoding, waiting for the batch. */
    BATCH,
    /** The engine's call that infers the event. */
    ENGINE,
    /** From the engine to a reader of committed records: output and transaction. */
    COMMIT,
    /** From the intended time to the reader: all of the above. */
    WHOLE
  }

  private static final double NS_PER_MS = 1e6;

  /** Significant decimal digits of the histograms. */
  private static final int DIGITS = 3;

  private final Map<Part, Histogram> histograms = new EnumMap<>(Part.class);

  LatencyParts() {
    for (Part part : Part.values()) {
      histograms.put(part, new Histogram(DIGITS));
    }
  }

  /** Adds an event by its times, ns: ascending, but for the error of the clocks. */
  void add(long intended, long sent, long stored, long begin, long end, long read) {
    record(Part.PUBLISHER, sent - intended);
    record(Part.BROKER, stored - sent);
    record(Part.BATCH, begin - stored);
    record(Part.ENGINE, end - begin);
    record(Part.COMMIT, read - end);
    record(Part.WHOLE, read - intended);
  }

  private void record(Part part, long ns) {
    histogram(part).recordValue(Math.max(0, ns));
  }

  private Histogram histogram(Part part) {
    Histogram histogram = histograms.get(part);
    if (histogram == null) {
      throw new IllegalStateException("no histogram of " + part);
    }
    return histogram;
  }

  /** Number of events. */
  long count() {
    return histogram(Part.WHOLE).getTotalCount();
  }

  /** Milliseconds that a share of the events does not exceed; 0 if there are none. */
  double quantileMs(Part part, double share) {
    return histogram(part).getValueAtPercentile(100 * share) / NS_PER_MS;
  }

  /** Mean in milliseconds; the means of the parts add up to that of the whole. */
  double meanMs(Part part) {
    return histogram(part).getMean() / NS_PER_MS;
  }

  /** Lines of a table, milliseconds. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("part            mean     50 %     90 %     99 %   99.9 %");
    for (Part part : Part.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-10s  %8.2f %8.2f %8.2f %8.2f %8.2f",
              part.name().toLowerCase(Locale.ROOT),
              meanMs(part),
              quantileMs(part, 0.5),
              quantileMs(part, 0.9),
              quantileMs(part, 0.99),
              quantileMs(part, 0.999)));
    }
    return lines;
  }
}
