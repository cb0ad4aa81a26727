package org.sidereus.catalogs.table;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.sidereus.engine.Nearest;
import org.sidereus.engine.SidereusException;

/**
 * Columns of numbers of a table of simulations. A cell that is empty, infinite or a word for no
 * number, such as {@code nan}, is not a number: its row is a void run.
 */
public final class NumberColumns {
  private static final Pattern NO_NUMBER =
      Pattern.compile("[+-]?(nan|inf|infinity)|null|none", Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private final Path file;
  private final List<String> names;

  /**
   * Columns of a table.
   *
   * @param file of the table, for messages
   * @param names of the columns
   * @param source what gives the columns their names, such as {@code the case file}
   * @throws SidereusException if a column is missing or there twice: which, and what to do
   */
  public NumberColumns(Path file, Table table, List<String> names, String source) {
    this.file = file;
    this.names = List.copyOf(names);
    List<String> given = table.columns();
    List<String> missing =
        names.stream().filter(name -> table.column(name) == null).distinct().toList();
    if (!missing.isEmpty()) {
      throw new SidereusException(
          "%s has no column %s; the nearest is %s, and there are %s: name its columns as %s does"
              .formatted(
                  file,
                  String.join(", ", missing),
                  Nearest.of(missing.get(0), given),
                  String.join(", ", given),
                  source));
    }
    for (String name : names) {
      if (Collections.frequency(given, name) > 1) {
        throw new SidereusException(
            "%s has two columns %s; remove or rename one".formatted(file, name));
      }
    }
  }

  /**
   * Opens the first table of a file, of any format that catalogues may have.
   *
   * @throws SidereusException if there is no such file, or it cannot be read
   */
  public static Table open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new SidereusException(file + " does not exist; name a table of simulations");
    }
    return TableFiles.open(file, TableSource.UNKNOWN);
  }

  /**
   * The numbers of a row, in the order of the names; infinite or NaN where there is no number.
   *
   * @throws SidereusException if a cell has something else: which, where, and what to do
   */
  public double[] of(TableRow row) {
    double[] numbers = new double[names.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(row.value(names.get(i)), names.get(i), row);
    }
    return numbers;
  }

  private double number(Cell cell, String name, TableRow row) {
    if (cell instanceof Cell.Floating number) {
      return number.value();
    }
    if (cell instanceof Cell.Whole number) {
      return number.number();
    }
    if (cell instanceof Cell.Missing) {
      return Double.NaN;
    }
    String text = cell.text();
    if (cell instanceof Cell.Text) {
      if (NO_NUMBER.matcher(text).matches()) {
        return Double.NaN;
      }
      if (NUMBER.matcher(text).matches()) {
        return Double.parseDouble(text);
      }
    }
    throw new SidereusException(
        "%s, %s: %s is '%s' but must be a number; correct it, or leave the cell of a void run empty"
            .formatted(file, row.place(), name, text));
  }
}
