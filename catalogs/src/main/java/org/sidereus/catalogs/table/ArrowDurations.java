package org.sidereus.catalogs.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the durations of a Parquet file that Arrow wrote. They are plain integers for Parquet, and
 * only the schema of Arrow, which is in the metadata of the file, tells them from numbers.
 */
final class ArrowDurations {
  private static final String KEY = "ARROW:schema";
  private static final int DURATION = 18;
  private static final int PREFIX_BYTES = 8;

  private ArrowDurations() {}

  /**
   * Names of the columns that are durations.
   *
   * @param metadata of the Parquet file
   * @throws IllegalArgumentException if the schema of Arrow is there and damaged
   */
  static Set<String> names(Thrift.Struct metadata) {
    for (Thrift.Struct one : metadata.has(5) ? metadata.structs(5) : List.<Thrift.Struct>of()) {
      if (one.text(1).equals(KEY) && one.has(2)) {
        try {
          return names(ByteBuffer.wrap(Base64.getDecoder().decode(one.text(2))));
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
          throw new IllegalArgumentException("the schema of Arrow is damaged", e);
        }
      }
    }
    return Set.of();
  }

  private static Set<String> names(ByteBuffer message) {
    message.order(ByteOrder.LITTLE_ENDIAN);
    int start = message.getInt(0) == -1 ? PREFIX_BYTES : PREFIX_BYTES / 2;
    Flat schema =
        Flat.root(message.slice(start, message.limit() - start).order(ByteOrder.LITTLE_ENDIAN))
            .table(2);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < schema.length(1); i++) {
      Flat field = schema.element(1, i);
      if (field.int8(2, 0) == DURATION && !field.has(4)) {
        names.add(field.text(0));
      }
    }
    return names;
  }
}
