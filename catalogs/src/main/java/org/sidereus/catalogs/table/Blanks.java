package org.sidereus.catalogs.table;

/**
 * Blanks around names and cells. Web pages and spreadsheets write some that {@link String#strip}
 * leaves: blanks that do not break a line, and those without a width. With them, two cells that
 * look the same would differ.
 */
final class Blanks {
  private Blanks() {}

  /** A text without the blanks before and behind it. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    if (c <= ' ') {
      return c == ' ' || Character.isWhitespace(c);
    }
    return c > '~' && (isUnbroken(c) || Character.isWhitespace(c));
  }

  private static boolean isUnbroken(char c) {
    return c == '\u00a0' || c == '\u2007' || c == '\u202f' || c == '\u200b' || c == '\ufeff';
  }
}
