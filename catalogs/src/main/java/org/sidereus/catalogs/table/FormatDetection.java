package org.sidereus.catalogs.table;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the format of a file from its first bytes, else from its ending. */
final class FormatDetection {
  private static final Map<String, String> BINARY =
      Map.ofEntries(
          Map.entry("SQLite format 3", "an SQLite database; write the table as CSV or FITS"),
          Map.entry("MATLAB 5.0 MAT-file", "a MATLAB file; write the table as CSV"),
          Map.entry("SR\0\4", "an IDL save file; write the table as FITS, as by mwrfits"),
          Map.entry("CDF\1", "a netCDF file; write the table as CSV or FITS"),
          Map.entry("CDF\2", "a netCDF file; write the table as CSV or FITS"),
          Map.entry("Obj\1", "an Avro file; write the table as Parquet or CSV"),
          Map.entry("ORC", "an ORC file; write the table as Parquet or CSV"),
          Map.entry("RDX", "an R data file; write the table by write.csv"),
          Map.entry("%PDF", "a PDF; get the table itself"),
          Map.entry("PARE", "an encrypted Parquet file; write it without encryption"),
          Map.entry("\u0089PNG", "a picture (PNG); get the table itself"),
          Map.entry("\u00ff\u00d8\u00ff", "a picture (JPEG); get the table itself"),
          Map.entry("\u00d0\u00cf\u0011\u00e0", "an Excel workbook; save its sheet as CSV UTF-8"),
          Map.entry("\u00ff\u00ff\u00ff\u00ff", "an Arrow stream; write it as Feather or Parquet"),
          Map.entry("root", "a ROOT file; write the table as Parquet or CSV"));

  /** A pickle of protocol 0, which is text: a dictionary, a list, or an object of a library. */
  private static final Pattern PICKLE_OF_TEXT =
      Pattern.compile(
          "\\([dl]p\\d+\\n|c(?:copy_reg|__builtin__|builtins|numpy|pandas|astropy)[\\n.]");

  private FormatDetection() {}

  /** The format that the first bytes prove; null: none. */
  static @Nullable TableFormat certain(byte[] head) {
    String bytes = new String(head, 0, Math.min(head.length, 16), StandardCharsets.ISO_8859_1);
    if (bytes.startsWith("SIMPLE  =") || bytes.startsWith("XTENSION=")) {
      return TableFormat.FITS;
    }
    if (bytes.startsWith("\u0089HDF\r\n\u001a\n")) {
      return TableFormat.HDF5;
    }
    if (bytes.startsWith("PAR1")) {
      return TableFormat.PARQUET;
    }
    if (bytes.startsWith("ARROW1") || bytes.startsWith("FEA1")) {
      return TableFormat.FEATHER;
    }
    if (bytes.startsWith("\u0093NUMPY") || TableInput.isNumpy(head)) {
      return TableFormat.NUMPY;
    }
    return text(head);
  }

  private static @Nullable TableFormat text(byte[] head) {
    String text = TextReader.lenient(head, null).stripLeading();
    if (text.startsWith("<") && text.toUpperCase(Locale.ROOT).matches("(?s).*[<:]VOTABLE.*")) {
      return TableFormat.VOTABLE;
    }
    if (text.startsWith("# %ECSV")) {
      return TableFormat.ECSV;
    }
    if (text.startsWith("Byte-by-byte Description")
        || text.contains("\nByte-by-byte Description")) {
      return TableFormat.MRT;
    }
    return isIpac(text) ? TableFormat.IPAC : null;
  }

  /** Keywords behind backslashes, then names and types between bars. */
  private static boolean isIpac(String text) {
    if (!text.startsWith("\\") && !text.startsWith("|")) {
      return false;
    }
    String names = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith("|")) {
        if (names != null) {
          return line.toLowerCase(Locale.ROOT)
              .matches(
                  "\\|(\\s*(int(eger)?|long|double|float|real|char(acter)?|date|[ildfrc])?\\s*\\|)+\\s*");
        }
        names = line;
      } else if (names != null || !(line.startsWith("\\") || line.isBlank())) {
        return false;
      }
    }
    return false;
  }

  /** What a file is that is not read, with the way out; null: perhaps a table of text. */
  static @Nullable String otherKind(byte[] head) {
    if (head.length == 0) {
      return null;
    }
    String bytes = new String(head, 0, Math.min(head.length, 32), StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> kind : BINARY.entrySet()) {
      if (bytes.startsWith(kind.getKey())) {
        return kind.getValue();
      }
    }
    if ((head.length > 2 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5)
        || PICKLE_OF_TEXT.matcher(bytes).lookingAt()) {
      return "a pickle of Python; write the table by its to_csv, to_parquet or write method";
    }
    if (isTar(head)) {
      return "a tar archive; unpack it, and name one of its files";
    }
    boolean wide = TextReader.Mark.of(head) != null && !TableInput.begins(head, 0xef, 0xbb, 0xbf);
    int controls = 0;
    for (byte one : head) {
      controls +=
          one >= 0 && one < 0x20 && one != '\t' && one != '\n' && one != '\r' && one != '\f'
              ? 1
              : 0;
    }
    if (!wide && (controls > head.length / 50 || contains(head, (byte) 0))) {
      return "a binary file of a kind that is not known; write the table as FITS, VOTable, Parquet"
          + " or CSV";
    }
    return TextTables.otherText(TextReader.lenient(head, null));
  }

  private static boolean isTar(byte[] head) {
    int at = 257;
    return head.length > at + 5
        && new String(head, at, 5, StandardCharsets.ISO_8859_1).equals("ustar");
  }

  private static boolean contains(byte[] head, byte wanted) {
    for (byte one : head) {
      if (one == wanted) {
        return true;
      }
    }
    return false;
  }

  /** The format of the usual ending; null: none, or one of text, which its lines show. */
  static @Nullable TableFormat byEnding(String ending) {
    return switch (ending) {
      case "tsv", "tab" -> TableFormat.TSV;
      case "csv" -> TableFormat.CSV;
      case "mrt" -> TableFormat.MRT;
      default -> null;
    };
  }
}
