package org.sidereus.simulators.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.run.RandomStreams;

class SimulationTest {
  private static final SmallModel MODEL = new SmallModel(2.5);
  private static final Design PRIOR = new Design.FromPrior(MODEL.inputPriors());

  private static byte[] bytes(int threads, long seed, Path folder) throws IOException {
    Path file = folder.resolve("set-" + threads + "-" + seed + ".safetensors");
    new Simulation(MODEL, threads, ProgressReporter.NONE)
        .run(PRIOR, 3_000, new RandomStreams(seed), "test")
        .write(file);
    return Files.readAllBytes(file);
  }

  @Test
  void shouldWriteTheSameBytesWithAnyNumberOfThreads(@TempDir Path folder) throws IOException {
    byte[] one = bytes(1, 5, folder);
    assertThat(bytes(4, 5, folder)).isEqualTo(one);
    assertThat(bytes(1, 6, folder)).isNotEqualTo(one);
  }

  @Test
  void shouldDrawAgainWhatFails() {
    Simulation simulation = new Simulation(new SmallModel(0.0), 2, ProgressReporter.NONE);
    TrainingSet set = simulation.run(PRIOR, 1_000, new RandomStreams(1), "test");
    assertThat(simulation.failedRuns()).isBetween(800L, 1200L);
    for (int row = 0; row < set.rows(); row++) {
      assertThat(set.parameters()[2 * row]).isNotPositive();
    }
  }

  @Test
  void shouldStoreWhatWasSimulated() {
    TrainingSet set =
        new Simulation(MODEL, 1, ProgressReporter.NONE)
            .run(PRIOR, 100, new RandomStreams(1), "test");
    for (int row = 0; row < set.rows(); row++) {
      double expected = set.parameters()[2 * row] + 0.5 * set.parameters()[2 * row + 1];
      assertThat(set.observables()[2 * row]).isEqualTo((float) expected);
    }
  }

  @Test
  void shouldReadBackWhatWasWritten(@TempDir Path folder) {
    TrainingSet set =
        new Simulation(MODEL, 1, ProgressReporter.NONE)
            .run(PRIOR, 100, new RandomStreams(1), "test");
    set.write(folder.resolve("set.safetensors"));
    TrainingSet back = TrainingSet.read(folder.resolve("set.safetensors"));
    assertThat(back.rows()).isEqualTo(100);
    assertThat(back.parameters()).containsExactly(set.parameters());
    assertThat(back.observables()).containsExactly(set.observables());
  }

  @Test
  void shouldGiveUpWhereEverythingFails() {
    assertThatThrownBy(
            () ->
                new Simulation(new SmallModel(-100), 2, ProgressReporter.NONE)
                    .run(PRIOR, 10, new RandomStreams(1), "test"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("failed");
  }
}
