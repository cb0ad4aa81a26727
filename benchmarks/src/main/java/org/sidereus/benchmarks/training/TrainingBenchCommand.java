package org.sidereus.benchmarks.training;

import ai.djl.ndarray.NDManager;
import java.io.PrintWriter;
import java.util.Locale;
import org.sidereus.networks.Activation;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.TensorEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The time of a training step. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "6 parameters, 27 features, affine transforms of two hidden layers; the same in Python:"
          + " benchmarks/peers/training.py.",
      "",
      "Example: sidereus bench training --steps 200 --batch 4096"
    })
final class TrainingBenchCommand implements Runnable {
  @Option(
      names = "--transforms",
      defaultValue = "6",
      paramLabel = "N",
      description = "Transforms (default: 6).")
  private int transforms;

  @Option(
      names = "--width",
      defaultValue = "64",
      paramLabel = "N",
      description = "Units of each hidden layer (default: 64).")
  private int width;

  @Option(
      names = "--batch",
      defaultValue = "4096",
      paramLabel = "N",
      description = "Rows of a batch (default: 4096).")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "100",
      paramLabel = "N",
      description = "Steps (default: 100).")
  private int steps;

  @Option(
      names = "--tensor-threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads of the tensor library (default: 1).")
  private int threads;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (transforms < 1 || width < 1 || batch < 1 || steps < 1 || threads < 1) {
      throw new ParameterException(spec.commandLine(), "all numbers must be at least 1");
    }
    try (NDManager manager = TensorEngine.open(DeviceChoice.CPU, threads)) {
      TrainingBench.Step step =
          new TrainingBench(transforms, width, Activation.SILU, true, batch).run(manager, steps);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%d transforms of 2 x %d, batches of %d, %d threads: %.2f ms per step, %.2f ms of"
              + " processor time of the training thread, %.2f ms of all%n",
          transforms,
          width,
          batch,
          threads,
          step.milliseconds(),
          step.cpuMilliseconds(),
          step.processMilliseconds());
      out.flush();
    }
  }
}
