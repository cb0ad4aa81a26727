package org.sidereus.integration.fault;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came of many outages, in Markdown. */
final class OutageTable {
  private OutageTable() {}

  /** One service and one outage. */
  record Row(OutageSeries.Outage outage, OutageTrial.Outcome outcome) {
    String line() {
      return String.format(
          Locale.ROOT,
          "| %s | %d | %s | %d | %.1f | %.1f | %d | %.0f | %.0f %% | %s |",
          outage.kind(),
          outage.seconds(),
          outcome.state(),
          outcome.threads(),
          outcome.firstS(),
          outcome.allS(),
          outcome.objects(),
          outcome.machineLoad(),
          100 * outcome.processorShare(),
          outcome.wrong().isEmpty() ? "each once" : outcome.wrong());
    }
  }

  private record Kind(int seconds, String state, int threads) {}

  /** A line for each length, state and number of threads. */
  static List<String> lines(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| seconds | state | threads | times | first posterior, s: least, median, largest |"
            + " all, s | exactly once | load | processor |");
    lines.add("|---|---|---|---|---|---|---|---|---|");
    rows.stream()
        .collect(
            Collectors.groupingBy(
                row ->
                    new Kind(
                        row.outage().seconds(), row.outcome().state(), row.outcome().threads()),
                () ->
                    new TreeMap<>(
                        Comparator.comparingInt(Kind::seconds)
                            .thenComparing(Kind::state)
                            .thenComparingInt(Kind::threads)),
                Collectors.toList()))
        .forEach((kind, of) -> lines.add(line(kind, of)));
    return lines;
  }

  private static String line(Kind kind, List<Row> rows) {
    double[] firstS = rows.stream().mapToDouble(row -> row.outcome().firstS()).sorted().toArray();
    int half = firstS.length / 2;
    double medianS = firstS.length % 2 == 1 ? firstS[half] : (firstS[half - 1] + firstS[half]) / 2;
    return String.format(
        Locale.ROOT,
        "| %d | %s | %d | %d | %.1f, %.1f, %.1f | %.1f | %d of %d | %.0f to %.0f | %.0f to %.0f %%"
            + " |",
        kind.seconds(),
        kind.state(),
        kind.threads(),
        rows.size(),
        firstS[0],
        medianS,
        firstS[firstS.length - 1],
        rows.stream().mapToDouble(row -> row.outcome().allS()).max().orElseThrow(),
        rows.stream().filter(row -> row.outcome().wrong().isEmpty()).count(),
        rows.size(),
        rows.stream().mapToDouble(row -> row.outcome().machineLoad()).min().orElseThrow(),
        rows.stream().mapToDouble(row -> row.outcome().machineLoad()).max().orElseThrow(),
        rows.stream().mapToDouble(OutageTable::percent).min().orElseThrow(),
        rows.stream().mapToDouble(OutageTable::percent).max().orElseThrow());
  }

  private static double percent(Row row) {
    return 100 * row.outcome().processorShare();
  }
}
