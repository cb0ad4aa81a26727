package org.sidereus.engine;

import java.util.Locale;

/**
 * Text for a terminal or a log. Names come from producers, catalogues and files: a control
 * character in them could move the cursor, change what was printed before, or make a line that
 * looks like one of the program. Such characters are printed as escapes: {@code \}{@code u001b}.
 */
public final class Printable {
  private Printable() {}

  /** A name, or text of one line: all control characters are escaped, line ends and tabs too. */
  public static String of(String text) {
    return escaped(text, false);
  }

  /** Text of several lines: all control characters but line ends and tabs are escaped. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  private static String escaped(String text, boolean lines) {
    int at = 0;
    while (at < text.length() && isPlain(text, at, lines)) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, at);
    for (; at < text.length(); at++) {
      char one = text.charAt(at);
      if (isPlain(text, at, lines)) {
        out.append(one);
      } else {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) one));
      }
    }
    return out.toString();
  }

  private static boolean isPlain(String text, int at, boolean lines) {
    char one = text.charAt(at);
    if (one >= ' ' && one < 0x7f) {
      return true;
    }
    if (lines && (one == '\n' || one == '\t')) {
      return true;
    }
    if (lines && one == '\r') {
      // Alone it goes back to the begin of the line.
      return at + 1 < text.length() && text.charAt(at + 1) == '\n';
    }
    return switch (Character.getType(one)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      case Character.FORMAT -> !isDirection(one);
      default -> true;
    };
  }

  /** Characters that change the direction of the text behind them. */
  private static boolean isDirection(char one) {
    return one == 0x061c
        || one == 0x200e
        || one == 0x200f
        || (one >= 0x202a && one <= 0x202e)
        || (one >= 0x2066 && one <= 0x2069);
  }
}
