package org.sidereus.streams.ledger;

import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measurements that no bundle reads, by name. Each name is told once. Producers choose the names,
 * so their number and length are bounded. Safe for threads.
 */
final class UnreadMeasurements {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadMeasurements.class);
  private static final int MOST_NAMES = 100;
  private static final int LONGEST_NAME = 100;
  private static final String OTHERS = "(others)";

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final LongAdder others = new LongAdder();
  private final AtomicBoolean toldOthers = new AtomicBoolean();

  /**
   * Counts one.
   *
   * @param known names that bundles read
   */
  void count(String name, Collection<String> known) {
    String shown = shown(name);
    LongAdder count = counts.get(shown);
    if (count == null) {
      count = toldOthers.get() ? others : firstOf(shown, known);
    }
    count.increment();
  }

  /** Once there are too many names, this lock is not taken any more. */
  private synchronized LongAdder firstOf(String name, Collection<String> known) {
    LongAdder count = counts.get(name);
    if (count != null) {
      return count;
    }
    if (counts.size() >= MOST_NAMES) {
      if (toldOthers.compareAndSet(false, true)) {
        LOG.warn(
            "measurements of more than {} names are read by no bundle; those of further names are"
                + " counted together",
            MOST_NAMES);
      }
      return others;
    }
    LOG.warn(
        "no bundle reads the measurement '{}', which has no effect; the nearest name that one reads"
            + " is '{}'",
        name,
        known.isEmpty() ? "" : Nearest.of(name, known));
    count = new LongAdder();
    counts.put(name, count);
    return count;
  }

  /**
   * A name as logs and metrics show it. It is printable, whole characters, so that no two names
   * have the same label.
   */
  private static String shown(String name) {
    String printable = Printable.of(name);
    if (printable.length() <= LONGEST_NAME) {
      return printable;
    }
    int end = LONGEST_NAME;
    if (Character.isHighSurrogate(printable.charAt(end - 1))) {
      end--;
    }
    return printable.substring(0, end) + "...";
  }

  SortedMap<String, Long> byName() {
    SortedMap<String, Long> byName = new TreeMap<>();
    counts.forEach((name, count) -> byName.put(name, count.sum()));
    if (others.sum() > 0) {
      byName.merge(OTHERS, others.sum(), Long::sum);
    }
    return byName;
  }
}
