package org.sidereus.engine.visit;

import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;

/**
 * The visits of one object that are known so far. The last revision of each counts, so that what is
 * known does not depend on the order in which the visits came, and a repeat changes nothing. For
 * one thread.
 */
public final class ObjectVisits {
  /** No object may have more, so that the work for one more stays bounded. */
  public static final int MOST = 256;

  /** The result of adding a visit. */
  public enum Change {
    /** It is new, or replaces an equal or lower revision of itself. */
    TAKEN,
    /** A higher revision of it is known; nothing changed. */
    OUTDATED,
    /** There are {@value ObjectVisits#MOST} others; nothing changed. */
    TOO_MANY
  }

  private final TreeMap<String, Visit> byName = new TreeMap<>();

  /** Adds or replaces a visit. */
  public Change take(Visit visit) {
    Visit known = byName.get(visit.name());
    if (known == null && byName.size() == MOST) {
      return Change.TOO_MANY;
    }
    if (known != null && visit.revision() < known.revision()) {
      return Change.OUTDATED;
    }
    byName.put(visit.name(), visit);
    return Change.TAKEN;
  }

  /** All visits, in the order of their names. */
  public Collection<Visit> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  public int count() {
    return byName.size();
  }

  /**
   * The sum of (revision + 1) over the visits: it grows with each new visit and each new revision
   * of one, and is the same in any order. At most 2^31 - 1.
   */
  public int revision() {
    long sum = byName.values().stream().mapToLong(visit -> visit.revision() + 1L).sum();
    return (int) Math.min(Integer.MAX_VALUE, sum);
  }

  /** Time of the latest visit, milliseconds since 1970; there must be one. */
  public long timeMs() {
    return byName.values().stream().mapToLong(Visit::timeMs).max().orElseThrow();
  }
}
