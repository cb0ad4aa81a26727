package org.sidereus.integration.environment;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.sidereus.demo.Demo;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;

/**
 * Rows of the survey that the demo ships.
 *
 * @param rows in the order of time
 */
public record DemoSurvey(List<Row> rows) {
  /** Name of the survey in all events. */
  public static final String NAME = "survey";

  /**
   * One object.
   *
   * @param values measured values by observable
   * @param errors standard deviations by observable
   */
  public record Row(
      String object,
      String group,
      Instant time,
      Map<String, Double> values,
      Map<String, Double> errors) {

    /** The row as an event. */
    public Observation observation() {
      return observation(0);
    }

    /** The row as an event of a revision. */
    public Observation observation(int revision) {
      List<Measurement> measurements = new ArrayList<>();
      values.forEach(
          (name, value) -> measurements.add(new Measurement(name, value, errors.get(name))));
      return Observation.newBuilder()
          .setSurvey(NAME)
          .setObject(object)
          .setGroup(group)
          .setTime(time)
          .setRevision(revision)
          .setMeasurements(measurements)
          .build();
    }

    /** Start of the window of event time that holds the row. */
    public Instant windowStart(Duration size) {
      long sizeMs = size.toMillis();
      return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), sizeMs) * sizeMs);
    }

    /** The row of another object of another group. */
    public Row as(String newObject, String newGroup) {
      return new Row(newObject, newGroup, time, values, errors);
    }

    /** The row with one value changed. */
    public Row with(String observable, double value) {
      Map<String, Double> changed = new TreeMap<>(values);
      changed.put(observable, value);
      return new Row(object, group, time, changed, errors);
    }
  }

  /**
   * The first rows; the groups alternate. After the last row the survey begins again, with other
   * objects that measure the same.
   */
  public static DemoSurvey first(int count) {
    List<Row> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder()
            .ofNamedCsvRecord(
                new InputStreamReader(
                    Demo.class.getResourceAsStream("survey.csv"), StandardCharsets.UTF_8))) {
      for (NamedCsvRecord record : csv) {
        if (rows.size() == count) {
          break;
        }
        rows.add(row(record));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int all = rows.size();
    while (rows.size() < count) {
      Row row = rows.get(rows.size() % all);
      String object = row.object() + "-again-" + rows.size() / all;
      rows.add(new Row(object, row.group(), row.time(), row.values(), row.errors()));
    }
    return new DemoSurvey(List.copyOf(rows));
  }

  private static Row row(NamedCsvRecord record) {
    Map<String, Double> values = new TreeMap<>();
    Map<String, Double> errors = new TreeMap<>();
    for (String column : record.getHeader()) {
      if (column.endsWith("_err")) {
        String name = column.substring(0, column.length() - "_err".length());
        values.put(name, Double.parseDouble(record.getField(name)));
        errors.put(name, Double.parseDouble(record.getField(column)));
      }
    }
    return new Row(
        record.getField("star"),
        record.getField("group"),
        Instant.parse(record.getField("time")),
        values,
        errors);
  }

  /** The same rows in a random order. */
  public DemoSurvey shuffled(long seed) {
    List<Row> mixed = new ArrayList<>(rows);
    Collections.shuffle(mixed, new Random(seed));
    return new DemoSurvey(mixed);
  }

  /** The same rows with one replaced. */
  public DemoSurvey with(int index, Row row) {
    List<Row> changed = new ArrayList<>(rows);
    changed.set(index, row);
    return new DemoSurvey(changed);
  }

  /** Latest time of all rows. */
  public Instant latest() {
    return rows.stream().map(Row::time).max(Instant::compareTo).orElseThrow();
  }

  /**
   * Writes the rows as a catalogue. A column {@code window} has the group and the start of its
   * window of event time, so that the offline command can infer windows too.
   */
  public void write(Path file, Duration windowSize) {
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      List<String> header = new ArrayList<>(List.of("object", "group", "window", "time"));
      rows.get(0).values().keySet().forEach(name -> header.addAll(List.of(name, name + "_err")));
      csv.writeRecord(header);
      for (Row row : rows) {
        List<String> cells =
            new ArrayList<>(
                List.of(
                    row.object(),
                    row.group(),
                    row.group() + " " + row.windowStart(windowSize),
                    row.time().toString()));
        row.values()
            .forEach(
                (name, value) ->
                    cells.addAll(
                        List.of(Double.toString(value), Double.toString(row.errors().get(name)))));
        csv.writeRecord(cells);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
