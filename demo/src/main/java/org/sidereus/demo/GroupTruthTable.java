package org.sidereus.demo;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sidereus.engine.SidereusException;

/**
 * The true values of shared parameters of a mock survey.
 *
 * @param byGroup parameter to value, by group
 */
public record GroupTruthTable(Map<String, Map<String, Double>> byGroup) {

  /** No true value is known. */
  public static GroupTruthTable unknown() {
    return new GroupTruthTable(Map.of());
  }

  /**
   * Reads a CSV file with the column {@code group} and one column per parameter.
   *
   * @param name name of the file for messages
   * @throws SidereusException if the file is broken; the message has the line
   */
  public static GroupTruthTable read(Reader file, String name) {
    Map<String, Map<String, Double>> byGroup = new LinkedHashMap<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord record : csv) {
        Map<String, String> fields = record.getFieldsAsMap();
        String group = fields.get("group");
        if (group == null) {
          throw new SidereusException(
              name + " has no column 'group'; add it to the header in line 1");
        }
        Map<String, Double> values = new LinkedHashMap<>();
        fields.forEach(
            (column, text) -> {
              if (!column.equals("group") && !text.isBlank()) {
                values.put(column, number(text, column, name, record.getStartingLineNumber()));
              }
            });
        byGroup.put(group, values);
      }
    } catch (IOException e) {
      throw new SidereusException(
          "%s cannot be read: %s; name a CSV file".formatted(name, e.getMessage()), e);
    }
    return new GroupTruthTable(byGroup);
  }

  private static double number(String text, String column, String name, long line) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw new SidereusException(
          "%s, line %d: the %s is '%s', which is no number; correct it"
              .formatted(name, line, column, text),
          e);
    }
  }

  /** The true values of a group; empty if they are not known. */
  public Map<String, Double> of(String group) {
    return byGroup.getOrDefault(group, Map.of());
  }
}
