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
  private static final int DEEPEST = 20;

  /** Lists of any and of one length, with short and with long places. */
  private static final Set<Integer> LISTS = Set.of(12, 16, 21);

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
      add(field, field.text(0), names, 0);
    }
    return names;
  }

  /** Adds the durations in a field: a list has the name of its column, a structure its parts. */
  private static void add(Flat field, String name, Set<String> names, int depth) {
    int type = field.int8(2, 0);
    if (depth > DEEPEST) {
      throw new IllegalArgumentException("the schema of Arrow is damaged");
    }
    if (type == DURATION) {
      names.add(name);
    }
    for (int i = 0; i < field.length(5); i++) {
      Flat child = field.element(5, i);
      add(child, LISTS.contains(type) ? name : name + "." + child.text(0), names, depth + 1);
    }
  }
}
