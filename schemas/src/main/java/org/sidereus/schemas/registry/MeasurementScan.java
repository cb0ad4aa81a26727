package org.sidereus.schemas.registry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads the measurements of an observation from Avro binary into columns. It compares the bytes of
 * each name with those of an earlier observation, so that the same names make no strings.
 *
 * <p>It reads what is usual only: one block, and no mistake. All else it leaves to Avro, with
 * Avro's errors. Safe for threads.
 */
final class MeasurementScan {
  /** A name of no character, a value, and the branch of the error. */
  private static final int FEWEST_BYTES = 1 + Double.BYTES + 1;

  private static final int SLOTS = 64;

  /** Names of a longer array are not remembered. */
  private static final int LONGEST_BYTES = 256 * 1024;

  /** Bytes of the arrays whose names are remembered; beyond that the memory begins anew. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * What was read.
   *
   * @param end position behind the array
   * @param values how many values there were that count, as {@link CountedDecoder} counts
   */
  record Scanned(MeasurementColumns columns, int end, long values) {}

  /** Names that were read last, by their number and the first of them. */
  private final AtomicReferenceArray<NameList> recent = new AtomicReferenceArray<>(SLOTS);

  private final Map<NameList, NameList> known = new ConcurrentHashMap<>();
  private int knownBytes;

  /**
   * Whether the first array of a record is its measurements, and they are written as this reads
   * them. The other fields do not matter.
   */
  static boolean fits(Schema written) {
    if (written.getType() != Schema.Type.RECORD) {
      return false;
    }
    for (Schema.Field field : written.getFields()) {
      if (field.name().equals("measurements")) {
        return field.schema().getType() == Schema.Type.ARRAY
            && isMeasurement(field.schema().getElementType());
      }
      if (!isPlain(field.schema())) {
        return false;
      }
    }
    return false;
  }

  private static boolean isMeasurement(Schema item) {
    if (item.getType() != Schema.Type.RECORD || item.getFields().size() != 3) {
      return false;
    }
    List<Schema.Field> fields = item.getFields();
    Schema error = fields.get(2).schema();
    return is(fields.get(0), "name", Schema.Type.STRING)
        && is(fields.get(1), "value", Schema.Type.DOUBLE)
        && is(fields.get(2), "error", Schema.Type.UNION)
        && error.getTypes().size() == 2
        && error.getTypes().get(0).getType() == Schema.Type.NULL
        && error.getTypes().get(1).getType() == Schema.Type.DOUBLE;
  }

  private static boolean is(Schema.Field field, String name, Schema.Type type) {
    return field.name().equals(name) && field.schema().getType() == type;
  }

  /** Whether there is no array in it. */
  private static boolean isPlain(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ARRAY, MAP -> false;
      case UNION -> schema.getTypes().stream().allMatch(MeasurementScan::isPlain);
      default -> true;
    };
  }

  /** Reads an array; null: it is left to Avro. */
  @Nullable Scanned read(byte[] bytes, int from) {
    Cursor in = new Cursor(bytes, from);
    int count = in.number();
    if (count <= 0 || count > in.left() / FEWEST_BYTES) {
      return null;
    }
    double[] values = new double[count];
    Double[] errors = {};
    long counted = count;
    int slot = 0;
    ReadNames names = null;
    for (int i = 0; i < count; i++) {
      int length = in.number();
      if (length < 0 || length > in.left() - Double.BYTES - 1) {
        return null;
      }
      if (names == null) {
        slot = slot(count, bytes, in.at, length);
        names = new ReadNames(count, recent.get(slot));
      }
      names.take(i, bytes, in.at, length);
      in.at += length;
      values[i] = in.real();
      int branch = in.number();
      if (branch == 1 && in.left() >= Double.BYTES) {
        if (errors.length == 0) {
          errors = new Double[count];
        }
        errors[i] = in.real();
      } else if (branch == 0) {
        counted++;
      } else {
        return null;
      }
    }
    if (names == null || in.number() != 0) {
      return null;
    }
    NameList list = names.asBefore() ? names.before : remembered(names.list(), slot, in.at - from);
    return new Scanned(new MeasurementColumns(list, values, errors), in.at, counted);
  }

  private static int slot(int count, byte[] bytes, int from, int length) {
    int hash = count;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes[from + i];
    }
    return Math.floorMod(hash ^ (hash >>> 6), SLOTS);
  }

  private NameList remembered(NameList read, int slot, int size) {
    if (size > LONGEST_BYTES) {
      return read;
    }
    NameList same = known.get(read);
    if (same == null) {
      same = read;
      remember(read, size);
    }
    recent.set(slot, same);
    return same;
  }

  private synchronized void remember(NameList read, int size) {
    knownBytes += size;
    if (knownBytes > MOST_BYTES) {
      known.clear();
      for (int i = 0; i < SLOTS; i++) {
        recent.set(i, null);
      }
      knownBytes = size;
    }
    known.put(read, read);
  }

  /** The names of one array, as far as they are read. */
  private static final class ReadNames {
    private static final NameList NONE = new NameList(new String[0]);

    private final int count;

    /** Those of an earlier array of as many; {@link #NONE} where there is none. */
    private final NameList before;

    /** The names, from the first one on that is another than before; empty: there is none. */
    private String[] others = {};

    ReadNames(int count, @Nullable NameList before) {
      this.count = count;
      this.before = before != null && before.size() == count ? before : NONE;
    }

    void take(int place, byte[] bytes, int from, int length) {
      boolean same = before.isAt(place, bytes, from, length);
      if (same && others.length == 0) {
        return;
      }
      if (others.length == 0) {
        others = new String[count];
        for (int i = 0; i < place; i++) {
          others[i] = before.get(i);
        }
      }
      others[place] =
          same ? before.get(place) : new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    boolean asBefore() {
      return others.length == 0;
    }

    NameList list() {
      return new NameList(others);
    }
  }

  /** Reads numbers. A mistake is a negative number. */
  private static final class Cursor {
    private final byte[] bytes;
    private int at;

    Cursor(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    int left() {
      return bytes.length - at;
    }

    /** A number that is not negative; -1: there is none, or a larger or a negative one. */
    int number() {
      int zigzag = 0;
      for (int shift = 0; shift < 28 && at < bytes.length; shift += 7) {
        byte next = bytes[at++];
        zigzag |= (next & 0x7f) << shift;
        if (next >= 0) {
          return (zigzag & 1) == 0 ? zigzag >>> 1 : -1;
        }
      }
      return -1;
    }

    double real() {
      double value = Double.longBitsToDouble((long) LONG.get(bytes, at));
      at += Double.BYTES;
      return value;
    }
  }
}
