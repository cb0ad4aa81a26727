package org.sidereus.catalogs.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.TableFormat;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.engine.SidereusException;

/** The JSON of a mapping file. */
final class MappingJson {
  private static final int FORMAT = 1;
  private static final List<String> OPERATIONS =
      List.of(
          "column",
          "difference",
          "linear",
          "magnitude",
          "nanomaggies",
          "dereddened",
          "power_of_ten");
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
    return mapping(new Field(file.toString(), "", root));
  }

  private static Mapping mapping(Field root) {
    root.keys(
        "format",
        "source",
        "survey",
        "id_column",
        "group_column",
        "group",
        "time_column",
        "visit_column",
        "missing",
        "flags",
        "measurements",
        "shared_errors",
        "shared_columns");
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
                root.textOrNull("id_column"),
                root.textOrNull("group_column"),
                root.textOrNull("group"),
                root.textOrNull("time_column"),
                root.textOrNull("visit_column"),
                root.textOrNull("survey"),
                missing(root),
                measurements,
                root.list("shared_errors", MappingJson::sharedError),
                !root.has("shared_columns") || root.get("shared_columns").truth()));
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

  private static Cells.Missing missing(Field root) {
    Set<String> texts = new HashSet<>();
    Set<Double> numbers = new HashSet<>();
    for (Field one : root.has("missing") ? root.get("missing").elements() : List.<Field>of()) {
      if (one.node().isNumber()) {
        numbers.add(one.number());
      } else {
        texts.add(one.text());
      }
    }
    return new Cells.Missing(texts, numbers);
  }

  private static Flag flag(Field flag) {
    flag.keys("column", "bits");
    return flag.check(() -> new Flag(flag.get("column").text(), flag.get("bits").integer()));
  }

  private static MappedQuantity quantity(Field field, List<Flag> common) {
    field.keys("value", "age", "impossible", "floor", "floor_rule", "largest_error", "flags");
    List<Flag> flags = new ArrayList<>(common);
    flags.addAll(field.list("flags", MappingJson::flag));
    double largest =
        field.has("largest_error") ? field.get("largest_error").number() : Double.POSITIVE_INFINITY;
    ErrorFloor floor = floor(field);
    Expression value = value(field);
    return field.check(() -> new MappedQuantity(value, floor, largest, flags));
  }

  private static Expression value(Field field) {
    if (!field.has("age")) {
      if (field.has("impossible")) {
        throw field.wrong("there is 'impossible' but no age; remove it");
      }
      return expression(field.get("value"));
    }
    if (field.has("value")) {
      throw field.wrong("there are both value and age; remove one of them");
    }
    boolean isMissing = false;
    if (field.has("impossible")) {
      Field impossible = field.get("impossible");
      isMissing =
          switch (impossible.text()) {
            case "missing" -> true;
            case "refused" -> false;
            default ->
                throw impossible.wrong(
                    "this must be 'missing' or 'refused' but is '%s'".formatted(impossible.text()));
          };
    }
    return new Expression.BirthTime(expression(field.get("age")), null, isMissing);
  }

  private static MappedSharedError sharedError(Field field) {
    field.keys("error", "inverse_variance", "no_error", "included", "coefficients");
    Map<String, Double> coefficients = new LinkedHashMap<>();
    for (Map.Entry<String, Field> one : field.get("coefficients").members()) {
      coefficients.put(one.getKey(), one.getValue().number());
    }
    boolean included = field.get("included").truth();
    ErrorSource error;
    if (field.has("error") && field.get("error").node().isNumber()) {
      double size = field.get("error").number();
      error = field.check(() -> new ErrorSource.Constant(size));
    } else if (field.has("error") || field.has("inverse_variance")) {
      error = quoted(field);
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
    Field rule = field.get("floor_rule");
    ErrorFloor.Rule how =
        switch (rule.text()) {
          case "quadrature" -> ErrorFloor.Rule.QUADRATURE;
          case "minimum" -> ErrorFloor.Rule.MINIMUM;
          default ->
              throw rule.wrong(
                  "this must be 'quadrature' or 'minimum' but is '%s'".formatted(rule.text()));
        };
    double size = field.get("floor").number();
    return field.check(() -> new ErrorFloor(size, how));
  }

  private static Expression expression(Field field) {
    List<String> named = OPERATIONS.stream().filter(field::has).toList();
    if (named.size() != 1) {
      throw field.wrong(
          "this must have one of the keys %s, but has %s"
              .formatted(
                  String.join(", ", OPERATIONS),
                  named.isEmpty() ? "none of them" : String.join(" and ", named)));
    }
    String operation = named.get(0);
    Field operand = field.get(operation);
    return switch (operation) {
      case "column" -> new Expression.Column(operand.text(), error(field));
      case "difference" -> {
        field.keys("difference");
        List<Field> terms = operand.elements();
        if (terms.size() != 2) {
          throw operand.wrong("this must be a list of two but has " + terms.size());
        }
        yield new Expression.Difference(expression(terms.get(0)), expression(terms.get(1)));
      }
      case "linear" -> {
        field.keys("linear", "scale", "offset");
        double scale = field.has("scale") ? field.get("scale").number() : 1;
        double offset = field.has("offset") ? field.get("offset").number() : 0;
        Expression of = expression(operand);
        yield field.check(() -> new Expression.Linear(of, scale, offset));
      }
      case "magnitude" -> {
        field.keys("magnitude");
        yield new Expression.Magnitude(expression(operand));
      }
      case "nanomaggies" -> {
        field.keys("nanomaggies");
        yield new Expression.Nanomaggies(expression(operand));
      }
      case "power_of_ten" -> {
        field.keys("power_of_ten");
        yield new Expression.PowerOfTen(expression(operand));
      }
      default -> {
        field.keys("dereddened", "extinction");
        yield new Expression.Dereddened(expression(operand), expression(field.get("extinction")));
      }
    };
  }

  private static ErrorSource error(Field field) {
    field.keys("column", "error", "inverse_variance", "no_error");
    if (!field.has("error") && !field.has("inverse_variance")) {
      if (field.has("no_error")) {
        throw field.wrong(
            "no_error is the error where the column 'error' is empty or not positive; name that"
                + " column, or use floor for an error of all values");
      }
      return new ErrorSource.Exact();
    }
    return quoted(field);
  }

  private static ErrorSource quoted(Field field) {
    if (field.has("error") && field.has("inverse_variance")) {
      throw field.wrong("there are both error and inverse_variance; remove one of them");
    }
    ErrorSource quoted =
        field.has("error")
            ? new ErrorSource.StandardDeviation(field.get("error").text())
            : new ErrorSource.InverseVariance(field.get("inverse_variance").text());
    if (!field.has("no_error")) {
      return quoted;
    }
    double otherwise = field.get("no_error").number();
    return field.check(() -> new ErrorSource.OrElse(quoted, otherwise));
  }
}
