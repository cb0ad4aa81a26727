package org.sidereus.catalogs.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.sidereus.catalogs.mapping.Missing;

/**
 * Why values of a catalogue are missing and objects are left out: counted by reason and, where
 * somebody wants them, listed one by one. For one thread.
 */
public final class Reasons {
  /** Columns of the list. */
  public static final List<String> HEADER = List.of("row", "object", "quantity", "reason");

  private static final int MOST_LINES = 30;
  private static final String MORE = "other reasons";
  private static final int MOST_REASONS = 1000;

  private final Consumer<List<String>> list;
  private final Map<String, Map<String, Long>> missing = new LinkedHashMap<>();
  private final Map<String, Long> leftOut = new LinkedHashMap<>();

  /** Counts only. */
  public Reasons() {
    this(row -> {});
  }

  /**
   * Counts and lists.
   *
   * @param list takes the rows of the list; their columns are {@link #HEADER}
   */
  public Reasons(Consumer<List<String>> list) {
    this.list = list;
  }

  /** A value is missing. */
  public void addMissing(String place, String object, String quantity, Missing why) {
    count(missing.computeIfAbsent(quantity, name -> new LinkedHashMap<>()), why.reason());
    list.accept(List.of(number(place), object, quantity, why.sentence()));
  }

  /**
   * An object is left out.
   *
   * @param reason the same for all objects with this cause
   * @param sentence the reason with what the row has
   */
  public void addLeftOut(String place, String object, String reason, String sentence) {
    count(leftOut, reason);
    list.accept(List.of(number(place), object, "", sentence));
  }

  private static String number(String place) {
    return place.substring(place.lastIndexOf(' ') + 1);
  }

  private static void count(Map<String, Long> counts, String reason) {
    boolean room = counts.size() < MOST_REASONS || counts.containsKey(reason);
    counts.merge(room ? reason : MORE, 1L, Long::sum);
  }

  /** Numbers of missing values by quantity and reason. */
  public Map<String, Map<String, Long>> missing() {
    return Collections.unmodifiableMap(missing);
  }

  /** Numbers of objects that are left out, by reason. */
  public Map<String, Long> leftOut() {
    return Collections.unmodifiableMap(leftOut);
  }

  /** The counts in lines for a terminal; none if nothing is missing or left out. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    leftOut.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_LINES)
        .forEach(one -> lines.add("left out: %d: %s".formatted(one.getValue(), one.getKey())));
    missing.forEach(
        (quantity, reasons) -> lines.add("missing %s: %s".formatted(quantity, counts(reasons))));
    return lines;
  }

  private static String counts(Map<String, Long> reasons) {
    return reasons.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(one -> one.getValue() + " " + one.getKey())
        .collect(Collectors.joining(", "));
  }
}
