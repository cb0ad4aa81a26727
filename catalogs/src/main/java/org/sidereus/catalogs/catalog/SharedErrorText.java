package org.sidereus.catalogs.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.inference.SharedError;

/**
 * Shared errors in a cell of a plain table, such as {@code 0.05 included Fe_H -Mg_Fe -C_Fe; 0.02
 * added O_Fe 0.5*Mg_Fe}: the standard deviation, whether the errors of the measurements contain it
 * or it is added to them, and the measurements that it enters with their coefficients.
 */
final class SharedErrorText {
  /** The column of a plain table. */
  static final String COLUMN = "shared_errors";

  private SharedErrorText() {}

  /**
   * Reads a cell.
   *
   * @throws IllegalArgumentException if it cannot be read; the message says what is wrong
   */
  static List<SharedError> parse(String text) {
    List<SharedError> shared = new ArrayList<>();
    for (String one : text.split(";", -1)) {
      shared.add(sharedError(one.strip()));
    }
    return shared;
  }

  private static SharedError sharedError(String text) {
    String[] words = text.split("\\s+", -1);
    if (words.length < 3 || !(words[1].equals("included") || words[1].equals("added"))) {
      throw new IllegalArgumentException(
          "'%s' is no shared error; write its standard deviation, 'included' or 'added', and the measurements that it enters, as in '0.05 included Fe_H -Mg_Fe 0.5*C_Fe'"
              .formatted(text));
    }
    Map<String, Double> coefficients = new LinkedHashMap<>();
    for (int i = 2; i < words.length; i++) {
      String word = words[i];
      int star = word.indexOf('*');
      double coefficient = 1;
      String name = word;
      if (star >= 0) {
        coefficient = number(word.substring(0, star));
        name = word.substring(star + 1);
      } else if (word.startsWith("-")) {
        coefficient = -1;
        name = word.substring(1);
      }
      if (coefficients.put(name, coefficient) != null) {
        throw new IllegalArgumentException("'%s' names %s twice".formatted(text, name));
      }
    }
    return new SharedError(number(words[0]), words[1].equals("included"), coefficients);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is no number".formatted(text), e);
    }
  }
}
