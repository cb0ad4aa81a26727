package org.sidereus.catalogs.mapping;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of an expression in a mapping file. */
final class ExpressionJson {
  private static final List<String> OPERATIONS =
      List.of(
          "column",
          "constant",
          "difference",
          "product",
          "quotient",
          "linear",
          "magnitude",
          "nanomaggies",
          "asinh_magnitude",
          "dereddened",
          "power_of_ten",
          "log10",
          "converted");

  private static final Map<String, Boolean> IMPOSSIBLE =
      Field.words(List.of("missing", "refused"), List.of(true, false));

  private ExpressionJson() {}

  /** The value of a measurement: an expression, or an age. */
  static Expression value(Field field) {
    if (!field.has("age")) {
      if (field.has("impossible")) {
        throw field.wrong("there is 'impossible' but no age; remove it");
      }
      return expression(field.get("value"));
    }
    if (field.has("value")) {
      throw field.wrong("there are both value and age; remove one of them");
    }
    boolean isMissing = field.choice("impossible", IMPOSSIBLE, false);
    return new Expression.BirthTime(expression(field.get("age")), null, isMissing);
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
      case "column" -> new Expression.Column(operand.text(), ErrorJson.error(field), unit(field));
      case "constant" -> {
        field.keys("constant", "unit");
        double value = operand.number();
        Unit unit = unit(field);
        yield field.check(() -> new Expression.Constant(value, unit));
      }
      case "product" -> {
        field.keys("product");
        List<Field> factors = operand.elements();
        if (factors.size() < 2) {
          throw operand.wrong("this must be a list of at least two but has " + factors.size());
        }
        yield new Expression.Product(factors.stream().map(ExpressionJson::expression).toList());
      }
      case "quotient" -> {
        field.keys("quotient");
        List<Field> terms = operand.elements();
        if (terms.size() != 2) {
          throw operand.wrong("this must be a list of two but has " + terms.size());
        }
        yield new Expression.Quotient(expression(terms.get(0)), expression(terms.get(1)));
      }
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
        yield new PhotometricExpression.Magnitude(expression(operand));
      }
      case "nanomaggies" -> {
        field.keys("nanomaggies");
        yield new PhotometricExpression.Nanomaggies(expression(operand));
      }
      case "power_of_ten" -> {
        field.keys("power_of_ten");
        yield new Expression.PowerOfTen(expression(operand));
      }
      case "log10" -> {
        field.keys("log10");
        yield new Expression.Logarithm(expression(operand));
      }
      case "asinh_magnitude" -> {
        field.keys("asinh_magnitude", "softening");
        Expression magnitude = expression(operand);
        double softening = field.get("softening").number();
        yield field.check(() -> new PhotometricExpression.AsinhFlux(magnitude, softening));
      }
      case "converted" -> {
        field.keys("converted", "to");
        yield new Expression.Converted(expression(operand), knownUnit(field.get("to")));
      }
      default -> {
        field.keys("dereddened", "extinction");
        yield new PhotometricExpression.Dereddened(
            expression(operand), expression(field.get("extinction")));
      }
    };
  }

  private static @Nullable Unit unit(Field field) {
    return field.has("unit") ? knownUnit(field.get("unit")) : null;
  }

  private static Unit knownUnit(Field field) {
    Unit unit = Unit.parse(field.text());
    if (unit == null) {
      throw field.wrong(
          "the unit '%s' is not known; write it as in mag, dex, nmgy, mJy, Gyr, erg.s-1.cm-2.Hz-1"
              .formatted(field.text()));
    }
    return unit;
  }
}
