package org.sidereus.exporter.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.EngineOptions;

class ReadingSearchTest {
  private static final Consumer<BrokenBundles.Graph> SAME = graph -> {};

  /** No order, unit or scale explains a flow that is too narrow. */
  private static final Consumer<BrokenBundles.Graph> NARROW =
      graph ->
          graph
              .numbers("l", l -> 0.5f * l)
              .numbers("norm", norm -> (float) (norm - 3 * Math.log(2)));

  @TempDir Path folder;

  @Test
  void shouldEvaluateTheGraphForFewPointsWhereNothingExplainsTheFault() {
    Path bundle = new BrokenBundles(folder).with(NARROW, SAME);
    ReadingSearch[] table = new ReadingSearch[1];
    assertThat(explained(bundle, false, Duration.ofMinutes(5), table).detail())
        .contains("posterior and simulations are of different models");
    // 40 factors for each of 4 observables and for all of them, and the swaps of observables
    assertThat(table[0].points()).isLessThan(450_000);
    ReadingSearch[] emulated = new ReadingSearch[1];
    assertThat(explained(bundle, true, Duration.ofMinutes(5), emulated).kind())
        .isEqualTo(Fault.CALIBRATION);
    assertThat(emulated[0].points()).isLessThan(900_000);
  }

  @Test
  void shouldSayThatItWasStopped() {
    Path bundle = new BrokenBundles(folder).with(NARROW, SAME);
    assertThat(explained(bundle, true, Duration.ZERO, new ReadingSearch[1]).detail())
        .contains("not all tried within 0 s")
        .doesNotContain("different models");
  }

  @Test
  void shouldFitRangesThatOnlyTheTrainingKnows() {
    Path bundle =
        new BrokenBundles(folder)
            .with(
                graph ->
                    graph
                        .numbers("norm", norm -> (float) (norm - Math.log(5.0 * 0.25 * 40)))
                        .rename("theta", "own")
                        .vector("middle", new double[] {3, -2, 10})
                        .vector("half", new double[] {5, 0.25, 40})
                        .node("Sub", "centred", Map.of(), "own", "middle")
                        .node("Div", "theta", Map.of(), "centred", "half"),
                SAME);
    List<String> lines = new ArrayList<>();
    CheckReport report = new BundleCheck(bundle, (Path) null).run(lines::add);
    assertThat(report.faults()).containsExactly(Fault.UNITS);
    assertThat(lines)
        .filteredOn(line -> !line.contains("looking for"))
        .containsExactlyElementsOf(report.findings().stream().map(Finding::toString).toList());
    String last = lines.get(lines.size() - 1);
    assertThat(last).containsPattern("\\(b - -[12]\\.\\d+\\) / 0\\.2\\d").contains("put the");
    assertThat(lines.get(lines.size() - 2)).contains("looking for an order or a unit");
  }

  private static Finding explained(
      Path folder, boolean emulated, Duration limit, ReadingSearch[] search) {
    Bundle bundle = Bundle.load(folder);
    try (PosteriorRun posterior = new PosteriorRun(bundle);
        EmulatorEngine emulator = EmulatorEngine.open(bundle, EngineOptions.defaults())) {
      Truths truths = Truths.drawn(bundle.manifest(), emulator, 256, new Random(2));
      search[0] =
          new ReadingSearch(
              posterior, bundle.manifest(), truths, emulated ? emulator : null, limit);
      return search[0].explanation("true parameters", "they are not as they should be");
    }
  }
}
