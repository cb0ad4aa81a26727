package org.sidereus.catalogs.table;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.message.DataLayout;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * Opens tables of HDF5 files, by jHDF: a compound dataset, as astropy and pandas' {@code table}
 * format write it, pandas' {@code fixed} format, the columns of vaex, or a group whose datasets
 * have the same length.
 */
final class HdfTables {
  private static final int BLOCK_ROWS = 8192;
  private static final int MOST_NODES = 10_000;
  private static final int DEEPEST = 20;
  private static final long LARGEST_BLOCK = 256L << 20;
  private static final int LISTED_ELEMENTS = 1024;
  private static final int MOST_CATEGORIES = 1_000_000;
  private static final Pattern PICKLED_NAME = Pattern.compile("(?m)^(?:\\(?l?p?\\d*a?)?V(.+)$");
  private static final String META = ".__table_column_meta__";
  private static final Pattern TIME_UNIT = Pattern.compile("datetime64\\[(\\w+)]");

  /** Name of a source that cannot be read, and what its cells are refused with. */
  private static final String PICKLED =
      "texts in pandas' fixed format are pickled, which is not read; write the frame by"
          + " to_hdf(..., format='table')";

  private final String file;
  private int nodes;

  private HdfTables(String file) {
    this.file = file;
  }

  /** A dataset whose rows are rows of the table. */
  private record Source(
      String name,
      Dataset dataset,
      Loaded values,
      Map<String, List<String>> names,
      Map<String, String> units) {}

  /** The values of a column, read in slices or at once. */
  private interface Loaded {
    /** Whether {@link #get} gives all rows. */
    boolean isWhole();

    /** An array of rows from one on, or of all rows. */
    Object get(long from, int rows);
  }

  /** The values of a dataset, in slices where it is contiguous. */
  private static final class Whole implements Loaded {
    private final String file;
    private final Dataset dataset;
    private @Nullable Object whole;

    Whole(String file, Dataset dataset) {
      this.file = file;
      this.dataset = dataset;
    }

    @Override
    public boolean isWhole() {
      return dataset.getDataLayout() != DataLayout.CONTIGUOUS;
    }

    @Override
    public Object get(long from, int rows) {
      if (!isWhole()) {
        return slice(dataset, from, rows);
      }
      Object loaded = whole;
      if (loaded == null) {
        long room = Runtime.getRuntime().maxMemory() / 4;
        if (dataset.getSizeInBytes() > room) {
          throw new SidereusException(
              "%s: the dataset %s has %d MiB, which are read at once; give the program more memory (-Xmx), or write it without chunks"
                  .formatted(file, dataset.getName(), dataset.getSizeInBytes() >> 20));
        }
        loaded = dataset.getData();
        whole = loaded;
      }
      return loaded;
    }
  }

  /** One column of a block: a field of a dataset, perhaps an element of its arrays. */
  private record Part(
      int source,
      @Nullable String field,
      int element,
      @Nullable String timeUnit,
      @Nullable List<Cell> categories) {
    Cell cell(@Nullable Object value) {
      if (categories == null) {
        return HdfTables.cell(value, timeUnit);
      }
      long code = value instanceof Number number ? number.longValue() : -1;
      if (code >= categories.size()) {
        throw new IllegalArgumentException("there is no category of the number " + code);
      }
      return code < 0 ? Cell.MISSING : categories.get((int) code);
    }
  }

  /** Opens the table at a path, or the first one. */
  static Table open(TableInput input, @Nullable String path) throws IOException {
    HdfFile hdf = null;
    try {
      hdf = new HdfFile(input.file());
      return new HdfTables(input.name()).open(input, hdf, path);
    } catch (HdfException | LinkageError e) {
      close(hdf);
      throw new SidereusException(
          "%s cannot be read as HDF5: %s; get or write it again"
              .formatted(input.name(), TableInput.printable(SidereusException.describe(e))),
          e);
    } catch (RuntimeException e) {
      close(hdf);
      throw e;
    }
  }

  private static void close(@Nullable HdfFile hdf) {
    if (hdf != null) {
      hdf.close();
    }
  }

  private Table open(TableInput input, HdfFile hdf, @Nullable String path) {
    Node start = path == null || path.equals("/") ? hdf : node(hdf, path);
    List<Source> sources = find(start, 0);
    if (sources.isEmpty()) {
      throw new SidereusException(
          "%s has no table%s: no compound dataset, and no group whose datasets have the same length; name one by --table or in source.table"
              .formatted(file, path == null ? "" : " at " + TableInput.printable(path)));
    }
    long rows = length(sources.get(0).dataset());
    List<Column> columns = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    long rowBytes = 0;
    for (int i = 0; i < sources.size(); i++) {
      Dataset dataset = sources.get(i).dataset();
      rowBytes += dataset.getSizeInBytes() / Math.max(1, rows);
      if (rows > 0) {
        describe(i, sources.get(i), columns, parts);
      }
    }
    if (rows == 0) {
      throw new SidereusException(file + " has a table without rows");
    }
    int blockRows = (int) Math.max(1, Math.min(BLOCK_ROWS, LARGEST_BLOCK / Math.max(1, rowBytes)));
    if (rowBytes > LARGEST_BLOCK) {
      throw new SidereusException(
          "%s has rows of %d bytes; a table has shorter ones".formatted(file, rowBytes));
    }
    return new ColumnarTable(
        input,
        TableFormat.HDF5,
        header(sources.get(0).dataset()).describe(columns),
        rows,
        new Slices(file, hdf, sources, parts, rows, blockRows));
  }

  /** What astropy says of the columns, in a dataset beside the table. */
  private AstropyHeader header(Dataset table) {
    Group parent = table.getParent();
    String name = table.getName() + META;
    if (parent != null
        && parent.getChildren().get(name) instanceof Dataset lines
        && lines.getSize() <= AstropyHeader.LONGEST / 80
        && lines.getData() instanceof String[] text) {
      return AstropyHeader.parse(file, String.join("\n", text));
    }
    return AstropyHeader.NONE;
  }

  private Node node(HdfFile hdf, String path) {
    try {
      return hdf.getByPath(path.startsWith("/") ? path.substring(1) : path);
    } catch (HdfException e) {
      throw new SidereusException(
          "%s has nothing at %s; name a table by --table or in source.table"
              .formatted(file, TableInput.printable(path)),
          e);
    }
  }

  private List<Source> find(Node node, int depth) {
    if (++nodes > MOST_NODES || depth > DEEPEST) {
      throw new SidereusException(
          file + " has too many groups to look for a table; name one by --table or source.table");
    }
    if (node instanceof Dataset dataset) {
      return dataset.isCompound() && isList(dataset)
          ? List.of(source(node.getName(), dataset))
          : List.of();
    }
    if (!(node instanceof Group group)) {
      return List.of();
    }
    if (hasValue(group, "pandas_type", "frame")) {
      return fixedFrame(group);
    }
    List<Source> ofVaex = vaexColumns(group);
    if (!ofVaex.isEmpty()) {
      return ofVaex;
    }
    List<Source> columns = new ArrayList<>();
    boolean table = true;
    for (Node child : group.getChildren().values()) {
      if (child instanceof Dataset dataset && !child.getName().endsWith(META)) {
        if (dataset.isCompound() && isList(dataset)) {
          return List.of(source(child.getName(), dataset));
        }
        table &=
            dataset.getDimensions().length > 0
                && dataset.getDimensions().length <= 2
                && (columns.isEmpty() || length(columns.get(0).dataset()) == length(dataset));
        if (table) {
          columns.add(source(child.getName(), dataset));
        }
      }
    }
    if (table && !columns.isEmpty()) {
      return columns;
    }
    for (Node child : group.getChildren().values()) {
      if (child instanceof Group inner && !child.getName().startsWith("_i_")) {
        List<Source> found = find(inner, depth + 1);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return List.of();
  }

  /** The columns of vaex: a group for each, with its data and perhaps a mask. */
  private List<Source> vaexColumns(Group group) {
    if (!(group.getChildren().get("columns") instanceof Group columns)) {
      return List.of();
    }
    List<Source> found = new ArrayList<>();
    List<Source> texts = new ArrayList<>();
    for (Node child : columns.getChildren().values()) {
      if (!(child instanceof Group column)
          || !(column.getChildren().get("data") instanceof Dataset data)) {
        continue; // categories, and sparse matrices
      }
      String name = child.getName();
      Dataset valid = column.getChildren().get("null_bitmap") instanceof Dataset bits ? bits : null;
      String type = text(data, "dtype");
      if (column.getChildren().get("indices") instanceof Dataset begins) {
        texts.add(new Source(name, data, new VaexTexts(data, begins, valid), Map.of(), Map.of()));
      } else if (isList(data) && !type.equals("utf32")) {
        String unit = timeUnit(type);
        Loaded values = new Whole(file, data);
        found.add(
            new Source(
                name,
                data,
                valid == null ? values : new WithNulls(values, valid),
                Map.of(),
                unit == null ? Map.of() : Map.of("", unit)));
        if (column.getChildren().get("mask") instanceof Dataset mask) {
          found.add(new Source(name + ".mask", mask, new Whole(file, mask), Map.of(), Map.of()));
        }
      }
    }
    if (found.isEmpty() && !texts.isEmpty()) {
      throw new SidereusException(file + " has no column of numbers; name another file");
    }
    found.addAll(texts); // the rows are those of the first source
    return found;
  }

  private static boolean isSet(byte[] bits, long row) {
    return (bits[(int) (row / 8)] >> (row % 8) & 1) != 0;
  }

  private static byte[] bytes(Dataset dataset, long from, long length) {
    if (length <= 0) {
      return new byte[0];
    }
    Object values = dataset.getData(new long[] {from}, new int[] {Math.toIntExact(length)});
    byte[] bytes = new byte[Array.getLength(values)];
    for (int i = 0; i < bytes.length; i++) { // unsigned bytes come as wider numbers
      bytes[i] = Array.get(values, i) instanceof Number number ? number.byteValue() : 0;
    }
    return bytes;
  }

  /** Values of which a bitmap says whether they are there. */
  private record WithNulls(Loaded values, Dataset valid) implements Loaded {
    @Override
    public boolean isWhole() {
      return values.isWhole();
    }

    @Override
    public Object get(long from, int rows) {
      Object read = values.get(from, rows);
      long first = isWhole() ? 0 : from;
      byte[] bits = bytes(valid, first / 8, (Array.getLength(read) + first % 8 + 7) / 8);
      Object[] all = new Object[Array.getLength(read)];
      for (int i = 0; i < all.length; i++) {
        all[i] = isSet(bits, first % 8 + i) ? Array.get(read, i) : null;
      }
      return all;
    }
  }

  /**
   * Texts as bytes behind each other.
   *
   * @param begins where each text begins, and the last one ends
   * @param valid bits of the texts that are there; null: all
   */
  private record VaexTexts(Dataset data, Dataset begins, @Nullable Dataset valid)
      implements Loaded {
    @Override
    public boolean isWhole() {
      return false;
    }

    @Override
    public Object get(long from, int rows) {
      Object places = begins.getData(new long[] {from}, new int[] {rows + 1});
      long first = ((Number) Array.get(places, 0)).longValue();
      long last = ((Number) Array.get(places, rows)).longValue();
      byte[] bytes = bytes(data, first, last - first);
      byte[] bits = valid == null ? null : bytes(valid, from / 8, (rows + from % 8 + 7) / 8);
      String[] texts = new String[rows];
      for (int i = 0; i < rows; i++) {
        int begin = Math.toIntExact(((Number) Array.get(places, i)).longValue() - first);
        int end = Math.toIntExact(((Number) Array.get(places, i + 1)).longValue() - first);
        if (begin < 0 || end < begin || end > bytes.length) {
          throw new IllegalArgumentException("the places of the texts are damaged");
        }
        texts[i] =
            bits == null || isSet(bits, from % 8 + i)
                ? new String(bytes, begin, end - begin, StandardCharsets.UTF_8)
                : null;
      }
      return texts;
    }
  }

  private List<Source> fixedFrame(Group group) {
    List<Source> blocks = new ArrayList<>();
    List<Source> pickled = new ArrayList<>();
    for (int i = 0; group.getChildren().containsKey("block%d_values".formatted(i)); i++) {
      if (group.getChild("block%d_values".formatted(i)) instanceof Dataset values
          && group.getChild("block%d_items".formatted(i)) instanceof Dataset items
          && items.getSize() <= MOST_NODES
          && items.getData() instanceof String[] names) {
        boolean isPickled = values.isVariableLength();
        String unit = isPickled ? null : timeUnit(text(values, "value_type"));
        if (isPickled || values.getDimensions().length == 2) {
          (isPickled ? pickled : blocks)
              .add(
                  new Source(
                      isPickled ? PICKLED : "block" + i,
                      values,
                      new Whole(file, values),
                      Map.of("", List.of(names)),
                      unit == null ? Map.of() : Map.of("", unit)));
        }
      }
    }
    if (blocks.isEmpty() && !pickled.isEmpty()) {
      throw new SidereusException("%s: %s".formatted(file, PICKLED));
    }
    blocks.addAll(pickled); // the rows are those of the first source
    return blocks;
  }

  private static boolean isList(Dataset dataset) {
    return dataset.getDimensions().length == 1;
  }

  private static long length(Dataset dataset) {
    return dataset.getDimensions().length == 0 ? 0 : dataset.getDimensions()[0];
  }

  private static boolean hasValue(Node node, String attribute, String value) {
    return value.equals(text(node, attribute));
  }

  private static String text(Node node, String attribute) {
    Attribute found = node.getAttribute(attribute);
    return found != null && found.getData() instanceof String text ? text : "";
  }

  /** Names and units that pandas keeps in attributes of a table. */
  private Source source(String name, Dataset dataset) {
    Map<String, List<String>> names = new HashMap<>();
    Map<String, String> units = new HashMap<>();
    for (String key : dataset.getAttributes().keySet()) {
      if (key.endsWith("_kind")) {
        List<String> found = new ArrayList<>();
        Matcher matcher = PICKLED_NAME.matcher(text(dataset, key));
        while (matcher.find()) {
          found.add(matcher.group(1));
        }
        names.put(key.substring(0, key.length() - "_kind".length()), found);
      } else if (key.endsWith("_dtype")) {
        String unit = timeUnit(text(dataset, key));
        if (unit != null) {
          units.put(key.substring(0, key.length() - "_dtype".length()), unit);
        }
      }
    }
    return new Source(name, dataset, new Whole(file, dataset), names, units);
  }

  private static @Nullable String timeUnit(String type) {
    Matcher matcher = TIME_UNIT.matcher(type);
    return matcher.matches() ? matcher.group(1) : null;
  }

  private void describe(int number, Source source, List<Column> columns, List<Part> parts) {
    if (source.name().equals(PICKLED)) {
      for (String name : source.names().getOrDefault("", List.of())) {
        columns.add(new Column(name, Column.Type.TEXT, null, null, null));
        parts.add(new Part(number, null, -1, null, null));
      }
      return;
    }
    Object first = source.values().get(0, 1);
    if (first instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, values) ->
              add(
                  number,
                  source,
                  String.valueOf(name),
                  String.valueOf(name),
                  values,
                  columns,
                  parts));
    } else {
      add(number, source, null, source.name(), first, columns, parts);
    }
  }

  private static void add(
      int number,
      Source source,
      @Nullable String field,
      String name,
      @Nullable Object values,
      List<Column> columns,
      List<Part> parts) {
    String key = field == null ? "" : field;
    List<String> names = source.names().getOrDefault(key, List.of());
    String unit = source.units().get(key);
    List<Cell> categories = field == null ? null : categories(source.dataset(), field);
    Object first = values == null || Array.getLength(values) == 0 ? null : Array.get(values, 0);
    if (first != null && first.getClass().isArray()) {
      int length = Math.min(Array.getLength(first), LISTED_ELEMENTS);
      for (int i = 0; i < length; i++) {
        Object element = Array.get(first, i);
        boolean named = names.size() == Array.getLength(first);
        columns.add(
            new Column(
                named ? names.get(i) : name + "[" + i + "]",
                categories == null ? type(element, unit) : Column.Type.TEXT,
                null,
                null,
                null));
        parts.add(new Part(number, field, i, unit, categories));
      }
    } else {
      boolean alone = field == null;
      columns.add(
          new Column(
              names.size() == 1 ? names.get(0) : name,
              categories == null ? type(first, unit) : Column.Type.TEXT,
              alone ? said(source, "unit", "units") : null,
              alone ? said(source, "ucd") : null,
              alone ? said(source, "description", "long_name") : null));
      parts.add(new Part(number, field, -1, unit, categories));
    }
  }

  /**
   * The categories of a field that pandas keeps as numbers of categories, in a table of their own.
   *
   * @return null if it is no such field
   */
  private static @Nullable List<Cell> categories(Dataset dataset, String field) {
    if (!hasValue(dataset, field + "_meta", "category")) {
      return null;
    }
    Node found = dataset.getParent();
    for (String name : List.of("meta", field, "meta", "table")) {
      found = found instanceof Group group ? group.getChildren().get(name) : null;
    }
    if (!(found instanceof Dataset table)
        || table.getSize() > MOST_CATEGORIES
        || !(table.getData() instanceof Map<?, ?> fields)
        || fields.get("values") == null) {
      throw new IllegalArgumentException(
          "the categories of %s are not there; write the column by astype(str)".formatted(field));
    }
    List<Cell> categories = new ArrayList<>();
    Object values = fields.get("values");
    for (int i = 0; i < Array.getLength(values); i++) {
      categories.add(cell(Array.get(values, i), null));
    }
    return categories;
  }

  /** An attribute of a dataset that is a column, as h5py and vaex write it. */
  private static @Nullable String said(Source source, String... keys) {
    for (String key : keys) {
      String text = text(source.dataset(), key);
      if (!text.isBlank()) {
        return text;
      }
    }
    return null;
  }

  private static Column.Type type(@Nullable Object value, @Nullable String unit) {
    if (unit != null) {
      return Column.Type.TIME;
    }
    if (value instanceof Boolean || "TRUE".equals(value) || "FALSE".equals(value)) {
      return Column.Type.TRUTH;
    }
    if (value instanceof Float || value instanceof Double) {
      return Column.Type.FLOATING;
    }
    return value instanceof Number ? Column.Type.INTEGER : Column.Type.TEXT;
  }

  /** Rows of a dataset; jHDF 0.9.4 slices chunked datasets wrongly, so these are read whole. */
  private static Object slice(Dataset dataset, long from, int rows) {
    if (dataset.getDataLayout() != DataLayout.CONTIGUOUS) {
      throw new IllegalArgumentException("only contiguous datasets are sliced");
    }
    int[] shape = dataset.getDimensions().clone();
    long[] start = new long[shape.length];
    start[0] = from;
    shape[0] = rows;
    return dataset.getData(start, shape);
  }

  private static Cell cell(@Nullable Object value, @Nullable String unit) {
    if (value == null) {
      return Cell.MISSING;
    }
    if (value instanceof Float single) {
      return Cell.Floating.of(single.floatValue());
    }
    if (value instanceof Double number) {
      return Cell.Floating.of(number.doubleValue());
    }
    if (value instanceof Boolean truth) {
      return new Cell.Truth(truth);
    }
    if (value instanceof BigInteger big) {
      Cell.Whole whole = Cell.Whole.of(big);
      if (whole == null) {
        throw new IllegalArgumentException("the integer has more than 64 bits");
      }
      return whole;
    }
    if (value instanceof Number integer) {
      if (unit == null) {
        return Cell.Whole.of(integer.longValue());
      }
      Instant instant =
          integer.longValue() == Long.MIN_VALUE
              ? null
              : NumpyArray.instant(integer.longValue(), unit);
      return instant == null ? Cell.MISSING : new Cell.Time(instant);
    }
    if (value instanceof String text) {
      if (text.indexOf('\uFFFD') >= 0) {
        throw new IllegalArgumentException(
            "the text is not in the encoding that the file declares; write it in UTF-8");
      }
      return text.equals("TRUE") || text.equals("FALSE")
          ? new Cell.Truth(text.equals("TRUE"))
          : Cell.Text.of(text);
    }
    throw new IllegalArgumentException("values of this kind are not read");
  }

  /** The rows in slices. */
  private static final class Slices implements ColumnarTable.Blocks {
    private final String file;
    private final HdfFile hdf;
    private final List<Source> sources;
    private final List<Part> parts;
    private final long rows;
    private final int blockRows;
    private long read;

    Slices(
        String file,
        HdfFile hdf,
        List<Source> sources,
        List<Part> parts,
        long rows,
        int blockRows) {
      this.file = file;
      this.hdf = hdf;
      this.sources = sources;
      this.parts = parts;
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
      for (Part part : parts) {
        values.add(row -> cellOf(part, from, number, row, loaded));
      }
      return new ColumnarTable.Block(number, values);
    }

    private Cell cellOf(Part part, long from, int number, int row, Map<Integer, Object> loaded) {
      if (sources.get(part.source()).name().equals(PICKLED)) {
        throw new IllegalArgumentException(PICKLED);
      }
      Object slice;
      try {
        slice =
            loaded.computeIfAbsent(
                part.source(), source -> sources.get(source).values().get(from, number));
      } catch (HdfException | LinkageError e) {
        throw new SidereusException(
            "%s cannot be read as HDF5: %s; get or write it again"
                .formatted(file, TableInput.printable(SidereusException.describe(e))),
            e);
      }
      Object values =
          slice instanceof Map<?, ?> fields && part.field() != null
              ? fields.get(part.field())
              : slice;
      if (values == null) {
        return Cell.MISSING;
      }
      boolean whole = sources.get(part.source()).values().isWhole();
      Object value = Array.get(values, whole ? Math.toIntExact(from + row) : row);
      return part.cell(
          value == null || part.element() < 0 ? value : Array.get(value, part.element()));
    }

    @Override
    public void close() {
      hdf.close();
    }
  }
}
