package org.sidereus.catalogs.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.TableFormat;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.catalogs.time.TimeFormat;
import org.sidereus.catalogs.time.TimeOfDay;
import org.sidereus.catalogs.time.TimeScale;
import org.sidereus.catalogs.time.TimeStyle;
import org.sidereus.engine.SidereusException;

/** The JSON of a mapping file. */
final class MappingJson {
  private static final int FORMAT = 1;
  private static final List<String> FLAG_KINDS =
      List.of("bits", "values", "good_values", "truth", "condition");
  private static final Map<String, LimitRule> LIMITS =
      Field.words(List.of("missing", "rejected"), List.of(LimitRule.MISSING, LimitRule.REJECTED));
  private static final Map<String, Boolean> REJECTS =
      Field.words(List.of("missing", "rejected"), List.of(false, true));
  private static final Map<String, ErrorFloor.Rule> FLOOR_RULES =
      Field.words(List.of("quadrature", "minimum"), List.of(ErrorFloor.Rule.values()));
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private MappingJson() {}

  static Mapping read(Path file) {
    JsonNode root;
    try {
      root = MAPPER.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new SidereusException(
          "%s is no JSON: %s in line %d; correct it"
              .formatted(file, e.getOriginalMessage(), e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new SidereusException(
          file + " cannot be read: name a mapping file, such as one of the folder surveys", e);
    }
    return of(file.toString(), root);
  }

  /**
   * The mapping of a tree.
   *
   * @param file name of the file, for messages
   */
  static Mapping of(String file, JsonNode tree) {
    return mapping(new Field(file, "", tree));
  }

  private static Mapping mapping(Field root) {
    root.keys(
        "$schema",
        "format",
        "source",
        "survey",
        "id_column",
        "group_column",
        "group",
        "time_column",
        "time",
        "visit_column",
        "missing",
        "limits",
        "where",
        "flags",
        "measurements",
        "shared_errors",
        "shared_columns");
    root.textOrNull("$schema");
    if (root.get("format").integer() != FORMAT) {
      throw root.get("format").wrong("only format %d is known; set it".formatted(FORMAT));
    }
    List<Flag> flags = root.list("flags", MappingJson::flag);
    Map<String, MappedQuantity> measurements = new LinkedHashMap<>();
    for (Map.Entry<String, Field> one : root.get("measurements").members()) {
      if (!one.getKey().equals("note")) {
        measurements.put(one.getKey(), quantity(one.getValue(), flags));
      }
    }
    return root.check(
        () ->
            new Mapping(
                root.file(),
                root.has("source") ? source(root.get("source")) : TableSource.UNKNOWN,
                root.textOrNull("survey"),
                new ObjectColumns(
                    root.textOrNull("id_column"),
                    root.textOrNull("group_column"),
                    root.textOrNull("group"),
                    time(root),
                    root.textOrNull("visit_column")),
                missing(root),
                where(root),
                measurements,
                new MappedSharedErrors(
                    root.list("shared_errors", MappingJson::sharedError),
                    !root.has("shared_columns") || root.get("shared_columns").truth())));
  }

  private static TableSource source(Field source) {
    source.keys("kind", "hdu", "table", "encoding");
    TableFormat format = source.has("kind") ? format(source.get("kind")) : null;
    if (source.has("hdu") && source.has("table")) {
      throw source.wrong("hdu and table are both given; remove one of them");
    }
    String part = null;
    if (source.has("hdu")) {
      Field hdu = source.get("hdu");
      part = hdu.node().isTextual() ? hdu.text() : Long.toString(hdu.integer());
      if (part.matches("-\\d+|0+")) {
        throw source.wrong(
            "hdu must be at least 1, because the primary unit is no table, but is " + part);
      }
    } else if (source.has("table")) {
      Field table = source.get("table");
      part = table.node().isTextual() ? table.text() : Long.toString(table.integer());
    }
    return new TableSource(
        format, part, source.has("encoding") ? encoding(source.get("encoding")) : null);
  }

  private static TableFormat format(Field kind) {
    TableFormat format = TableFormat.of(kind.text());
    if (format == null) {
      throw kind.wrong(
          "this must be one of %s but is '%s'".formatted(TableFormat.options(), kind.text()));
    }
    return format;
  }

  private static Charset encoding(Field encoding) {
    try {
      return Charset.forName(encoding.text());
    } catch (IllegalArgumentException e) {
      throw encoding.wrong(
          "there is no encoding '%s'; name one such as ISO-8859-1 or windows-1252"
              .formatted(encoding.text()));
    }
  }

  private static Sentinels missing(Field root) {
    List<Field> common = new ArrayList<>();
    Map<String, Sentinels.Values> byColumn = new HashMap<>();
    for (Field one : root.has("missing") ? root.get("missing").elements() : List.<Field>of()) {
      if (one.node().isObject()) {
        one.keys("column", "values");
        String column = one.get("column").text();
        if (byColumn.put(column, values(one.get("values").elements())) != null) {
          throw one.wrong(
              "the column %s is listed twice; put all values together".formatted(column));
        }
      } else {
        common.add(one);
      }
    }
    return new Sentinels(
        values(common),
        byColumn,
        root.choice("limits", LIMITS, LimitRule.UNDECLARED),
        root.has("missing"));
  }

  private static Sentinels.Values values(List<Field> list) {
    Set<String> texts = new HashSet<>();
    Set<Double> numbers = new HashSet<>();
    Set<BigInteger> integers = new HashSet<>();
    for (Field one : list) {
      if (one.node().isNumber()) {
        numbers.add(one.number());
      } else {
        texts.add(one.text());
      }
      if (one.node().isIntegralNumber()) {
        integers.add(one.node().bigIntegerValue());
      }
    }
    return new Sentinels.Values(texts, numbers, integers);
  }

  private static Flag flag(Field flag) {
    List<String> named = FLAG_KINDS.stream().filter(flag::has).toList();
    if (named.size() != 1) {
      throw flag.wrong(
          "this must have one of the keys %s, but has %s"
              .formatted(
                  String.join(", ", FLAG_KINDS),
                  named.isEmpty() ? "none of them" : String.join(" and ", named)));
    }
    String kind = named.get(0);
    boolean rejects = flag.choice("then", REJECTS, false);
    if (kind.equals("condition")) {
      flag.keys("condition", "then");
      return new Flag.Holds(condition(flag.get("condition")), rejects);
    }
    if (kind.equals("bits")) {
      flag.keys("column", kind, "base", "then");
    } else {
      flag.keys("column", kind, "then");
    }
    String column = flag.get("column").text();
    Field operand = flag.get(kind);
    return flag.check(
        () ->
            switch (kind) {
              case "bits" -> new Flag.Bits(column, operand.bits(), base(flag), rejects);
              case "truth" -> new Flag.Truth(column, operand.truth(), rejects);
              default ->
                  new Flag.Values(
                      column, values(operand.elements()), kind.equals("good_values"), rejects);
            });
  }

  private static int base(Field flag) {
    if (!flag.has("base")) {
      return Flag.Bits.UNSAID;
    }
    long base = flag.get("base").integer();
    if (base != 2 && base != 10 && base != 16) {
      throw flag.get("base").wrong("this must be 2, 10 or 16 but is " + base);
    }
    return (int) base;
  }

  private static Condition condition(Field field) {
    String text = field.text();
    return field.check(() -> Condition.parse(text));
  }

  private static List<Condition> where(Field root) {
    if (!root.has("where")) {
      return List.of();
    }
    Field where = root.get("where");
    return where.node().isTextual()
        ? List.of(condition(where))
        : where.elements().stream().map(MappingJson::condition).toList();
  }

  private static @Nullable TimeOfDay timeOfDay(Field time) {
    boolean hasUnit = time.has("time_of_day_unit");
    if (!time.has("time_of_day")) {
      if (hasUnit) {
        throw time.wrong("there is a time_of_day_unit, which needs time_of_day; add its column");
      }
      return null;
    }
    String column = time.get("time_of_day").text();
    if (column.equals(time.get("column").text())) {
      throw time.wrong("time_of_day is the column of the date; name another one, or remove it");
    }
    return new TimeOfDay(
        column, hasUnit ? time.get("time_of_day_unit").choice(TimeOfDay.Unit.options()) : null);
  }

  private static @Nullable TimeColumn time(Field root) {
    if (!root.has("time")) {
      return root.has("time_column")
          ? new TimeColumn(root.get("time_column").text(), TimeStyle.UNSAID)
          : null;
    }
    if (root.has("time_column")) {
      throw root.wrong("there are both time and time_column; remove one of them");
    }
    Field time =
        root.get("time")
            .keys("column", "time_of_day", "time_of_day_unit", "format", "scale", "offset");
    TimeFormat format = time.has("format") ? time.get("format").choice(TimeFormat.options()) : null;
    TimeScale scale = time.has("scale") ? time.get("scale").choice(TimeScale.options()) : null;
    double offset = time.has("offset") ? time.get("offset").number() : 0;
    if (time.has("offset") && (format == null || format == TimeFormat.ISO)) {
      throw time.wrong("there is an offset, which needs a format of numbers, such as jd; add one");
    }
    return new TimeColumn(
        time.get("column").text(), new TimeStyle(format, scale, offset, timeOfDay(time)));
  }

  private static MappedQuantity quantity(Field field, List<Flag> common) {
    field.keys("value", "age", "impossible", "floor", "floor_rule", "largest_error", "flags");
    List<Flag> flags = new ArrayList<>(common);
    flags.addAll(field.list("flags", MappingJson::flag));
    double largest =
        field.has("largest_error") ? field.get("largest_error").number() : Double.POSITIVE_INFINITY;
    ErrorFloor floor = floor(field);
    Expression value = ExpressionJson.value(field);
    return field.check(() -> new MappedQuantity(value, floor, largest, flags));
  }

  private static MappedSharedError sharedError(Field field) {
    field.keys(
        "error",
        "error_rule",
        "negative_lower_error",
        "inverse_variance",
        "no_error",
        "included",
        "coefficients");
    Map<String, Double> coefficients = new LinkedHashMap<>();
    for (Map.Entry<String, Field> one : field.get("coefficients").members()) {
      coefficients.put(one.getKey(), one.getValue().number());
    }
    boolean included = field.get("included").truth();
    ErrorSource error;
    if (field.has("error") && field.get("error").node().isNumber()) {
      for (String key :
          List.of("error_rule", "negative_lower_error", "inverse_variance", "no_error")) {
        if (field.has(key)) {
          throw field.wrong("there is '%s', but the error is a number; remove it".formatted(key));
        }
      }
      double size = field.get("error").number();
      error = field.check(() -> new ErrorSource.Constant(size));
    } else if (field.has("error") || field.has("inverse_variance")) {
      error = ErrorJson.quoted(field);
    } else {
      throw field.wrong("there is neither error nor inverse_variance; add one");
    }
    return field.check(() -> new MappedSharedError(error, included, coefficients));
  }

  private static @Nullable ErrorFloor floor(Field field) {
    if (!field.has("floor")) {
      if (field.has("floor_rule")) {
        throw field.wrong("there is a floor_rule but no floor; add one");
      }
      return null;
    }
    ErrorFloor.Rule how = field.get("floor_rule").choice(FLOOR_RULES);
    double size = field.get("floor").number();
    return field.check(() -> new ErrorFloor(size, how));
  }
}
