package org.sidereus.catalogs.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.time.TimeReader;

/**
 * Finds out whether the times of a table are known to the day alone. Dates are read as midnight,
 * and the user should know it, above all where another column has the time of day.
 */
final class DateResolution {
  /** What tables call a time of day, without signs and in lower case. */
  private static final Pattern NAMES =
      Pattern.compile(
          "(?:(?:obs|exp|start|begin|mid)?(?:time|ut|utc|ut1|tod|timeofday|clock)"
              + "|(?:time|ut|utc|ut1)(?:obs|start|begin|beg|mid|middle|ut|utc|exp|ofday)"
              + "|hours?|hh|hms)");

  private final TimeReader times;
  private final String column;
  private final @Nullable String companion;
  private long rows;
  private long dates;
  private long writtenDates;

  /**
   * Nothing is seen yet.
   *
   * @param column of the times
   * @param columns all columns
   * @param taken those that have another meaning
   */
  DateResolution(TimeReader times, String column, List<String> columns, Set<String> taken) {
    this.times = times;
    this.column = column;
    companion =
        columns.stream()
            .filter(one -> !one.equals(column) && !taken.contains(one))
            .filter(one -> isTimeOfDay(one, column))
            .findFirst()
            .orElse(null);
  }

  private static boolean isTimeOfDay(String name, String date) {
    String plain = plain(name);
    return NAMES.matcher(plain).matches()
        || (plain(date).contains("date")
            && List.of("time", "ut", "utc").stream()
                .anyMatch(word -> plain.equals(plain(date).replace("date", word))));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Sees the time of a row. */
  void see(Cell time) {
    boolean isText = time instanceof Cell.Text;
    if (time instanceof Cell.Missing || (!isText && dates < rows)) {
      rows++;
      return; // numbers are dates only if all of them are
    }
    rows++;
    if (times.isDate(time)) {
      dates++;
      writtenDates += isText && time.text().indexOf(':') < 0 ? 1 : 0;
    }
  }

  /** What the user should know; empty if all times have a time of day. */
  List<String> notes() {
    boolean all = rows > 0 && dates == rows;
    if (!all && writtenDates == 0) {
      return List.of();
    }
    String which =
        all
            ? "all times in the column %s are dates".formatted(column)
            : "%d of %d times in the column %s are dates".formatted(writtenDates, rows, column);
    String other =
        companion == null
            ? ""
            : "; the column %s looks like the time of day: say it by \"time\": {\"column\": \"%s\", \"time_of_day\": \"%s\"} in a mapping"
                .formatted(companion, column, companion);
    return List.of(which + ", which are taken as midnight, so that the day alone is known" + other);
  }
}
