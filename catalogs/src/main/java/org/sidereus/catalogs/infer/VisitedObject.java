package org.sidereus.catalogs.infer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.engine.visit.ObjectVisits;
import org.sidereus.engine.visit.Visit;

/** The rows of a catalogue that are visits of one object, or a row without a visit. */
final class VisitedObject {

  /** Gathers the rows of a catalogue by object, in the order of their first rows. */
  static final class Gathering {
    private final List<VisitedObject> objects = new ArrayList<>();
    private final Map<Identity, VisitedObject> visited = new HashMap<>();

    /**
     * Adds a row.
     *
     * @param group null: none
     * @param timeMs time of observation; in a catalogue without times, an increasing number
     */
    void add(CatalogEntry entry, @Nullable String group, long timeMs) {
      if (entry.visit().isEmpty()) {
        objects.add(new VisitedObject(entry, group));
        return;
      }
      visited
          .computeIfAbsent(
              new Identity(group, entry.id()),
              identity -> {
                VisitedObject first = new VisitedObject(entry, group);
                objects.add(first);
                return first;
              })
          .visits
          .add(new Visit(entry.visit(), 0, timeMs, entry.measurements(), entry.sharedErrors()));
    }

    List<VisitedObject> objects() {
      return objects;
    }
  }

  /**
   * What makes rows visits of one object.
   *
   * @param group null: none
   */
  private record Identity(@Nullable String group, String id) {}

  private final CatalogEntry first;
  private final @Nullable String group;
  private final List<Visit> visits = new ArrayList<>();

  private VisitedObject(CatalogEntry first, @Nullable String group) {
    this.first = first;
    this.group = group;
  }

  /** The first row of the object. */
  CatalogEntry first() {
    return first;
  }

  /** Group of the object; null: none. */
  @Nullable String group() {
    return group;
  }

  /** Whether this is a row without a visit. */
  boolean isSingle() {
    return visits.isEmpty();
  }

  /**
   * The visits in the order of their times, as a stream takes them; of two rows with the same visit
   * the last one counts.
   *
   * @throws IllegalArgumentException if there are too many
   */
  ObjectVisits visits() {
    visits.sort(Comparator.comparingLong(Visit::timeMs));
    ObjectVisits known = new ObjectVisits();
    for (Visit visit : visits) {
      if (known.take(visit) == ObjectVisits.Change.TOO_MANY) {
        throw new IllegalArgumentException(
            "the object has more than %d visits; combine some of them first"
                .formatted(ObjectVisits.MOST));
      }
    }
    return known;
  }
}
