package org.sidereus.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

/** The same event must give the same posterior in every replay, whatever came with it. */
class BatchIndependenceTest {

  @ParameterizedTest
  @CsvSource({"PAPER,100", "LARGE,250"})
  void shouldGiveTheSamePosteriorToTheLastBit(
      NetworkPreset preset, int samples, @TempDir Path folder) {
    assertSamePosteriors(preset, samples, folder);
  }

  @Tag("thorough")
  @ParameterizedTest
  @CsvSource({"STANDARD,102", "STANDARD,1024"})
  void shouldGiveTheSamePosteriorOfALargeNetworkToTheLastBit(
      NetworkPreset preset, int samples, @TempDir Path folder) {
    assertSamePosteriors(preset, samples, folder);
  }

  private static void assertSamePosteriors(NetworkPreset preset, int samples, Path folder) {
    new PresetBundle(preset, preset.activation()).write(folder.resolve("bundle"));
    Bundle bundle = Bundle.load(folder.resolve("bundle"));
    List<float[]> rows = new RandomObjects(bundle).rows(19);
    List<ObjectSummary> alone = infer(bundle, rows, samples, 1);
    for (int batch : new int[] {2, 5, 16, 19}) {
      List<ObjectSummary> together = infer(bundle, rows, samples, batch);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(numbers(together.get(i))).isEqualTo(numbers(alone.get(i)));
      }
    }
  }

  private static List<ObjectSummary> infer(
      Bundle bundle, List<float[]> rows, int samples, int batch) {
    EngineOptions options = EngineOptions.defaults().withSamples(samples).withBatchSize(batch);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      return engine.infer(rows);
    }
  }

  private static List<Object> numbers(ObjectSummary summary) {
    List<Object> numbers = new ArrayList<>();
    for (double mean : summary.mean()) {
      numbers.add(mean);
    }
    for (double covariance : summary.covariance()) {
      numbers.add(covariance);
    }
    for (double[] quantiles : summary.quantiles()) {
      for (double quantile : quantiles) {
        numbers.add(quantile);
      }
    }
    numbers.add(summary.check() == null ? "no likelihood" : summary.check());
    return numbers;
  }
}
