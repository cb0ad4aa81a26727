package org.sidereus.catalogs.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a literal of Python, as in the header of a NumPy file: texts, integers, True, False, None,
 * tuples, lists and dictionaries.
 */
final class PythonLiteral {
  private static final int DEEPEST = 20;
  private static final int MOST_ITEMS = 100_000;

  private final String text;
  private int at;
  private int items;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /**
   * Reads a literal.
   *
   * @return a String, Long, Boolean, List or Map
   * @throws IllegalArgumentException if it is none
   */
  static Object read(String text) {
    PythonLiteral literal = new PythonLiteral(text);
    Object value = literal.value(0);
    literal.blanks();
    if (literal.at < text.length()) {
      throw literal.wrong();
    }
    return value;
  }

  private IllegalArgumentException wrong() {
    return new IllegalArgumentException("the header is damaged at its character " + (at + 1));
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    blanks();
    if (at >= text.length()) {
      throw wrong();
    }
    return text.charAt(at);
  }

  private Object value(int depth) {
    if (depth > DEEPEST || ++items > MOST_ITEMS) {
      throw wrong();
    }
    char c = peek();
    if (c == '\'' || c == '"') {
      return quoted(c);
    }
    if (c == '(' || c == '[') {
      at++;
      return list(c == '(' ? ')' : ']', depth);
    }
    if (c == '{') {
      at++;
      return dictionary(depth);
    }
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-')) {
      at++;
    }
    String word = text.substring(start, at);
    return switch (word) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> "None";
      default -> {
        try {
          yield Long.parseLong(word.replaceFirst("L$", ""));
        } catch (NumberFormatException e) {
          throw wrong();
        }
      }
    };
  }

  private String quoted(char quote) {
    StringBuilder quoted = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      if (text.charAt(at) == '\\') {
        at++;
      }
      if (at < text.length()) {
        quoted.append(text.charAt(at));
      }
      at++;
    }
    if (at >= text.length()) {
      throw wrong();
    }
    at++;
    return quoted.toString();
  }

  private List<Object> list(char end, int depth) {
    List<Object> list = new ArrayList<>();
    while (peek() != end) {
      list.add(value(depth + 1));
      if (peek() == ',') {
        at++;
      } else if (peek() != end) {
        throw wrong();
      }
    }
    at++;
    return list;
  }

  private Map<Object, Object> dictionary(int depth) {
    Map<Object, Object> members = new LinkedHashMap<>();
    while (peek() != '}') {
      Object key = value(depth + 1);
      if (peek() != ':') {
        throw wrong();
      }
      at++;
      if (members.put(key, value(depth + 1)) != null) {
        throw new IllegalArgumentException("the header has the key " + key + " twice");
      }
      if (peek() == ',') {
        at++;
      } else if (peek() != '}') {
        throw wrong();
      }
    }
    at++;
    return members;
  }
}
