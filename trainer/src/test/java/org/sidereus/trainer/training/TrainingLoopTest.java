package org.sidereus.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.TensorEngine;

class TrainingLoopTest {
  private static final float[] TRUTH = {1.5f, -2f, 0.25f};
  private static final LoopSettings SETTINGS =
      new LoopSettings(
          new LearningRate(0.05, 1e-4, 5, 300), new BatchSizes(32, 128, 300), 10, 0.9, 20);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TensorEngine.open(DeviceChoice.CPU, 2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Squared error of first * weights against second. */
  private static final Objective SQUARED_ERROR =
      (weights, first, second) -> first.matMul(weights.expandDims(1)).sub(second).square().mean();

  /** Rows of a linear regression; fails after a number of batches. */
  private static final class Regression implements BatchSource {
    private final long failAt;

    Regression(long failAt) {
      this.failAt = failAt;
    }

    @Override
    public int firstWidth() {
      return 3;
    }

    @Override
    public int secondWidth() {
      return 1;
    }

    @Override
    public void fill(long step, int size, float[] first, float[] second) {
      if (step >= failAt) {
        throw new IllegalStateException("no more batches");
      }
      SplittableRandom random = new SplittableRandom(step);
      for (int row = 0; row < size; row++) {
        for (int i = 0; i < 3; i++) {
          first[row * 3 + i] = (float) random.nextGaussian();
          second[row] += TRUTH[i] * first[row * 3 + i];
        }
        second[row] += (float) (0.1 * random.nextGaussian());
      }
    }
  }

  private Trained run(BatchSource batches, Checkpoints checkpoints) {
    float[] first = new float[256 * 3];
    float[] second = new float[256];
    new Regression(Long.MAX_VALUE).fill(-1, 256, first, second);
    return new TrainingLoop("test", SETTINGS, manager, ProgressReporter.NONE)
        .run(
            new float[3],
            SQUARED_ERROR,
            batches,
            new HeldOut(SQUARED_ERROR, first, second, 256),
            checkpoints);
  }

  @Test
  void shouldFindTheWeightsOfALinearRegression() {
    Trained trained = run(new Regression(Long.MAX_VALUE), new Checkpoints(null));
    assertThat(trained.weights()).usingComparatorWithPrecision(0.02f).containsExactly(TRUTH);
    assertThat(trained.validationLoss()).isLessThan(0.015);
    assertThat(trained.steps()).isEqualTo(300);
  }

  @Test
  void shouldRepeatARunBitForBit() {
    Trained once = run(new Regression(Long.MAX_VALUE), new Checkpoints(null));
    Trained again = run(new Regression(Long.MAX_VALUE), new Checkpoints(null));
    assertThat(again.weights()).containsExactly(once.weights());
  }

  @Test
  void shouldContinueFromACheckpointAsIfNeverInterrupted(@TempDir Path folder) {
    Trained whole = run(new Regression(Long.MAX_VALUE), new Checkpoints(null));
    Checkpoints checkpoints = new Checkpoints(folder.resolve("checkpoint.safetensors"), 40);
    assertThatThrownBy(() -> run(new Regression(130), checkpoints))
        .hasMessageContaining("batch")
        .hasRootCauseMessage("no more batches");
    Trained resumed = run(new Regression(Long.MAX_VALUE), checkpoints);
    assertThat(resumed.steps()).isEqualTo(300 - 120);
    assertThat(resumed.weights()).containsExactly(whole.weights());
    assertThat(resumed.validationLoss()).isEqualTo(whole.validationLoss());
  }

  @Test
  void shouldGiveUpWhereGradientsStayInfinite() {
    Objective broken = (weights, first, second) -> weights.sum().sqrt();
    assertThatThrownBy(
            () ->
                new TrainingLoop("test", SETTINGS, manager, ProgressReporter.NONE)
                    .run(
                        new float[] {-1, -1, -1},
                        broken,
                        new Regression(Long.MAX_VALUE),
                        weights -> 1.0,
                        new Checkpoints(null)))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("lower the learning rate");
  }
}
