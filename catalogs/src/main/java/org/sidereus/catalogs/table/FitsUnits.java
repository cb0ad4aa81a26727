package org.sidereus.catalogs.table;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** The units (HDU) of a FITS file, among which the one with the table is found. */
final class FitsUnits {
  private static final int MOST_UNITS = 100_000;
  private static final int MOST_OTHERS = 5;

  private final TableInput input;
  private final String name;
  private final InputStream in;

  FitsUnits(TableInput input) {
    this.input = input;
    name = input.name();
    in = input.stream();
  }

  /** The unit that holds the table, and where its data begin. */
  record Found(FitsHeader header, long dataStart, String place) {}

  /**
   * Finds a table. The input is then at its data.
   *
   * @param part number of the unit, 0 is the primary one, or its name; null: the first table
   * @throws SidereusException if there is no such table
   */
  Found find(@Nullable String part) throws IOException {
    int wanted = -1;
    if (part != null && part.matches("\\d{1,9}")) {
      wanted = Integer.parseInt(part);
    }
    long position = 0;
    List<String> tables = new ArrayList<>();
    FitsHeader primary = null;
    for (int unit = 0; unit < MOST_UNITS; unit++) {
      String place = "%s, HDU %d".formatted(name, unit);
      FitsHeader header = FitsHeader.read(place, in);
      if (header == null) {
        throw notFound(part, unit, tables);
      }
      primary = primary == null ? header : primary;
      position += header.bytes();
      boolean table = isTable(header);
      String called = header.text("EXTNAME", "");
      if (part == null ? table : isWanted(header, unit, wanted, part)) {
        if (!table) {
          throw new SidereusException(
              "%s has no table in HDU %d; set source.hdu of the mapping to one that is a table"
                  .formatted(name, unit));
        }
        if (header.isTrue("ZTABLE")) {
          throw new SidereusException(
              "%s: the table is compressed by tiles (ZTABLE), which is not read; unpack it by funpack"
                  .formatted(place));
        }
        header.inheritTimes(primary);
        return new Found(header, position, place);
      }
      if (table) {
        tables.add(called.isEmpty() ? Integer.toString(unit) : unit + " (" + called + ")");
      }
      long data = header.dataBytes();
      long padded = padded(data);
      try {
        in.skipNBytes(data);
        long pad = padded - data;
        byte[] padding = in.readNBytes((int) pad);
        if (padding.length < pad) {
          throw notFound(part, unit + 1, tables);
        }
      } catch (EOFException e) {
        throw header.wrong("the file ends within the data");
      }
      position += padded;
    }
    throw new SidereusException("%s has more than %d units".formatted(name, MOST_UNITS));
  }

  private static boolean isWanted(FitsHeader header, int unit, int wanted, String part) {
    if (wanted >= 0) {
      return unit == wanted;
    }
    String called = header.text("EXTNAME", "");
    return part.equalsIgnoreCase(called)
        || part.equalsIgnoreCase(called + "-" + header.text("EXTVER", "1"));
  }

  private SidereusException notFound(@Nullable String part, int units, List<String> tables) {
    String others =
        tables.isEmpty() ? "it has none" : "its tables are " + String.join(", ", tables);
    return new SidereusException(
        part == null
            ? "%s has no table in its %d units; name a FITS file with a table"
                .formatted(name, units)
            : "%s has no HDU %s; %s: set source.hdu of the mapping"
                .formatted(name, TableInput.printable(part), TableInput.printable(others)));
  }

  /** The tables from a byte of the file on; one whose header is damaged ends the list. */
  List<String> tablesBehind(long start) throws IOException {
    List<String> tables = new ArrayList<>();
    try (InputStream rest = new BufferedInputStream(Files.newInputStream(input.file()))) {
      rest.skipNBytes(start);
      for (FitsHeader header = FitsHeader.read(name, rest);
          header != null && tables.size() < MOST_OTHERS;
          header = FitsHeader.read(name, rest)) {
        if (isTable(header)) {
          tables.add(header.text("EXTNAME", "without a name"));
        }
        rest.skipNBytes(padded(header.dataBytes()));
      }
    } catch (EOFException | SidereusException e) {
      return tables; // it is not read, so its damage does no harm
    }
    return tables;
  }

  private static boolean isTable(FitsHeader header) {
    String kind = header.text("XTENSION", "");
    return (kind.equals("BINTABLE") && !header.isTrue("ZIMAGE")) || kind.equals("TABLE");
  }

  static long padded(long bytes) {
    return Math.addExact(bytes, FitsHeader.BLOCK - 1L) / FitsHeader.BLOCK * FitsHeader.BLOCK;
  }
}
