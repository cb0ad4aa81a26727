package org.sidereus.simulators.gce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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
  private static final Pattern FIELD = Pattern.compile("\\('([^']+)',\\s*'([^']+)'\\)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\((\\d+),\\)");

  private final Map<String, double[]> columns;

  private NpyTable(Map<String, double[]> columns) {
    this.columns = columns;
  }

  /** Reads a file; a {@link org.sidereus.engine.SidereusException} says what is wrong with it. */
  static NpyTable read(Path path) {
    byte[] bytes;
    try {
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
    Matcher shape = SHAPE.matcher(header);
    if (!shape.find()) {
      throw YieldDirectory.broken(path, "it is not a one-dimensional array", null);
    }
    int rows = Integer.parseInt(shape.group(1));
    Map<String, double[]> columns = new LinkedHashMap<>();
    Matcher field = FIELD.matcher(header);
    while (field.find()) {
      if (!field.group(2).equals("<f8")) {
        throw YieldDirectory.broken(path, "field " + field.group(1) + " is not a float64", null);
      }
      columns.put(field.group(1), new double[rows]);
    }
    if (bytes.length - start != (long) rows * columns.size() * Double.BYTES) {
      throw YieldDirectory.broken(path, "its length does not fit its header", null);
    }
    buffer.position(start);
    for (int row = 0; row < rows; row++) {
      for (double[] column : columns.values()) {
        column[row] = buffer.getDouble();
      }
    }
    return new NpyTable(columns);
  }

  /** A column, or null where there is none of this name. */
  double @Nullable [] column(String name) {
    return columns.get(name);
  }
}
