package org.sidereus.catalogs.catalog;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Identifiers that stand in several rows without visits. The later row of an object counts, in
 * event time and then in the order of the file, as in a stream.
 *
 * @param first the first of them, with the places of their rows
 * @param identifiers number of identifiers that stand several times
 * @param superseded numbers of the rows that a later one replaces, from 0
 */
public record RepeatedIdentifiers(List<Repeated> first, long identifiers, BitSet superseded) {
  /** Identifiers that are named. */
  static final int NAMED = 3;

  private static final int LONG_NUMBER = 16;
  private static final int DIGITS_OF_SPREADSHEETS = 15;

  /**
   * An identifier with its rows.
   *
   * @param places of its first rows, at most three
   * @param rows number of its rows
   */
  public record Repeated(String id, List<String> places, long rows) {
    @Override
    public String toString() {
      return "%s in %s%s"
          .formatted(id, String.join(", ", places), rows > places.size() ? ", ..." : "");
    }
  }

  public RepeatedIdentifiers {
    first = List.copyOf(first);
  }

  /** No identifier stands twice. */
  static RepeatedIdentifiers none() {
    return new RepeatedIdentifiers(List.of(), 0, new BitSet());
  }

  /** Whether no identifier stands twice. */
  public boolean isEmpty() {
    return identifiers == 0;
  }

  /**
   * What is said of them, without an end.
   *
   * @param what what is done with them, such as {@code the later row counts}
   */
  List<String> notes(String what) {
    if (isEmpty()) {
      return List.of();
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "%d identifier%s in several rows without visits (%s%s), %d rows too many: %s"
            .formatted(
                identifiers,
                identifiers == 1 ? " stands" : "s stand",
                first.stream().map(Repeated::toString).collect(Collectors.joining("; ")),
                identifiers > first.size() ? "; ..." : "",
                superseded.cardinality(),
                what));
    if (first.stream().allMatch(one -> isCutNumber(one.id()))) {
      notes.add(
          "these identifiers end in zeros behind their 15th digit, as a spreadsheet leaves them:"
              + " write the column as text, or objects are lost");
    }
    return notes;
  }

  private static boolean isCutNumber(String id) {
    return id.length() >= LONG_NUMBER
        && id.chars().allMatch(c -> c >= '0' && c <= '9')
        && id.substring(DIGITS_OF_SPREADSHEETS).chars().allMatch(c -> c == '0');
  }
}
