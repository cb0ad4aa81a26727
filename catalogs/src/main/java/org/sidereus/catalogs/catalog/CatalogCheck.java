package org.sidereus.catalogs.catalog;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.engine.SidereusException;

/**
 * What a first reading of a whole catalogue finds: its broken rows, all of them, and identifiers
 * that stand twice. It keeps no row, and 16 bytes for each identifier.
 *
 * @param rows number of rows
 * @param repeated identifiers in several rows without visits
 * @param notes what the user should know of the columns that were chosen
 */
public record CatalogCheck(long rows, RepeatedIdentifiers repeated, List<String> notes) {
  /** Broken rows that are named. */
  static final int NAMED = 20;

  private static final int NAMED_PLACES = 3;

  /** What is done with repeated identifiers. */
  public enum Repeats {
    /** Of the rows of an object, the later one counts. */
    LATER,
    /** Each row counts, as an object of its own. */
    KEEP
  }

  /** Opens a catalogue at its first row. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens it.
     *
     * @param reasons gets why values are missing
     */
    CatalogReader open(Reasons reasons);
  }

  /** Looks at each row. */
  public interface RowCheck {
    /**
     * Whether a row can count; one that cannot replaces no other one. It may be asked twice.
     *
     * @throws BrokenRowException if the row is broken
     */
    boolean counts(CatalogReader reader, CatalogEntry entry);

    /**
     * Sees each row once, in the order of the file.
     *
     * @throws BrokenRowException if the row is broken
     */
    default void see(CatalogReader reader, CatalogEntry entry) {}
  }

  public CatalogCheck {
    notes = List.copyOf(notes);
  }

  /**
   * Reads a catalogue from its first row to its last, and again if an identifier may stand twice.
   *
   * @param reasons gets why values are missing
   * @throws SidereusException if it cannot be read, or with all its broken rows: the first {@value
   *     #NAMED} and the number of the others
   */
  public static CatalogCheck of(Opener open, Reasons reasons, RowCheck check, Repeats repeats) {
    HashSet64 seen = new HashSet64();
    HashSet64 twice = new HashSet64();
    List<String> notes = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    long brokenRows = 0;
    long rows = 0;
    String name;
    try (CatalogReader reader = open.open(reasons)) {
      name = reader.name();
      notes.addAll(reader.notes());
      while (true) {
        try {
          CatalogEntry entry = reader.next();
          if (entry == null) {
            break;
          }
          rows++;
          check.see(reader, entry);
          if (check.counts(reader, entry)
              && isIdentified(reader, entry)
              && !seen.add(HashSet64.hash(entry.id()))) {
            twice.add(HashSet64.hash(entry.id()));
          }
        } catch (BrokenRowException e) {
          brokenRows++;
          if (broken.size() < NAMED) {
            broken.add(String.valueOf(e.getMessage()));
          }
        }
      }
      notes.addAll(reader.warnings());
    }
    if (brokenRows > 0) {
      throw broken(name, broken, brokenRows);
    }
    RepeatedIdentifiers repeated =
        twice.isEmpty() ? RepeatedIdentifiers.none() : repeated(open, check, twice);
    notes.addAll(
        repeated.notes(
            repeats == Repeats.KEEP
                ? "each row counts (--duplicates keep)"
                : "the later row of an object counts; name the column of its visits if they are"
                    + " several measurements"));
    return new CatalogCheck(
        rows, repeats == Repeats.KEEP ? RepeatedIdentifiers.none() : repeated, notes);
  }

  private static boolean isIdentified(CatalogReader reader, CatalogEntry entry) {
    return reader.hasIdentifiers() && !entry.id().isEmpty() && entry.visit().isEmpty();
  }

  private static SidereusException broken(String name, List<String> named, long rows) {
    if (rows == 1) {
      return new SidereusException(named.get(0));
    }
    String prefix = name + ", ";
    StringBuilder all = new StringBuilder();
    for (String one : named) {
      String what = one.startsWith(prefix) ? one.substring(prefix.length()) : one;
      all.append("\n  ").append(what.replace("; correct or remove the row", ""));
    }
    if (rows > named.size()) {
      all.append("\n  and ").append(rows - named.size()).append(" more");
    }
    return new SidereusException(
        "%s has %d broken rows; correct or remove them:%s".formatted(name, rows, all));
  }

  /** The rows of an identifier. */
  private static final class Rows {
    private final List<String> places = new ArrayList<>();
    private long count;
    private long latest;
    private long latestTimeMs;
  }

  private static RepeatedIdentifiers repeated(Opener open, RowCheck check, HashSet64 twice) {
    Map<String, Rows> found = new HashMap<>();
    List<String> order = new ArrayList<>();
    BitSet superseded = new BitSet();
    try (CatalogReader reader = open.open(new Reasons())) {
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (isIdentified(reader, entry)
            && twice.contains(HashSet64.hash(entry.id()))
            && check.counts(reader, entry)) {
          Rows rows = found.get(entry.id());
          if (rows == null) {
            rows = new Rows();
            found.put(entry.id(), rows);
            order.add(entry.id());
          }
          take(
              rows,
              reader.row(),
              reader.hasTimes() ? reader.timeOf(entry).toEpochMilli() : 0,
              superseded);
          if (rows.places.size() < NAMED_PLACES) {
            rows.places.add(entry.place());
          }
        }
      }
    }
    List<RepeatedIdentifiers.Repeated> first = new ArrayList<>();
    long identifiers = 0;
    for (String id : order) {
      @Nullable Rows rows = found.get(id);
      if (rows != null && rows.count > 1) {
        identifiers++;
        if (first.size() < RepeatedIdentifiers.NAMED) {
          first.add(new RepeatedIdentifiers.Repeated(id, rows.places, rows.count));
        }
      }
    }
    return new RepeatedIdentifiers(first, identifiers, superseded);
  }

  private static void take(Rows rows, long row, long timeMs, BitSet superseded) {
    if (rows.count > 0) {
      boolean later = timeMs >= rows.latestTimeMs;
      superseded.set(Math.toIntExact(later ? rows.latest : row));
      if (!later) {
        rows.count++;
        return;
      }
    }
    rows.count++;
    rows.latest = row;
    rows.latestTimeMs = timeMs;
  }
}
