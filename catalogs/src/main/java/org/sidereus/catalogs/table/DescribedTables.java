package org.sidereus.catalogs.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.yaml.snakeyaml.nodes.Node;

/** Opens tables of text that describe their columns: ECSV, machine-readable tables, IPAC. */
final class DescribedTables {
  private static final Pattern MRT_COLUMN =
      Pattern.compile(
          "^\\s*(?:(\\d{1,7})\\s*-)?\\s*(\\d{1,7})\\s+([AIFEDX])([\\d.]*)\\s+(\\S+)\\s+(\\S+)(.*)$");
  private static final Pattern ECSV_ARRAY =
      Pattern.compile(
          "([a-z]+\\d*)\\s*\\[\\s*((?:\\d{1,6}|null)(?:\\s*,\\s*(?:\\d{1,6}|null))*)\\s*]");
  private static final long LONGEST_ARRAY = 1 << 20;
  private static final Pattern MRT_ABSENT = Pattern.compile("\\?=(\\S+)");

  private final TableInput input;
  private final @Nullable Charset encoding;

  DescribedTables(TableInput input, @Nullable Charset encoding) {
    this.input = input;
    this.encoding = encoding;
  }

  private TextReader text() throws IOException {
    return new TextReader(input.name(), input.stream(), input.head(), encoding);
  }

  private SidereusException wrong(String what) {
    return new SidereusException(input.name() + what);
  }

  /** A table in ECSV 1.0, as astropy writes it. */
  Table ecsv() throws IOException {
    BufferedReader reader = new BufferedReader(text(), 1 << 16);
    StringBuilder yaml = new StringBuilder();
    long skipped = 0;
    while (true) {
      reader.mark(AstropyHeader.LONGEST);
      String line = reader.readLine();
      if (line == null || !line.startsWith("#")) {
        reader.reset();
        break;
      }
      if (skipped > 0) {
        yaml.append(line.length() > 1 && line.charAt(1) == ' ' ? line.substring(2) : "")
            .append('\n');
      }
      if (yaml.length() > AstropyHeader.LONGEST) {
        throw wrong(": the header has more than %d characters".formatted(AstropyHeader.LONGEST));
      }
      skipped++;
    }
    AstropyHeader header = AstropyHeader.parse(input.name(), yaml.toString());
    if (header.columns().isEmpty()) {
      throw wrong(": the header of an ECSV file has no list 'datatype' of the columns; add it");
    }
    List<Column> columns = new ArrayList<>();
    Map<String, EcsvArrays.Shape> arrays = new HashMap<>();
    for (Node one : header.columns()) {
      Column column = ecsvColumn(one);
      columns.add(column);
      EcsvArrays.Shape shape = ecsvArray(one);
      if (shape != null) {
        arrays.putIfAbsent(column.name(), shape);
      }
    }
    String delimiter = AstropyHeader.scalar(AstropyHeader.member(header.root(), "delimiter"));
    char separator = delimiter == null || delimiter.isEmpty() ? ' ' : delimiter.charAt(0);
    if (separator != ' ' && separator != ',') {
      throw wrong(": the delimiter of an ECSV file is a blank or a comma; correct it");
    }
    Table table =
        new DelimitedTable(
            input.name(),
            TableFormat.ECSV,
            reader,
            separator,
            skipped,
            new DelimitedTable.Conventions(
                header.describe(columns), true, DelimitedTable.Hash.COMMENT));
    return arrays.isEmpty() ? table : new EcsvArrays(input.name(), table, arrays);
  }

  private Column ecsvColumn(Node node) {
    String name = AstropyHeader.scalar(AstropyHeader.member(node, "name"));
    String type = AstropyHeader.scalar(AstropyHeader.member(node, "datatype"));
    if (name == null || type == null) {
      throw wrong(": a column of the ECSV header has no name or no datatype; add it");
    }
    boolean serialized = AstropyHeader.member(node, "subtype") != null;
    return new Column(name, serialized ? Column.Type.TEXT : ecsvType(type), null, null, null);
  }

  private static Column.Type ecsvType(String type) {
    return switch (type) {
      case "bool" -> Column.Type.TRUTH;
      case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64" ->
          Column.Type.INTEGER;
      case "float16", "float32", "float64", "float128" -> Column.Type.FLOATING;
      default -> Column.Type.TEXT;
    };
  }

  /** The arrays of a column, whose length is {@code null} where it varies; null: it has none. */
  private EcsvArrays.@Nullable Shape ecsvArray(Node node) {
    String subtype = AstropyHeader.scalar(AstropyHeader.member(node, "subtype"));
    Matcher found = ECSV_ARRAY.matcher(subtype == null ? "" : subtype);
    if (!found.matches()) {
      return null;
    }
    long length = 1;
    for (String one : found.group(2).split(",", -1)) {
      String size = one.strip();
      length = length < 0 || size.equals("null") ? -1 : length * Integer.parseInt(size);
      if (length > LONGEST_ARRAY) {
        throw wrong(": the subtype '%s' has too many elements".formatted(subtype));
      }
    }
    return new EcsvArrays.Shape(ecsvType(found.group(1)), length);
  }

  /** A machine-readable table of the AAS journals, or one of the CDS with its description. */
  Table mrt() throws IOException {
    TextLines lines = new TextLines(input.name(), text());
    String line = lines.next();
    while (line != null && !line.startsWith("Byte-by-byte Description")) {
      line = lines.next();
    }
    if (line == null) {
      throw wrong(" has no 'Byte-by-byte Description'; add the one of its ReadMe before the rows");
    }
    lines.next(); // a rule
    lines.next(); // Bytes Format Units Label Explanations
    lines.next(); // a rule
    List<Column> columns = new ArrayList<>();
    List<FixedColumns.Extent> extents = new ArrayList<>();
    for (line = lines.next(); line != null && !isRule(line); line = lines.next()) {
      Matcher matcher = MRT_COLUMN.matcher(line);
      if (matcher.matches()) {
        addMrtColumn(matcher, lines.number(), columns, extents);
      }
    }
    if (columns.isEmpty()) {
      throw wrong(": the 'Byte-by-byte Description' lists no column; correct it");
    }
    skipNotes(lines);
    return new LineTable(input.name(), TableFormat.MRT, lines, columns, fixed(extents), "");
  }

  private FixedColumns fixed(List<FixedColumns.Extent> extents) {
    try {
      return new FixedColumns(extents);
    } catch (IllegalArgumentException e) {
      throw wrong(": " + e.getMessage() + "; correct the description of the columns");
    }
  }

  private void addMrtColumn(
      Matcher found, long number, List<Column> columns, List<FixedColumns.Extent> extents) {
    int end = Integer.parseInt(found.group(2));
    int start = found.group(1) == null ? end : Integer.parseInt(found.group(1));
    String explanation = found.group(7).strip();
    Matcher absent = MRT_ABSENT.matcher(explanation);
    try {
      extents.add(new FixedColumns.Extent(start - 1, end, absent.find() ? absent.group(1) : ""));
    } catch (IllegalArgumentException e) {
      throw wrong(", line %d: %s; correct it".formatted(number, e.getMessage()));
    }
    Column.Type type =
        switch (found.group(3)) {
          case "I" -> Column.Type.INTEGER;
          case "F", "E", "D" -> Column.Type.FLOATING;
          default -> Column.Type.TEXT;
        };
    String unit = found.group(5);
    columns.add(
        new Column(
            found.group(6),
            type,
            unit.matches("-+") ? null : unit,
            null,
            explanation.isEmpty() ? null : explanation));
  }

  /** The rows begin behind the last rule that no note follows. */
  private static void skipNotes(TextLines lines) throws IOException {
    while (true) {
      boolean note = false;
      for (String next : lines.ahead()) {
        if (!next.isBlank()) {
          note =
              next.startsWith("Note") || next.startsWith("Byte-by-byte") || next.startsWith("===");
          break;
        }
      }
      if (!note) {
        return;
      }
      String line = lines.next();
      while (line != null && !isRule(line)) {
        line = lines.next();
      }
    }
  }

  private static boolean isRule(String line) {
    return line.length() >= 20 && (line.matches("-+\\s*") || line.matches("=+\\s*"));
  }

  /** A table of IPAC. */
  Table ipac() throws IOException {
    TextLines lines = new TextLines(input.name(), text());
    List<String> header = new ArrayList<>();
    for (String next : lines.ahead()) {
      if (next.startsWith("|")) {
        header.add(next);
      } else if (!header.isEmpty() || !(next.startsWith("\\") || next.isBlank())) {
        break;
      }
    }
    if (header.size() < 2) {
      throw wrong(
          " has no lines with the names and the types of the columns between '|'; add them");
    }
    String line = lines.next();
    for (int taken = 0; line != null && taken < header.size(); ) {
      taken += line.startsWith("|") ? 1 : 0;
      line = taken < header.size() ? lines.next() : line;
    }
    List<String> names = bars(header.get(0));
    List<String> types = bars(header.get(1));
    List<String> units = header.size() > 2 ? bars(header.get(2)) : List.of();
    List<String> absent = header.size() > 3 ? bars(header.get(3)) : List.of();
    List<Column> columns = new ArrayList<>();
    List<FixedColumns.Extent> extents = new ArrayList<>();
    int start = 1;
    for (int i = 0; i < names.size(); i++) {
      int end = header.get(0).indexOf('|', start);
      String unit = get(units, i);
      columns.add(
          new Column(
              names.get(i).strip(),
              ipacType(get(types, i)),
              unit.isEmpty() || unit.matches("-+") ? null : unit,
              null,
              null));
      String missing = get(absent, i);
      if (end <= start) {
        throw wrong(": two '|' of the header follow each other; correct it");
      }
      extents.add(new FixedColumns.Extent(start, end, missing.isEmpty() ? "null" : missing));
      start = end + 1;
    }
    if (columns.isEmpty()) {
      throw wrong(": the header names no column; correct it");
    }
    return new LineTable(input.name(), TableFormat.IPAC, lines, columns, fixed(extents), "\\");
  }

  private Column.Type ipacType(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    if (lower.isEmpty() || "character".startsWith(lower) || lower.equals("date")) {
      return Column.Type.TEXT;
    }
    if ("integer".startsWith(lower) || "long".startsWith(lower)) {
      return Column.Type.INTEGER;
    }
    if ("double".startsWith(lower) || "float".startsWith(lower) || "real".startsWith(lower)) {
      return Column.Type.FLOATING;
    }
    throw wrong(
        ": the type '%s' of a column is none of IPAC's; use int, long, double, float or char"
            .formatted(TableInput.printable(type)));
  }

  private static String get(List<String> list, int i) {
    return i < list.size() ? list.get(i).strip() : "";
  }

  private static List<String> bars(String line) {
    int last = line.lastIndexOf('|');
    return last < 1 ? List.of() : Arrays.asList(line.substring(1, last).split("\\|", -1));
  }
}
