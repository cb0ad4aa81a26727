package org.sidereus.streams.topology;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sums whose posteriors are to be published, in a fair order: in turn, one of the groups of one
 * object, one of those of 2 and 3 objects, one of those of 4 to 7, and so on; within a class in the
 * order in which they came. So a flood of small groups does not delay the others. For one thread.
 */
final class PublicationQueue {
  /** By the class of the size. */
  private final Map<Integer, Set<SumKey>> waiting = new LinkedHashMap<>();

  private final Map<SumKey, Integer> classes = new HashMap<>();
  private final Deque<Integer> turns = new ArrayDeque<>();

  /**
   * Adds a sum; one that waits already keeps its place, unless its class is another now.
   *
   * @param objects number of its objects
   */
  void add(SumKey key, long objects) {
    int sizeClass = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, objects));
    Integer before = classes.put(key, sizeClass);
    if (before != null && before == sizeClass) {
      return;
    }
    if (before != null) {
      take(key, before);
    }
    waiting
        .computeIfAbsent(
            sizeClass,
            added -> {
              turns.add(added);
              return new LinkedHashSet<>();
            })
        .add(key);
  }

  /** Removes a sum, if it waits. */
  void remove(SumKey key) {
    Integer sizeClass = classes.remove(key);
    if (sizeClass != null) {
      take(key, sizeClass);
    }
  }

  private void take(SumKey key, int sizeClass) {
    Set<SumKey> same = waiting.get(sizeClass);
    if (same != null && same.remove(key) && same.isEmpty()) {
      waiting.remove(sizeClass);
      turns.remove(sizeClass);
    }
  }

  /** Removes the next one; empty: none waits. */
  Optional<SumKey> next() {
    Integer turn = turns.poll();
    if (turn == null) {
      return Optional.empty();
    }
    Set<SumKey> same = waiting.get(turn);
    if (same == null) {
      throw new IllegalStateException("no sum waits in class " + turn);
    }
    Iterator<SumKey> first = same.iterator();
    SumKey key = first.next();
    first.remove();
    classes.remove(key);
    if (same.isEmpty()) {
      waiting.remove(turn);
    } else {
      turns.add(turn);
    }
    return Optional.of(key);
  }

  boolean isEmpty() {
    return classes.isEmpty();
  }

  /** Number of sums that wait. */
  int size() {
    return classes.size();
  }

  /** The sums that wait, in no order. */
  Collection<SumKey> all() {
    return Set.copyOf(classes.keySet());
  }
}
