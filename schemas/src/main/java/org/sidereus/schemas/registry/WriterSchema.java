package org.sidereus.schemas.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * What Avro's rules of schema resolution do not look at, in the schema that wrote an event.
 *
 * <ul>
 *   <li>Units of time: Avro takes the number of a {@code date}, or of a {@code timestamp-micros},
 *       for milliseconds. Fields that the reader takes for a time in milliseconds are converted
 *       here, or the schema is refused.
 *   <li>Size: records without content in each other, twice each, cost nothing on the wire and any
 *       time to read.
 * </ul>
 */
final class WriterSchema {
  private static final String MILLIS = "timestamp-millis";
  private static final Map<String, Long> PER_MILLISECOND =
      Map.of(MILLIS, 1L, "timestamp-micros", 1_000L, "timestamp-nanos", 1_000_000L);

  /** Fields, items and branches that a schema may have, each counted wherever it occurs. */
  private static final long MOST_PARTS = 20_000;

  /** Parts without content in an item of an array or a map: they cost time and no bytes. */
  private static final long MOST_EMPTY_PARTS = 16;

  private WriterSchema() {}

  /** Fields of a record, by position, whose numbers are to be divided to get milliseconds. */
  record Times(Map<Integer, Long> divisors) {

    /** Turns the times of a record, which was read as if they were milliseconds. */
    void correct(SpecificRecord record) {
      divisors.forEach(
          (position, divisor) -> {
            if (record.get(position) instanceof Instant time) {
              record.put(
                  position, Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), divisor)));
            }
          });
    }
  }

  /** Why a schema cannot be read; empty: it can. */
  static Optional<String> problem(Schema written, Schema wanted) {
    if (parts(written, new HashMap<>(), new HashSet<>()) > MOST_PARTS) {
      return Optional.of("it has more than %d parts".formatted(MOST_PARTS));
    }
    if (hasEmptyItems(written, new HashSet<>())) {
      return Optional.of(
          "items of an array or a map, or branches of a union, have more than %d parts without content"
              .formatted(MOST_EMPTY_PARTS));
    }
    List<String> problems = new ArrayList<>();
    Set<Times> times = new HashSet<>();
    for (Schema branch : branches(written)) {
      compare(branch, wanted, "", new HashSet<>(), problems);
      times.add(timesOf(branch, wanted));
    }
    if (times.size() > 1) {
      problems.add("it is a union of records that give their times in different units");
    }
    return problems.stream().findFirst();
  }

  /** What a schema may stand for: a union for each of its branches. */
  private static List<Schema> branches(Schema schema) {
    return schema.getType() == Schema.Type.UNION ? schema.getTypes() : List.of(schema);
  }

  /** The times of a record that are to be converted; call it for schemas without a problem. */
  static Times times(Schema written, Schema wanted) {
    return branches(written).stream()
        .findFirst()
        .map(branch -> timesOf(branch, wanted))
        .orElse(new Times(Map.of()));
  }

  private static Times timesOf(Schema written, Schema wanted) {
    Map<Integer, Long> divisors = new HashMap<>();
    if (written.getType() == Schema.Type.RECORD) {
      for (Schema.Field field : wanted.getFields()) {
        Schema.Field from = writerOf(field, written);
        if (from != null && isTime(field.schema())) {
          long divisor = PER_MILLISECOND.getOrDefault(unit(from.schema()), 1L);
          if (divisor != 1) {
            divisors.put(field.pos(), divisor);
          }
        }
      }
    }
    return new Times(Map.copyOf(divisors));
  }

  private static Schema.Field writerOf(Schema.Field field, Schema written) {
    Schema.Field from = written.getField(field.name());
    for (String alias : field.aliases()) {
      from = from == null ? written.getField(alias) : from;
    }
    return from;
  }

  private static boolean isTime(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    return logical instanceof LogicalTypes.TimestampMillis;
  }

  /** The unit of a time as the writer declares it; a plain long counts as milliseconds. */
  private static String unit(Schema schema) {
    if (schema.getType() == Schema.Type.UNION) {
      for (Schema branch : schema.getTypes()) {
        if (branch.getType() != Schema.Type.NULL) {
          return unit(branch);
        }
      }
    }
    String logical = schema.getProp(LogicalType.LOGICAL_TYPE_PROP);
    return logical == null && schema.getType() == Schema.Type.LONG
        ? MILLIS
        : String.valueOf(logical);
  }

  private static void compare(
      Schema written, Schema wanted, String path, Set<Schema> within, List<String> problems) {
    if (isTime(wanted)) {
      String wrong = wrongTime(written);
      if (!wrong.isEmpty()) {
        problems.add(
            "it declares '%s' as %s, and a time of observation is a long of logical type timestamp-millis, -micros or -nanos, in UTC"
                .formatted(path, wrong));
      } else if (path.contains(".") && !unit(written).equals(MILLIS)) {
        problems.add(
            "it declares '%s' as %s, and it must be %s".formatted(path, unit(written), MILLIS));
      }
      return;
    }
    if (wanted.getType() == Schema.Type.RECORD
        && written.getType() == Schema.Type.RECORD
        && within.add(wanted)) {
      for (Schema.Field field : wanted.getFields()) {
        Schema.Field from = writerOf(field, written);
        if (from != null) {
          String name = path.isEmpty() ? field.name() : path + "." + field.name();
          compare(from.schema(), field.schema(), name, within, problems);
        }
      }
    } else if (wanted.getType() == Schema.Type.ARRAY && written.getType() == Schema.Type.ARRAY) {
      compare(written.getElementType(), wanted.getElementType(), path, within, problems);
    }
  }

  /** How a writer declares a time that is none in UTC with a unit; empty: it is one. */
  private static String wrongTime(Schema written) {
    if (written.getType() == Schema.Type.UNION) {
      Set<String> units = new HashSet<>();
      for (Schema branch : written.getTypes()) {
        if (branch.getType() != Schema.Type.NULL) {
          String wrong = wrongTime(branch);
          if (!wrong.isEmpty()) {
            return wrong;
          }
          units.add(unit(branch));
        }
      }
      return units.size() > 1 ? "a union of " + units : "";
    }
    String logical = written.getProp(LogicalType.LOGICAL_TYPE_PROP);
    if (logical == null) {
      return written.getType() == Schema.Type.LONG ? "" : "a plain " + written.getType().getName();
    }
    return PER_MILLISECOND.containsKey(logical) && written.getType() == Schema.Type.LONG
        ? ""
        : logical;
  }

  /** Number of parts of a schema with all that is in it; a schema within itself counts once. */
  private static long parts(Schema schema, Map<String, Long> known, Set<String> open) {
    return switch (schema.getType()) {
      case RECORD -> {
        String name = schema.getFullName();
        Long counted = known.get(name);
        if (counted != null) {
          yield counted;
        }
        if (!open.add(name)) {
          yield 1;
        }
        long sum = 1;
        for (Schema.Field field : schema.getFields()) {
          sum = Math.min(MOST_PARTS + 1, sum + parts(field.schema(), known, open));
        }
        open.remove(name);
        known.put(name, sum);
        yield sum;
      }
      case UNION -> {
        long sum = 1;
        for (Schema branch : schema.getTypes()) {
          sum = Math.min(MOST_PARTS + 1, sum + parts(branch, known, open));
        }
        yield sum;
      }
      case ARRAY -> 1 + parts(schema.getElementType(), known, open);
      case MAP -> 1 + parts(schema.getValueType(), known, open);
      default -> 1;
    };
  }

  /** Whether the items of an array have many parts without content; of schemas of bounded size. */
  private static boolean hasEmptyItems(Schema schema, Set<String> known) {
    return switch (schema.getType()) {
      case RECORD ->
          known.add(schema.getFullName())
              && schema.getFields().stream().anyMatch(one -> hasEmptyItems(one.schema(), known));
      case UNION -> schema.getTypes().stream().anyMatch(one -> isEmptyItem(one, known));
      case ARRAY -> isEmptyItem(schema.getElementType(), known);
      case MAP -> isEmptyItem(schema.getValueType(), known);
      default -> false;
    };
  }

  private static boolean isEmptyItem(Schema item, Set<String> known) {
    return emptyParts(item, new HashSet<>()) > MOST_EMPTY_PARTS || hasEmptyItems(item, known);
  }

  private static long emptyParts(Schema schema, Set<String> open) {
    return switch (schema.getType()) {
      case NULL -> 1;
      case FIXED -> schema.getFixedSize() == 0 ? 1 : 0;
      case RECORD -> {
        if (schema.getFields().isEmpty() || !open.add(schema.getFullName())) {
          yield 1;
        }
        long sum = 0;
        for (Schema.Field field : schema.getFields()) {
          sum += emptyParts(field.schema(), open);
        }
        open.remove(schema.getFullName());
        yield sum;
      }
      default -> 0;
    };
  }
}
