package org.sidereus.catalogs.table;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * Opens tables of all formats. The format is found from the first bytes: those of a binary or
 * self-describing format are believed, whatever was named; a text is split as was named, else by
 * what separates the names in its first line.
 */
public final class TableFiles {
  private TableFiles() {}

  /**
   * Opens a file; a file that is not a regular one, such as a pipe, is read once.
   *
   * @throws SidereusException if it is no table that can be read; the message says what it looks
   *     like and what to do
   */
  public static Table open(Path file, TableSource source) {
    return open(file.toString(), file, source);
  }

  /**
   * Opens a file.
   *
   * @param name for messages; its ending tells the format where the bytes do not
   */
  public static Table open(String name, Path file, TableSource source) {
    try {
      InputStream bytes = Files.newInputStream(file);
      return open(name, bytes, Files.isRegularFile(file) ? file : null, source);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  /**
   * Opens a table in a stream.
   *
   * @param name for messages
   * @param bytes closed with the table
   */
  public static Table open(String name, InputStream bytes, TableSource source) {
    return open(name, bytes, null, source);
  }

  private static Table open(
      String name, InputStream bytes, @Nullable Path file, TableSource source) {
    TableInput input = null;
    try {
      input = TableInput.open(name, bytes, file);
      return new GuardedTable(name, AstropyTable.of(name, open(input, source)));
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      close(input, bytes);
      throw unreadable(name, e);
    }
  }

  private static void close(@Nullable TableInput input, InputStream bytes) {
    if (input != null) {
      input.close();
    }
    try {
      bytes.close();
    } catch (IOException e) {
      // the file was only read, so nothing is lost
    }
  }

  /** The error of a file that cannot be read, in one line, whatever a library makes of it. */
  static SidereusException unreadable(String name, Throwable e) {
    if (e instanceof SidereusException known) {
      String message = String.valueOf(known.getMessage());
      String clean = TableInput.withoutControls(message);
      return clean.equals(message) ? known : new SidereusException(clean, known);
    }
    if (e instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return unreadable(name, unchecked.getCause());
    }
    String what;
    if (e instanceof OutOfMemoryError) {
      what = "it needs more memory than there is; give the program more (-Xmx), or split it";
    } else if (e instanceof StackOverflowError) {
      what = "it is nested too deeply; it is damaged, get or write it again";
    } else if (e instanceof EOFException || e instanceof BufferUnderflowException) {
      what = "it ends too early; it is damaged, get or write it again";
    } else if (e instanceof IllegalArgumentException && e.getMessage() != null) {
      what = TableInput.printable(e.getMessage()) + "; it is damaged, get or write it again";
    } else if (e instanceof IOException io) {
      what = TableInput.printable(SidereusException.reason(io)) + "; check the file";
    } else {
      what =
          "it is damaged (%s); get or write it again"
              .formatted(TableInput.printable(SidereusException.describe(e)));
    }
    return new SidereusException("%s cannot be read: %s".formatted(name, what), e);
  }

  private static Table open(TableInput input, TableSource source) throws IOException {
    byte[] head = input.head();
    TableFormat format = FormatDetection.certain(head);
    if (format == null) {
      String other = FormatDetection.otherKind(head);
      if (other != null) {
        throw new SidereusException("%s is %s".formatted(input.name(), other));
      }
      format = source.format();
    }
    if (format == null) {
      format = FormatDetection.byEnding(input.ending());
    }
    if (format != null) {
      switch (format) {
        case FITS, VOTABLE, PARQUET, FEATHER, NUMPY, HDF5, ECSV, MRT, IPAC -> {
          return described(input, source, format);
        }
        default -> {}
      }
    }
    TextTables text = new TextTables(input, source.encoding());
    return text.open(text.layout(format));
  }

  private static Table described(TableInput input, TableSource source, TableFormat format)
      throws IOException {
    DescribedTables described = new DescribedTables(input, source.encoding());
    return switch (format) {
      case FITS -> {
        if (FormatDetection.certain(input.head()) != TableFormat.FITS) {
          throw new SidereusException(
              "%s cannot be read as FITS: it does not begin with SIMPLE; name a FITS file, or another source.kind in the mapping"
                  .formatted(input.name()));
        }
        yield new FitsTable(input, source.part(), source.encoding());
      }
      case VOTABLE -> StilTable.votable(input, source.part());
      case NUMPY -> NumpyTables.open(input, source.part());
      case PARQUET -> ParquetTables.open(input);
      case HDF5 -> HdfTables.open(input, source.part());
      case FEATHER -> {
        if (TableInput.begins(input.head(), 'F', 'E', 'A', '1')) {
          throw new SidereusException(
              input.name()
                  + " is a Feather file of version 1, which is not read; write it again:"
                  + " pandas.read_feather(FILE).to_feather(FILE)");
        }
        yield ArrowTables.open(input);
      }
      case ECSV -> described.ecsv();
      case MRT -> described.mrt();
      case IPAC -> described.ipac();
      case CSV, TSV, ASCII, FIXED ->
          throw new IllegalArgumentException(format + " does not describe its columns");
    };
  }
}
