package org.sidereus.simulators.gce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A one-dimensional structured array of NumPy whose fields are all little-endian float64, the one
 * kind that the yield tables use.
 */
final class NpyTable {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREFIX_BYTES = 10;
  private static final long MAX_FILE_BYTES = 256L << 20;
  private static final int MOST_DIGITS = 18;
  private static final Pattern FIELD = Pattern.compile("\\('([^']+)',\\s*'([^']+)'\\)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\((\\d+),\\)");

  private final Map<String, double[]> columns;

  private NpyTable(Map<String, double[]> columns) {
    this.columns = columns;
  }

  /**
   * Reads a file. Nothing is reserved before the length of the file fits its header.
   *
   * @throws org.sidereus.engine.SidereusException which says what is wrong with it
   */
  static NpyTable read(Path path) {
    byte[] bytes;
    try {
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw YieldDirectory.broken(path, "it has more than " + MAX_FILE_BYTES + " bytes", null);
      }
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw YieldDirectory.broken(path, "it cannot be read", e);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < PREFIX_BYTES
        || Arrays.mismatch(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length) >= 0
        || bytes[MAGIC.length] != 1) {
      throw YieldDirectory.broken(path, "it is not a NumPy file of version 1", null);
    }
    int headerBytes = Short.toUnsignedInt(buffer.getShort(MAGIC.length + 2));
    int start = PREFIX_BYTES + headerBytes;
    if (bytes.length < start) {
      throw YieldDirectory.broken(path, "its header is cut off", null);
    }
    String header = new String(bytes, PREFIX_BYTES, headerBytes, StandardCharsets.ISO_8859_1);
    long rows = rows(path, header);
    List<String> names = names(path, header);
    long rowBytes = (long) Double.BYTES * names.size();
    int dataBytes = bytes.length - start;
    if (rows > dataBytes / rowBytes || rows * rowBytes != dataBytes) {
      throw YieldDirectory.broken(path, "its length does not fit its header", null);
    }
    Map<String, double[]> columns = new LinkedHashMap<>();
    names.forEach(name -> columns.put(name, new double[(int) rows]));
    buffer.position(start);
    for (int row = 0; row < rows; row++) {
      for (double[] column : columns.values()) {
        column[row] = buffer.getDouble();
      }
    }
    return new NpyTable(columns);
  }

  private static long rows(Path path, String header) {
    Matcher shape = SHAPE.matcher(header);
    if (!shape.find()) {
      throw YieldDirectory.broken(path, "it is not a one-dimensional array", null);
    }
    String digits = shape.group(1);
    if (header.indexOf("'shape'") != header.lastIndexOf("'shape'")) {
      throw YieldDirectory.broken(path, "its header has two shapes", null);
    }
    if (digits.length() > MOST_DIGITS) {
      throw YieldDirectory.broken(path, "its length does not fit its header", null);
    }
    return Long.parseLong(digits);
  }

  private static List<String> names(Path path, String header) {
    Set<String> names = new LinkedHashSet<>();
    Matcher field = FIELD.matcher(header);
    while (field.find()) {
      if (!field.group(2).equals("<f8")) {
        throw YieldDirectory.broken(path, "field " + field.group(1) + " is not a float64", null);
      }
      if (!names.add(field.group(1))) {
        throw YieldDirectory.broken(path, "it has two fields " + field.group(1), null);
      }
    }
    if (names.isEmpty()) {
      throw YieldDirectory.broken(path, "it has no fields", null);
    }
    return List.copyOf(names);
  }

  /** A column, or null where there is none of this name. */
  double @Nullable [] column(String name) {
    return columns.get(name);
  }
}
