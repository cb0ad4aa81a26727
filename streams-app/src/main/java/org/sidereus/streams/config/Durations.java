package org.sidereus.streams.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations with units: {@code 20ms}, {@code 5s}, {@code 10m}, {@code 1h}, {@code 7d}. */
public final class Durations {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
  private static final Map<String, Long> UNITS_MS = unitsMs();

  private Durations() {}

  /**
   * Reads a number with a unit, or an ISO-8601 duration such as {@code PT20S}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static Duration parse(String text) {
    String stripped = text.strip();
    Matcher matcher = NUMBER_AND_UNIT.matcher(stripped);
    try {
      if (matcher.matches()) {
        long number = Long.parseLong(matcher.group(1));
        long unitMs = Objects.requireNonNull(UNITS_MS.get(matcher.group(2)), matcher.group(2));
        return Duration.ofMillis(Math.multiplyExact(number, unitMs));
      }
      Duration iso = Duration.parse(stripped);
      if (!iso.isNegative()) {
        return iso;
      }
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      // the exception below tells how to write a duration
    }
    throw new IllegalArgumentException(
        "'%s' is no duration; write a number with a unit, such as 20ms, 5s, 10m, 1h or 7d"
            .formatted(text));
  }

  /** Writes a duration in the greatest unit that keeps it a whole number. */
  public static String format(Duration duration) {
    long ms = duration.toMillis();
    String text = ms + "ms";
    for (Map.Entry<String, Long> unit : UNITS_MS.entrySet()) {
      if (ms != 0 && ms % unit.getValue() == 0) {
        text = ms / unit.getValue() + unit.getKey();
      }
    }
    return text;
  }

  private static Map<String, Long> unitsMs() {
    Map<String, Long> units = new LinkedHashMap<>();
    units.put("ms", 1L);
    units.put("s", 1_000L);
    units.put("m", 60_000L);
    units.put("h", 3_600_000L);
    units.put("d", 86_400_000L);
    return units;
  }
}
