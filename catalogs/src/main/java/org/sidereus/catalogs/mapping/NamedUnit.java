package org.sidereus.catalogs.mapping;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A unit in brackets behind the name of a column, as spreadsheets have it: {@code mass (Msun)},
 * {@code C_Fe [dex]}.
 *
 * @param name without the brackets
 * @param unit what stands in the brackets; null: there are none
 */
public record NamedUnit(String name, @Nullable String unit) {
  private static final Pattern BRACKETS =
      Pattern.compile("(.*\\S)\\s*(?:\\[(?!\\d+\\])(.*)\\]|\\((.*)\\))");

  /**
   * The name and the unit of a column. A name that is all brackets, such as [Fe/H], has none, and
   * neither has an element of an array, such as P[0].
   */
  public static NamedUnit of(String column) {
    Matcher parts = BRACKETS.matcher(column);
    if (!parts.matches()) {
      return new NamedUnit(column, null);
    }
    String unit = parts.group(2) == null ? parts.group(3) : parts.group(2);
    return new NamedUnit(parts.group(1), unit);
  }
}
