package org.sidereus.catalogs.infer;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;

/**
 * Writes a CSV or ECSV file that appears only when it is complete: rows go to a file beside it,
 * which takes the name with {@link #commit}. Closed without a commit, it leaves nothing, and an
 * older file of that name as it was. A target that is no file, such as a pipe, is written directly.
 */
public final class TableWriter implements RowOutput {
  private final PartFile part;
  private final CsvWriter csv;
  private boolean open = true;

  /**
   * Begins a CSV table.
   *
   * @throws SidereusException if the file cannot be made
   */
  public TableWriter(Path file, List<String> header) {
    this(file, List.of(), header);
  }

  private TableWriter(Path file, List<String> preamble, List<String> header) {
    part = new PartFile(file);
    try {
      BufferedWriter text =
          Files.newBufferedWriter(part.written(), StandardCharsets.UTF_8); // closed by the writer
      for (String line : preamble) {
        text.write("# " + line + "\n");
      }
      csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    } catch (IOException e) {
      throw part.unwritable(e);
    }
    write(header);
  }

  /**
   * Begins an ECSV table (Astropy APE6, version 1.0): CSV below a header in YAML.
   *
   * @throws SidereusException if the file cannot be made
   */
  static TableWriter ecsv(Path file, List<OutputColumn> columns, BundleIdentity bundle) {
    List<String> preamble = new ArrayList<>();
    preamble.add("%ECSV 1.0");
    preamble.add("---");
    preamble.add("delimiter: ','");
    preamble.add("datatype:");
    for (OutputColumn column : columns) {
      StringBuilder entry = new StringBuilder("- {name: " + quoted(column.name()));
      entry.append(", datatype: ").append(datatype(column.type()));
      if (!column.unit().isEmpty()) {
        entry.append(", unit: ").append(quoted(column.unit()));
      }
      entry.append(", description: ").append(quoted(column.description()));
      if (!column.ucd().isEmpty()) {
        entry.append(", meta: {ucd: ").append(quoted(column.ucd())).append("}");
      }
      preamble.add(entry.append("}").toString());
    }
    preamble.add("meta:");
    preamble.add("  bundle: " + quoted(bundle.name()));
    preamble.add("  bundle_version: " + quoted(bundle.version()));
    preamble.add("  bundle_sha256: " + quoted(bundle.sha256()));
    preamble.add("schema: astropy-2.0");
    return new TableWriter(file, preamble, columns.stream().map(OutputColumn::name).toList());
  }

  private static String datatype(OutputColumn.Type type) {
    return switch (type) {
      case TEXT -> "string";
      case INTEGER -> "int64";
      case FLOATING -> "float64";
    };
  }

  private static String quoted(String text) {
    return "\"" + Printable.of(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  @Override
  public void write(List<String> row) {
    try {
      csv.writeRecord(row);
    } catch (UncheckedIOException e) {
      throw part.unwritable(Objects.requireNonNull(e.getCause(), "cause"));
    }
  }

  @Override
  public void commit() {
    try {
      open = false;
      csv.close();
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      csv.close();
      part.discard();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
