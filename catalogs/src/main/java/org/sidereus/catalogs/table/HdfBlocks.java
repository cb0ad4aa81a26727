package org.sidereus.catalogs.table;

import io.jhdf.HdfFile;
import io.jhdf.exceptions.HdfException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** The rows of a table in HDF5, in slices. */
final class HdfBlocks implements ColumnarTable.Blocks {
  private final String file;
  private final HdfFile hdf;
  private final List<HdfSource> sources;
  private final List<HdfColumn> columns;
  private final long rows;
  private final int blockRows;
  private long read;

  HdfBlocks(
      String file,
      HdfFile hdf,
      List<HdfSource> sources,
      List<HdfColumn> columns,
      long rows,
      int blockRows) {
    this.file = file;
    this.hdf = hdf;
    this.sources = sources;
    this.columns = columns;
    this.rows = rows;
    this.blockRows = blockRows;
  }

  @Override
  public ColumnarTable.@Nullable Block next() {
    int number = (int) Math.min(blockRows, rows - read);
    if (number <= 0) {
      return null;
    }
    long from = read;
    read += number;
    Map<Integer, Object> loaded = new HashMap<>();
    List<ColumnarTable.Values> values = new ArrayList<>();
    for (HdfColumn column : columns) {
      values.add(row -> cellOf(column, from, number, row, loaded));
    }
    return new ColumnarTable.Block(number, values);
  }

  private Cell cellOf(
      HdfColumn column, long from, int number, int row, Map<Integer, Object> loaded) {
    if (sources.get(column.source()).isPickled()) {
      throw new IllegalArgumentException(HdfSource.PICKLED);
    }
    Object slice;
    try {
      slice =
          loaded.computeIfAbsent(
              column.source(), source -> sources.get(source).values().get(from, number));
    } catch (HdfException | LinkageError e) {
      throw new SidereusException(
          "%s cannot be read as HDF5: %s; get or write it again"
              .formatted(file, TableInput.printable(SidereusException.describe(e))),
          e);
    } catch (ArithmeticException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("the dataset is damaged", e);
    }
    Object values =
        slice instanceof Map<?, ?> fields && column.field() != null
            ? fields.get(column.field())
            : slice;
    if (values == null) {
      return Cell.MISSING;
    }
    if (values instanceof Map<?, ?>) {
      throw new IllegalArgumentException("the field has fields of its own; write a plain table");
    }
    boolean whole = sources.get(column.source()).values().isWhole();
    Object value = Array.get(values, whole ? Math.toIntExact(from + row) : row);
    return column.cell(
        value == null || column.element() < 0 ? value : Array.get(value, column.element()));
  }

  @Override
  public void close() {
    hdf.close();
  }
}
