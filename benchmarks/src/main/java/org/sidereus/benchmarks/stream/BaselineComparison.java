package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The stream beside {@link OneByOneApplication}s in turns of one run. */
final class BaselineComparison {
  /** One turn of each: the stream, and the application with default and with sensible settings. */
  record Turn(Rate stream, Rate byDefault, Rate sensible) {}

  private final List<Turn> turns = new ArrayList<>();

  void add(Turn turn) {
    turns.add(turn);
  }

  /** Objects in a second of the stream over those of another, of each turn, ascending. */
  double[] ratios(Function<Turn, Rate> other) {
    return turns.stream()
        .mapToDouble(one -> one.stream().objectsPerSecond() / other.apply(one).objectsPerSecond())
        .sorted()
        .toArray();
  }

  /** The median ratio; that below the middle of an even number. */
  double ratio(Function<Turn, Rate> other) {
    double[] ratios = ratios(other);
    return ratios[(ratios.length - 1) / 2];
  }

  /** Sentences for the user: the ratios with their spread, and the rates behind them. */
  List<String> sentences() {
    return List.of(
        sentence("default settings", Turn::byDefault),
        sentence("sensible settings", Turn::sensible));
  }

  private String sentence(String what, Function<Turn, Rate> other) {
    double[] ratios = ratios(other);
    return String.format(
        Locale.ROOT,
        "stream against one call for each record, %s: ratio %.2f (%.2f to %.2f in %d turns;"
            + " objects/s %s against %s)",
        what,
        ratio(other),
        ratios[0],
        ratios[ratios.length - 1],
        ratios.length,
        rates(Turn::stream),
        rates(other));
  }

  private String rates(Function<Turn, Rate> of) {
    return Arrays.toString(
        turns.stream().mapToLong(one -> Math.round(of.apply(one).objectsPerSecond())).toArray());
  }
}
