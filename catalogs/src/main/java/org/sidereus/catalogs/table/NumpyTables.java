package org.sidereus.catalogs.table;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** Opens files of NumPy: structured arrays, and archives of columns. */
final class NumpyTables {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int MOST_MEMBERS = 10_000;

  private NumpyTables() {}

  /**
   * Opens a file.
   *
   * @param part member of an archive, a structured array; null: the only one that is, else the
   *     columns are the members
   */
  static Table open(TableInput input, @Nullable String part) throws IOException {
    return TableInput.isNumpy(input.head()) ? archive(input, part) : single(input);
  }

  private static SidereusException wrong(TableInput input, String what, Exception e) {
    return new SidereusException(
        "%s cannot be read: %s%s"
            .formatted(
                input.name(),
                what,
                e.getMessage() == null ? "it ends too early; write it again" : e.getMessage()),
        e);
  }

  private static Table single(TableInput input) throws IOException {
    NumpyArray array;
    try {
      array = new NumpyArray("column", input.stream());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw wrong(input, "", e);
    }
    if (!array.isStructured()) {
      throw new SidereusException(
          input.name()
              + " is an array whose columns have no names; write a structured array, as by"
              + " numpy.rec.fromarrays");
    }
    return table(input, List.of(array), array.columns(), List.of(), () -> {});
  }

  /**
   * A table of arrays.
   *
   * @param refused why the last columns cannot be read: a cell of one is refused, not missing
   */
  private static Table table(
      TableInput input,
      List<NumpyArray> arrays,
      List<Column> columns,
      List<String> refused,
      Closing closing) {
    long rows = arrays.get(0).rows();
    int longest = arrays.stream().mapToInt(NumpyArray::itemBytes).max().orElse(1);
    int blockRows = Math.max(1, BLOCK_BYTES / longest);
    return new ColumnarTable(
        input,
        TableFormat.NUMPY,
        columns,
        rows,
        new ColumnarTable.Blocks() {
          private long read;

          @Override
          public ColumnarTable.@Nullable Block next() throws IOException {
            int number = (int) Math.min(blockRows, rows - read);
            if (number <= 0) {
              return null;
            }
            read += number;
            List<ColumnarTable.Values> values = new ArrayList<>();
            for (NumpyArray array : arrays) {
              values.addAll(array.next(number));
            }
            for (String why : refused) {
              values.add(
                  row -> {
                    throw new IllegalArgumentException(why);
                  });
            }
            return new ColumnarTable.Block(number, values);
          }

          @Override
          public void close() throws IOException {
            closing.close();
          }
        });
  }

  /** Closes what a table needs. */
  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }

  private static Table archive(TableInput input, @Nullable String part) throws IOException {
    ZipFile zip = new ZipFile(input.file().toFile());
    try {
      List<NumpyArray> arrays = new ArrayList<>();
      List<Column> columns = new ArrayList<>();
      List<? extends ZipEntry> entries = Collections.list(zip.entries());
      if (entries.size() > MOST_MEMBERS) {
        throw new SidereusException(
            "%s has more than %d members; write one structured array"
                .formatted(input.name(), MOST_MEMBERS));
      }
      List<String> unread = new ArrayList<>();
      Map<String, String> refused = new LinkedHashMap<>();
      for (ZipEntry entry : entries) {
        String name = entry.getName().replaceFirst("\\.npy$", "");
        if (part != null && !part.equals(name)) {
          continue;
        }
        try {
          NumpyArray array =
              new NumpyArray(name, new BufferedInputStream(zip.getInputStream(entry), 1 << 16));
          if (array.isStructured() && entries.size() > 1 && part == null) {
            throw new IllegalArgumentException(
                "it is a table in an archive of several; name it by --table or in source.table");
          }
          arrays.add(array);
          columns.addAll(array.columns());
        } catch (IllegalArgumentException | ArithmeticException e) {
          unread.add(TableInput.printable(name) + ": " + e.getMessage());
          refused.put(name, String.valueOf(e.getMessage()));
        }
      }
      if (arrays.isEmpty()) {
        throw new SidereusException(
            "%s has no array that is read%s"
                .formatted(
                    input.name(),
                    unread.isEmpty() ? "" : " (" + String.join("; ", unread.subList(0, 1)) + ")"));
      }
      long rows = arrays.get(0).rows();
      for (int i = 0; i < arrays.size(); i++) {
        if (arrays.get(i).rows() != rows) {
          throw new SidereusException(
              "%s has arrays of %d and of %d rows; the columns of a table have the same number"
                  .formatted(input.name(), rows, arrays.get(i).rows()));
        }
      }
      refused
          .keySet()
          .forEach(name -> columns.add(new Column(name, Column.Type.TEXT, null, null, null)));
      return table(input, arrays, columns, List.copyOf(refused.values()), zip::close);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }
}
