package org.sidereus.catalogs.table;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** Opens tables of text that name their columns and say nothing more: CSV, TSV, blanks, fixed. */
final class TextTables {
  /** What the first bytes show of a text. */
  record Layout(TableFormat format, char separator) {}

  private static final int LONGEST_HEADER = 8 << 20;
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern RULE = Pattern.compile("[-=+\\s]*[-=]{2}[-=+\\s]*|\\s*-[-\\s]*");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eEdD][-+]?\\d+)?|nan|NaN|inf|-inf");

  private final TableInput input;
  private final @Nullable Charset encoding;
  private final List<String> comments = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private boolean hasHashedLines;

  TextTables(TableInput input, @Nullable Charset encoding) {
    this.input = input;
    this.encoding = encoding;
    String text = TextReader.lenient(input.head(), encoding);
    List<String> all = new ArrayList<>(text.lines().toList());
    if (input.head().length >= TableInput.HEAD && all.size() > 1) {
      all.remove(all.size() - 1); // it may be cut
    }
    for (String line : all) {
      if (line.startsWith("#") && lines.isEmpty()) {
        comments.add(line);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        lines.add(line);
      } else {
        hasHashedLines |= line.startsWith("#");
      }
    }
  }

  /**
   * Finds how the cells are separated.
   *
   * @param given the format that was named; null: none
   */
  Layout layout(@Nullable TableFormat given) {
    String header = header();
    if (given == TableFormat.ASCII || given == TableFormat.FIXED) {
      return new Layout(given, ' ');
    }
    if (given == TableFormat.TSV && count(header, '\t') > 0) {
      return new Layout(given, '\t');
    }
    if (isBarred()) {
      return new Layout(TableFormat.FIXED, '|');
    }
    if (given == TableFormat.CSV && count(header, ',') > 0 && count(header, '\t') == 0) {
      return new Layout(TableFormat.CSV, ',');
    }
    String second = lines.size() > 1 ? lines.get(1) : header;
    char best = ' ';
    double most = 0;
    for (char separator : new char[] {'\t', ',', ';', '|'}) {
      int found = count(header, separator);
      double score = found == count(second, separator) ? found : found * 0.5;
      if (score > most) {
        most = score;
        best = separator;
      }
    }
    if (best != ' ') {
      return new Layout(best == '\t' ? TableFormat.TSV : TableFormat.CSV, best);
    }
    int names = tokens(stripComment(header)).size();
    boolean blanks =
        names > 1 && (lines.size() < 2 || tokens(second).size() > 1 || header.startsWith("#"));
    if (!blanks) {
      return new Layout(TableFormat.CSV, ',');
    }
    return new Layout(
        lines.size() > 1 && isRule(second) ? TableFormat.FIXED : TableFormat.ASCII, ' ');
  }

  private boolean isBarred() {
    return lines.size() > 1
        && lines.stream().limit(10).allMatch(line -> line.strip().matches("[|+].*[|+]"));
  }

  /** The line that names the columns; a comment where the first line after it is a row. */
  private String header() {
    if (lines.isEmpty()) {
      return comments.isEmpty() ? "" : comments.get(comments.size() - 1);
    }
    return isHeaderCommented() ? comments.get(comments.size() - 1) : lines.get(0);
  }

  /** Whether the names stand in the last comment: as many as the first row, which has numbers. */
  private boolean isHeaderCommented() {
    if (comments.isEmpty()) {
      return false;
    }
    String comment = stripComment(comments.get(comments.size() - 1));
    if (lines.isEmpty()) {
      return true;
    }
    for (char separator : new char[] {'\t', ',', ';', '|', ' '}) {
      List<String> names = pieces(comment, separator);
      List<String> row = pieces(lines.get(0), separator);
      if (row.size() > 1 && names.size() == row.size()) {
        return numbers(row) > 0 && numbers(names) == 0;
      }
    }
    return false;
  }

  private static long numbers(List<String> cells) {
    return cells.stream().filter(cell -> NUMBER.matcher(cell.strip()).matches()).count();
  }

  private static List<String> pieces(String line, char separator) {
    return separator == ' '
        ? tokens(line)
        : List.of(line.split(Pattern.quote(String.valueOf(separator)), -1));
  }

  private static String stripComment(String line) {
    return line.startsWith("#") ? line.replaceFirst("^#+\\s*", "") : line;
  }

  private static boolean isRule(String line) {
    return RULE.matcher(line).matches();
  }

  /** How often a character stands outside quotes. */
  private static int count(String line, char of) {
    int count = 0;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      quoted ^= line.charAt(i) == '"';
      count += !quoted && line.charAt(i) == of ? 1 : 0;
    }
    return count;
  }

  /** Opens the table. */
  Table open(Layout layout) throws IOException {
    TextReader text = new TextReader(input.name(), input.stream(), input.head(), encoding);
    return switch (layout.format()) {
      case ASCII -> ascii(new TextLines(input.name(), text));
      case FIXED ->
          layout.separator() == '|'
              ? barred(new TextLines(input.name(), text))
              : fixed(new TextLines(input.name(), text));
      default -> delimited(text, layout);
    };
  }

  private Table delimited(TextReader text, Layout layout) throws IOException {
    BufferedReader reader = new BufferedReader(text, 1 << 16);
    long skipped = 0;
    boolean commented = !comments.isEmpty();
    String last = "";
    while (true) {
      reader.mark(LONGEST_HEADER);
      String line = reader.readLine();
      if (line == null || !(line.startsWith("#") || (commented && line.isBlank()))) {
        reader.reset();
        break;
      }
      last = line.startsWith("#") ? line : last;
      skipped++;
    }
    DelimitedTable.Conventions conventions = new DelimitedTable.Conventions(null, false, hash());
    if (isHeaderCommented()) {
      List<Column> columns =
          record(stripComment(last), layout.separator()).stream()
              .map(name -> Column.untyped(Blanks.strip(name)))
              .toList();
      conventions = new DelimitedTable.Conventions(columns, false, hash());
    } else if (lines.size() > 2 && isRuleOfVizier(lines.get(2), layout.separator())) {
      List<String> names = record(reader.readLine(), layout.separator());
      List<String> units = record(reader.readLine(), layout.separator());
      reader.readLine();
      skipped += 3;
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        String unit = i < units.size() ? units.get(i).strip() : "";
        columns.add(
            new Column(
                Blanks.strip(names.get(i)),
                Column.Type.UNTYPED,
                unit.isEmpty() ? null : unit,
                null,
                null));
      }
      conventions = new DelimitedTable.Conventions(columns, false, DelimitedTable.Hash.COMMENT);
    }
    return new DelimitedTable(
        input.name(), layout.format(), reader, layout.separator(), skipped, conventions);
  }

  /** Lines that begin with # are identifiers where all rows do, as far as they are seen. */
  private DelimitedTable.Hash hash() {
    if (!comments.isEmpty()) {
      return DelimitedTable.Hash.COMMENT;
    }
    return hasHashedLines && lines.size() <= 1
        ? DelimitedTable.Hash.ROW
        : DelimitedTable.Hash.DOUBTFUL;
  }

  /** Whether a line has dashes only in each cell, below names and units. */
  private static boolean isRuleOfVizier(String line, char separator) {
    List<String> pieces = pieces(line, separator);
    return pieces.size() > 1 && pieces.stream().allMatch(piece -> piece.matches("-+"));
  }

  private static List<String> record(@Nullable String line, char separator) {
    if (line == null) {
      return List.of();
    }
    List<CsvRecord> records = new ArrayList<>();
    CsvReader.builder().fieldSeparator(separator).ofCsvRecord(line).forEach(records::add);
    return records.isEmpty() ? List.of() : records.get(0).getFields();
  }

  private Table ascii(TextLines text) throws IOException {
    boolean commented = isHeaderCommented();
    List<Column> columns = List.of();
    boolean found = false;
    for (Iterator<String> ahead = text.ahead().iterator(); ahead.hasNext() && !found; ) {
      String line = ahead.next();
      boolean comment = line.startsWith("#");
      if (line.isBlank() || (comment && !commented)) {
        continue;
      }
      if (comment) {
        columns = untyped(tokens(stripComment(line)));
      } else {
        found = true;
        columns = commented ? columns : untyped(tokens(line));
      }
    }
    if (!commented && found) {
      String line = text.next();
      while (line != null && (line.isBlank() || line.startsWith("#"))) {
        line = text.next();
      }
    }
    if (columns.isEmpty()) {
      throw new SidereusException(input.name() + " is empty; its first line must name the columns");
    }
    return new LineTable(input.name(), TableFormat.ASCII, text, columns, TextTables::cells, "#");
  }

  private static List<Column> untyped(List<String> names) {
    return names.stream().map(Column::untyped).toList();
  }

  private static String[] cells(String line) {
    return tokens(line).toArray(String[]::new);
  }

  /** The pieces of a line between blanks; quotes hold a piece together. */
  static List<String> tokens(String line) {
    if (line.indexOf('"') < 0) {
      String stripped = line.strip();
      return stripped.isEmpty() ? List.of() : List.of(BLANKS.split(stripped, -1));
    }
    List<String> tokens = new ArrayList<>();
    StringBuilder token = new StringBuilder();
    boolean quoted = false;
    boolean begun = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          token.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
        begun = true;
      } else if (Character.isWhitespace(c) && !quoted) {
        if (begun) {
          tokens.add(token.toString());
        }
        token.setLength(0);
        begun = false;
      } else {
        token.append(c);
        begun = true;
      }
    }
    if (quoted) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    if (begun) {
      tokens.add(token.toString());
    }
    return tokens;
  }

  private Table barred(TextLines text) throws IOException {
    String line = text.next();
    while (line != null && (line.isBlank() || isRule(line.replace('|', ' ').replace('+', ' ')))) {
      line = text.next();
    }
    if (line == null) {
      throw new SidereusException(input.name() + " has no line that names the columns; add one");
    }
    List<Column> columns = untyped(List.of(barredCells(line)));
    for (String next : text.ahead()) {
      if (!isRule(next.replace('|', ' ').replace('+', ' '))) {
        break;
      }
      text.next();
    }
    return new LineTable(
        input.name(), TableFormat.FIXED, text, columns, TextTables::barredCells, "+");
  }

  private static String[] barredCells(String line) {
    String stripped = line.strip();
    if (stripped.length() < 2 || !stripped.startsWith("|") || !stripped.endsWith("|")) {
      throw new IllegalArgumentException("the line does not begin and end with '|'");
    }
    String[] cells = stripped.substring(1, stripped.length() - 1).split("\\|", -1);
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cells[i].strip();
    }
    return cells;
  }

  private Table fixed(TextLines text) throws IOException {
    List<String> sample = new ArrayList<>();
    for (String line : text.ahead()) {
      sample.add(line);
    }
    int header = 0;
    while (header < sample.size()
        && (sample.get(header).isBlank() || sample.get(header).startsWith("#"))) {
      header++;
    }
    if (header == sample.size()) {
      throw new SidereusException(input.name() + " has no line that names the columns; add one");
    }
    String names = sample.get(header);
    boolean ruled = header + 1 < sample.size() && isRule(sample.get(header + 1));
    List<FixedColumns.Extent> extents =
        ruled
            ? FixedColumns.runs(sample.get(header + 1).replace('=', '-'), '-')
            : extents(names, sample.subList(header, sample.size()));
    for (int i = 0; i <= header + (ruled ? 1 : 0); i++) {
      text.next();
    }
    List<Column> columns = new ArrayList<>();
    for (FixedColumns.Extent extent : extents) {
      String name =
          names.substring(
              Math.min(names.length(), extent.start()), Math.min(names.length(), extent.end()));
      columns.add(Column.untyped(name.strip()));
    }
    return new LineTable(
        input.name(), TableFormat.FIXED, text, columns, new FixedColumns(extents), "#");
  }

  /** Columns are where the lines have no common blanks; each has one name at least. */
  private static List<FixedColumns.Extent> extents(String names, List<String> lines) {
    BitSet used = new BitSet();
    for (String line : lines) {
      for (int i = 0; i < line.length() && !line.startsWith("#"); i++) {
        if (!Character.isWhitespace(line.charAt(i))) {
          used.set(i);
        }
      }
    }
    List<FixedColumns.Extent> extents = new ArrayList<>();
    for (int start = used.nextSetBit(0); start >= 0; ) {
      int end = used.nextClearBit(start);
      boolean named =
          !names
              .substring(Math.min(names.length(), start), Math.min(names.length(), end))
              .isBlank();
      if (named || extents.isEmpty()) {
        extents.add(new FixedColumns.Extent(start, end, ""));
      } else {
        int last = extents.size() - 1;
        extents.set(last, new FixedColumns.Extent(extents.get(last).start(), end, ""));
      }
      start = used.nextSetBit(end);
    }
    return extents;
  }

  /** The kind of a text that is no table; null: none that is known. */
  static @Nullable String otherText(String text) {
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      return "a web page; download the table itself";
    }
    if (start.startsWith("{") || start.startsWith("[")) {
      return "JSON; write the table as CSV or VOTable";
    }
    if (start.startsWith("<")) {
      return "XML, but no VOTable; write the table as VOTable or CSV";
    }
    if (start.startsWith("\\begin{") || start.startsWith("\\documentclass")) {
      return "LaTeX; write the table as CSV, as by astropy's Table.read and write";
    }
    if (start.startsWith("%pdf")) {
      return "a PDF; get the table itself";
    }
    return start.startsWith("#asdf") ? "ASDF; write the table as ECSV or FITS" : null;
  }
}
