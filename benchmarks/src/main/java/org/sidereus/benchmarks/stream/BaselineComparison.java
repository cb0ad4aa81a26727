package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The stream beside a {@link OneByOneApplication} in turns of one run. */
final class BaselineComparison {
  /** One turn of each. */
  record Turn(Rate stream, Rate other) {}

  private final String settings;
  private final List<Turn> turns = new ArrayList<>();

  /**
   * A comparison without turns.
   *
   * @param settings of the application, for people
   */
  BaselineComparison(String settings) {
    this.settings = settings;
  }

  void add(Turn turn) {
    turns.add(turn);
  }

  /**
   * A rate of the stream over that of the application, of each turn, ascending.
   *
   * @param of objects in a second by the clock or of processor time
   */
  double[] ratios(ToDoubleFunction<Rate> of) {
    return turns.stream()
        .mapToDouble(one -> of.applyAsDouble(one.stream()) / of.applyAsDouble(one.other()))
        .sorted()
        .toArray();
  }

  /** The median of {@link #ratios}; that below the middle of an even number. */
  double ratio(ToDoubleFunction<Rate> of) {
    double[] ratios = ratios(of);
    return ratios[(ratios.length - 1) / 2];
  }

  /** A sentence for the user: the ratio with its spread, and the rates behind it. */
  String sentence() {
    return String.format(
        Locale.ROOT,
        "stream against one call for each record, %s: ratio %s, of processor time %s in %d turns;"
            + " objects/s %s against %s",
        settings,
        spread(Rate::objectsPerSecond),
        spread(Rate::perCpuSecond),
        turns.size(),
        rates(Turn::stream),
        rates(Turn::other));
  }

  private String spread(ToDoubleFunction<Rate> of) {
    double[] ratios = ratios(of);
    return String.format(
        Locale.ROOT, "%.2f (%.2f to %.2f)", ratio(of), ratios[0], ratios[ratios.length - 1]);
  }

  private String rates(Function<Turn, Rate> of) {
    return Arrays.toString(
        turns.stream().mapToLong(one -> Math.round(of.apply(one).objectsPerSecond())).toArray());
  }
}
