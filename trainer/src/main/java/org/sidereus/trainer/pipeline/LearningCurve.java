package org.sidereus.trainer.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.sidereus.trainer.recipe.OptimiserSettings;

/**
 * What a table gives with fewer of its rows, and can be expected to give with more: the gain of
 * each doubling is taken to shrink as it did before.
 *
 * @param rows numbers of rows: a quarter, half, all
 * @param values what was measured with them on rows that did not train
 */
record LearningCurve(List<Integer> rows, List<Double> values) {
  private static final int FEWEST = 20;

  /**
   * Measures with a quarter and half of the rows.
   *
   * @param all number of rows
   * @param value what all of them give
   * @param measure a training with so many rows
   */
  static LearningCurve measure(int all, double value, IntToDoubleFunction measure) {
    int quarter = Math.max(FEWEST, all / 4);
    int half = Math.max(FEWEST, all / 2);
    return new LearningCurve(
        List.of(quarter, half, all),
        List.of(measure.applyAsDouble(quarter), measure.applyAsDouble(half), value));
  }

  /** Settings of a training with some of all rows: as many passes over them as over all. */
  static OptimiserSettings scaled(OptimiserSettings o, int some, int all) {
    long steps = Math.max(o.validations(), o.steps() * some / all);
    return o.toBuilder().steps(steps).build();
  }

  /** The change that twice as many rows can be expected to make. */
  double nextChange() {
    double before = values.get(1) - values.get(0);
    double last = values.get(2) - values.get(1);
    double ratio = before == 0 ? 1 : Math.min(1, Math.abs(last / before));
    return last * ratio;
  }

  /** For records and provenance. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rows", rows);
    json.put("values", values);
    json.put("next_change", nextChange());
    return json;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.4g with %d rows, %.4g with %d, %.4g with %d; twice as many can be expected to change it"
            + " by %+.2g",
        values.get(0),
        rows.get(0),
        values.get(1),
        rows.get(1),
        values.get(2),
        rows.get(2),
        nextChange());
  }
}
