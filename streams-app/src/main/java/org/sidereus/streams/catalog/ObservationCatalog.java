package org.sidereus.streams.catalog;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.sidereus.command.UserError;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;

/**
 * A catalogue as observations: a CSV file (RFC 4180, UTF-8) with a header, one column for each
 * observable and, optionally, one named {@code <observable>_err}; other columns are ignored. An
 * empty cell means that the quantity was not measured. Values that are no posterior's business,
 * such as NaN, are passed on, so that the stream rejects them with a reason.
 */
public final class ObservationCatalog {
  private final CatalogSource source;
  private final Collection<String> wanted;
  private final CatalogColumns columns;

  /**
   * A catalogue; reads nothing yet.
   *
   * @param wanted names of the observables and covariates to publish
   */
  public ObservationCatalog(
      CatalogSource source, Collection<String> wanted, CatalogColumns columns) {
    this.source = source;
    this.wanted = List.copyOf(wanted);
    this.columns = columns;
  }

  /**
   * What a look at the whole catalogue tells.
   *
   * @param rows number of rows
   * @param latest latest time
   * @param ordered whether the times never go back
   */
  public record Outline(long rows, Instant latest, boolean ordered) {}

  /**
   * Reads the whole catalogue and keeps nothing.
   *
   * @throws UserError if it cannot be read, lacks a column or has a broken row; the message has the
   *     line
   */
  public Outline outline() {
    Looker looker = new Looker();
    forEachInFile(looker);
    if (looker.rows == 0) {
      throw new UserError(source.name() + " has a header but no rows; nothing can be published");
    }
    return new Outline(looker.rows, looker.latest, looker.ordered);
  }

  /**
   * Hands out the observations in the order of their times; those of the same time, in the order of
   * the file. A catalogue that is not in this order is held in memory.
   */
  public void forEach(Outline outline, Consumer<Observation> receiver) {
    if (outline.ordered()) {
      forEachInFile(receiver);
      return;
    }
    List<Observation> all = new ArrayList<>();
    forEachInFile(all::add);
    all.sort((left, right) -> left.getTime().compareTo(right.getTime()));
    all.forEach(receiver);
  }

  private void forEachInFile(Consumer<Observation> receiver) {
    try (CsvReader<CsvRecord> csv =
            CsvReader.builder()
                .detectBomHeader(false)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .ofCsvRecord(source.reader());
        CloseableIterator<CsvRecord> records = csv.iterator()) {
      if (!records.hasNext()) {
        throw new UserError(source.name() + " is empty; its first line must name the columns");
      }
      List<String> names = new ArrayList<>();
      records.next().getFields().forEach(name -> names.add(name.replace("\uFEFF", "").strip()));
      CatalogHeader header = CatalogHeader.of(names, source.name(), wanted, columns);
      long row = 0;
      while (records.hasNext()) {
        receiver.accept(observation(records.next(), header, row++));
      }
    } catch (CsvParseException fault) {
      Throwable cause = fault.getCause() == null ? fault : fault.getCause();
      throw new UserError(
          "%s is no CSV file: %s (%s); mend it"
              .formatted(source.name(), fault.getMessage(), cause.getMessage()),
          fault);
    } catch (IOException fault) {
      throw unreadable(fault);
    } catch (UncheckedIOException fault) {
      throw unreadable(fault.getCause());
    }
  }

  private UserError unreadable(IOException fault) {
    return new UserError(
        "%s cannot be read: %s; name a CSV file with a header"
            .formatted(source.name(), fault.getMessage()),
        fault);
  }

  private Observation observation(CsvRecord record, CatalogHeader header, long row) {
    if (record.getFieldCount() != header.names().size()) {
      throw broken(
          record,
          "there are %d cells but the header has %d"
              .formatted(record.getFieldCount(), header.names().size()));
    }
    List<Measurement> measurements = new ArrayList<>(header.quantities().size());
    for (CatalogHeader.Quantity quantity : header.quantities()) {
      String value = cell(record, quantity.value());
      if (!value.isEmpty()) {
        String error = quantity.error() == CatalogHeader.NONE ? "" : cell(record, quantity.error());
        measurements.add(
            new Measurement(
                quantity.name(),
                number(record, "value of " + quantity.name(), value),
                error.isEmpty()
                    ? null
                    : (Double) number(record, "error of " + quantity.name(), error)));
      }
    }
    return new Observation(
        ObservationKind.OBSERVATION,
        columns.survey() == null ? source.stem() : columns.survey(),
        header.id() == CatalogHeader.NONE ? Long.toString(row + 1) : cell(record, header.id()),
        group(record, header),
        time(record, header, row),
        columns.revision(),
        null,
        measurements);
  }

  private String group(CsvRecord record, CatalogHeader header) {
    if (columns.group() != null) {
      return columns.group();
    }
    if (header.group() == CatalogHeader.NONE) {
      return source.stem();
    }
    String group = cell(record, header.group());
    return group.isEmpty() ? null : group;
  }

  private Instant time(CsvRecord record, CatalogHeader header, long row) {
    if (header.time() == CatalogHeader.NONE) {
      return columns.startTime().plus(columns.interval().multipliedBy(row));
    }
    String text = cell(record, header.time());
    try {
      return text.matches("-?\\d+")
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : Instant.parse(text);
    } catch (DateTimeParseException | NumberFormatException fault) {
      throw broken(
          record,
          "the time is '%s', which is neither ISO-8601 (2026-01-31T23:59:59Z) nor milliseconds since 1970"
              .formatted(text));
    }
  }

  private static String cell(CsvRecord record, int column) {
    return record.getField(column).strip();
  }

  private double number(CsvRecord record, String what, String text) {
    // Java's own suffixes and hexadecimal floats are no numbers of a catalogue.
    boolean javanese = "fFdD".indexOf(text.charAt(text.length() - 1)) >= 0 || text.contains("x");
    try {
      if (!javanese) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException fault) {
      throw broken(record, "the %s is '%s', which is no number".formatted(what, text));
    }
    throw broken(record, "the %s is '%s', which is no number".formatted(what, text));
  }

  private UserError broken(CsvRecord record, String what) {
    return new UserError(
        "%s, line %d: %s; mend or remove the row"
            .formatted(source.name(), record.getStartingLineNumber(), what));
  }

  /** Counts rows and watches times. */
  private static final class Looker implements Consumer<Observation> {
    private long rows;
    private Instant latest = Instant.MIN;
    private boolean ordered = true;

    @Override
    public void accept(Observation observation) {
      rows++;
      if (observation.getTime().isBefore(latest)) {
        ordered = false;
      } else {
        latest = observation.getTime();
      }
    }
  }
}
