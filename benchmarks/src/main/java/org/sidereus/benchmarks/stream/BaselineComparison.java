package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The stream beside {@link OneByOneApplication}s in turns of one run. */
final class BaselineComparison {
  /** One turn of each: the stream, and the application with default and with sensible settings. */
  record Turn(Rate stream, Rate byDefault, Rate sensible) {}

  private final List<Turn> turns = new ArrayList<>();

  void add(Turn turn) {
    turns.add(turn);
  }

  /**
   * A rate of the stream over that of another, of each turn, ascending.
   *
   * @param of objects in a second by the clock or of processor time
   */
  double[] ratios(Function<Turn, Rate> other, ToDoubleFunction<Rate> of) {
    return turns.stream()
        .mapToDouble(one -> of.applyAsDouble(one.stream()) / of.applyAsDouble(other.apply(one)))
        .sorted()
        .toArray();
  }

  /** The median of {@link #ratios}; that below the middle of an even number. */
  double ratio(Function<Turn, Rate> other, ToDoubleFunction<Rate> of) {
    double[] ratios = ratios(other, of);
    return ratios[(ratios.length - 1) / 2];
  }

  /** Sentences for the user: the ratios with their spread, and the rates behind them. */
  List<String> sentences() {
    return List.of(
        sentence("default settings", Turn::byDefault),
        sentence("sensible settings", Turn::sensible));
  }

  /** The comparison with the application with sensible settings alone. */
  String sentence() {
    return sentence("sensible settings", Turn::sensible);
  }

  private String sentence(String what, Function<Turn, Rate> other) {
    return String.format(
        Locale.ROOT,
        "stream against one call for each record, %s: ratio %s, of processor time %s in %d turns;"
            + " objects/s %s against %s",
        what,
        spread(other, Rate::objectsPerSecond),
        spread(other, Rate::perCpuSecond),
        turns.size(),
        rates(Turn::stream),
        rates(other));
  }

  private String spread(Function<Turn, Rate> other, ToDoubleFunction<Rate> of) {
    double[] ratios = ratios(other, of);
    return String.format(
        Locale.ROOT, "%.2f (%.2f to %.2f)", ratio(other, of), ratios[0], ratios[ratios.length - 1]);
  }

  private String rates(Function<Turn, Rate> of) {
    return Arrays.toString(
        turns.stream().mapToLong(one -> Math.round(of.apply(one).objectsPerSecond())).toArray());
  }
}
