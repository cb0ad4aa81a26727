package org.sidereus.catalogs.mapping;

import java.util.List;
import java.util.Map;

/** The JSON of the error of a column in a mapping file. */
final class ErrorJson {
  /** Keys that name the column of an error; one of them at most. */
  private static final List<String> ERRORS =
      List.of("error", "inverse_variance", "variance", "relative_error", "signal_to_noise");

  private static final Map<String, ErrorSource.Pair.Rule> ERROR_RULES =
      Field.words(List.of("larger", "mean", "quadrature"), List.of(ErrorSource.Pair.Rule.values()));

  private ErrorJson() {}

  /** The error of a column, which may be exact. */
  static ErrorSource error(Field field) {
    field.keys(
        "column",
        "unit",
        "error",
        "error_rule",
        "negative_lower_error",
        "inverse_variance",
        "variance",
        "relative_error",
        "signal_to_noise",
        "no_error");
    if (ERRORS.stream().noneMatch(field::has)) {
      for (String key : List.of("no_error", "error_rule", "negative_lower_error")) {
        if (field.has(key)) {
          throw field.wrong(
              key.equals("no_error")
                  ? "no_error is the error where the column 'error' is empty or not positive; name"
                      + " that column, or use floor for an error of all values"
                  : "there is '%s' but no error; remove it".formatted(key));
        }
      }
      return new ErrorSource.Exact();
    }
    return quoted(field);
  }

  /** The error that one of the keys names. */
  static ErrorSource quoted(Field field) {
    List<String> named = ERRORS.stream().filter(field::has).toList();
    if (named.size() > 1) {
      throw field.wrong(
          "there are both %s and %s; remove one of them".formatted(named.get(0), named.get(1)));
    }
    for (String key : List.of("error_rule", "negative_lower_error")) {
      if (field.has(key) && !field.has("error")) {
        throw field.wrong("there is '%s' but no error; remove it".formatted(key));
      }
    }
    String kind = named.get(0);
    ErrorSource quoted =
        switch (kind) {
          case "error" -> standardDeviation(field);
          case "inverse_variance" -> new ErrorSource.InverseVariance(field.get(kind).text(), 1);
          case "variance" -> new ErrorSource.Variance(field.get(kind).text(), 1);
          default ->
              new ErrorSource.Relative(field.get(kind).text(), kind.equals("signal_to_noise"), 1);
        };
    if (!field.has("no_error")) {
      return quoted;
    }
    double otherwise = field.get("no_error").number();
    return field.check(() -> new ErrorSource.OrElse(quoted, otherwise));
  }

  private static ErrorSource standardDeviation(Field field) {
    Field error = field.get("error");
    if (!error.node().isArray()) {
      for (String key : List.of("error_rule", "negative_lower_error")) {
        if (field.has(key)) {
          throw field.wrong("there is '%s' but only one error; remove it".formatted(key));
        }
      }
      return new ErrorSource.StandardDeviation(error.text(), false, 1);
    }
    List<Field> both = error.elements();
    if (both.size() != 2) {
      throw error.wrong("this must be a column or a list of two but has " + both.size());
    }
    boolean negative =
        field.has("negative_lower_error") && field.get("negative_lower_error").truth();
    if (!field.has("error_rule")) {
      throw field.wrong(
          "there are two errors; error_rule says whether the 'larger' counts, their 'mean', or"
              + " their sum in 'quadrature'");
    }
    return new ErrorSource.Pair(
        new ErrorSource.StandardDeviation(both.get(0).text(), negative, 1),
        new ErrorSource.StandardDeviation(both.get(1).text(), false, 1),
        field.get("error_rule").choice(ERROR_RULES));
  }
}
