package org.sidereus.catalogs.mapping;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.engine.SidereusException;

/**
 * The cells of a row as numbers.
 *
 * @param file name of the file, for messages
 * @param missing texts and numbers that stand for a missing value
 */
public record Cells(String file, TableRow row, Missing missing) {

  /**
   * Texts and numbers that mean a missing value, apart from an empty cell.
   *
   * @param texts compared as texts
   * @param numbers compared as numbers: -9999 is also -9999.0
   */
  public record Missing(Set<String> texts, Set<Double> numbers) {
    /** Only an empty cell. */
    public static final Missing NOTHING_BUT_EMPTY = new Missing(Set.of(), Set.of());

    public Missing {
      texts = Set.copyOf(texts);
      numbers = Set.copyOf(numbers);
    }
  }

  /** A cell without surrounding blanks; empty if the value is missing. */
  public String text(String column) {
    String text = row.cell(column);
    return missing.texts().contains(text) ? "" : text;
  }

  /**
   * A number.
   *
   * @return null if the value is missing
   * @throws SidereusException if the cell holds no number; the message has its place
   */
  public @Nullable Double number(String column, String what) {
    String text = text(column);
    if (text.isEmpty()) {
      return null;
    }
    double number = parse(text, what);
    return missing.numbers().contains(number) ? null : (Double) number;
  }

  private double parse(String text, String what) {
    try {
      // Java accepts suffixes and hexadecimal floats, a catalogue does not
      if ("fFdD".indexOf(text.charAt(text.length() - 1)) < 0 && text.indexOf('x') < 0) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      throw notANumber(text, what);
    }
    throw notANumber(text, what);
  }

  private SidereusException notANumber(String text, String what) {
    return broken("the %s is '%s', which is no number".formatted(what, text));
  }

  /** An error that names the file and the place of the row. */
  public SidereusException broken(String what) {
    return BrokenRowException.at(file, row.place(), what);
  }
}
