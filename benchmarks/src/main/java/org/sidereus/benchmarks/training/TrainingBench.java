package org.sidereus.benchmarks.training;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.sidereus.benchmarks.ProcessorTime;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.FlowDensity;
import org.sidereus.trainer.network.InitialWeights;
import org.sidereus.trainer.network.TransformKind;
import org.sidereus.trainer.training.BatchSizes;
import org.sidereus.trainer.training.BatchSource;
import org.sidereus.trainer.training.Checkpoints;
import org.sidereus.trainer.training.LearningRate;
import org.sidereus.trainer.training.LoopSettings;
import org.sidereus.trainer.training.TrainingLoop;

/**
 * Times the steps of a flow's training as {@code train} does them (gradient, clipping, Adam,
 * average of the weights), on one batch of random numbers again and again: the time depends on the
 * sizes alone.
 */
final class TrainingBench {
  private static final int PARAMETERS = 6;
  private static final int FEATURES = 27;

  private final FlowArchitecture architecture;
  private final int batch;

  TrainingBench(int transforms, int width, Activation activation, boolean embedding, int batch) {
    this.batch = batch;
    this.architecture =
        new FlowArchitecture(
            TransformKind.AFFINE,
            transforms,
            List.of(width, width),
            activation,
            embedding ? List.of(width, width) : List.of(),
            activation,
            8,
            5);
  }

  /**
   * What a step takes.
   *
   * @param milliseconds wall time
   * @param cpuMilliseconds processor time of the thread that trains, which with one tensor thread
   *     is all but the compiler of the virtual machine and the making of batches
   * @param processMilliseconds processor time of the whole process
   */
  record Step(double milliseconds, double cpuMilliseconds, double processMilliseconds) {}

  /** Runs some steps, after a tenth as many that are not counted. */
  Step run(NDManager manager, long steps) {
    time(manager, Math.max(10, steps / 10));
    double process = ProcessorTime.seconds();
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    double seconds = time(manager, steps);
    long cpuNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
    return new Step(
        1e3 * seconds / steps,
        1e-6 * cpuNs / steps,
        1e3 * (ProcessorTime.seconds() - process) / steps);
  }

  private double time(NDManager manager, long steps) {
    FlowSpec spec =
        architecture.spec(
            Collections.nCopies(PARAMETERS, new ParameterScaling.Affine(0, 1)),
            Collections.nCopies(PARAMETERS, Role.LOCAL),
            Collections.nCopies(FEATURES, new Standardisation(0, 1)),
            1);
    @Nullable Path folder = null;
    try (FlowDensity density = new FlowDensity(spec, manager)) {
      folder = Files.createTempDirectory("sidereus-bench-training-");
      float[] initial =
          density
              .layout()
              .vector(new InitialWeights(new RandomStreams(1).at("weights", 0)).flow(spec));
      LoopSettings settings =
          new LoopSettings(
              new LearningRate(1e-3, 1e-6, 0, steps),
              new BatchSizes(batch, batch, steps),
              5,
              0.999,
              steps);
      long start = System.nanoTime();
      new TrainingLoop("bench", settings, manager, ProgressReporter.NONE)
          .run(
              initial,
              (weights, z, features) -> density.logDensity(weights, z, features).mean().neg(),
              new SameBatch(batch),
              average -> 0,
              new Checkpoints(folder.resolve("none")));
      return (System.nanoTime() - start) * 1e-9;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the benchmark", e);
    } finally {
      delete(folder);
    }
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try {
      Files.deleteIfExists(folder.resolve("none"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  /** Random numbers, made once. */
  private static final class SameBatch implements BatchSource {
    private final float[] parameters;
    private final float[] features;

    SameBatch(int rows) {
      Random random = new Random(1);
      parameters = normal(random, rows * PARAMETERS);
      features = normal(random, rows * FEATURES);
    }

    private static float[] normal(Random random, int length) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return values;
    }

    @Override
    public int firstWidth() {
      return PARAMETERS;
    }

    @Override
    public int secondWidth() {
      return FEATURES;
    }

    @Override
    public void fill(long step, int size, float[] first, float[] second) {
      System.arraycopy(parameters, 0, first, 0, size * PARAMETERS);
      System.arraycopy(features, 0, second, 0, size * FEATURES);
    }
  }
}
