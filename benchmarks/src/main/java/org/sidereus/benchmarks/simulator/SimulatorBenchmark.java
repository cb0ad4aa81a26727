package org.sidereus.benchmarks.simulator;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.sidereus.simulators.cases.ScienceCases;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.PriorDraws;

/** Time of one run of a forward model for draws from the prior, in batches as a training has. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SimulatorBenchmark {
  private static final int DRAWS = 4096;
  private static final int BATCH = 256;

  /** Name of a science case; set by the command. */
  @Param({""})
  public String science;

  /** Name of one of its models; set by the command. */
  @Param({""})
  public String model;

  /** Folder of the files that the model reads; empty: none. Set by the command. */
  @Param({""})
  public String inputs;

  private ForwardModel.Runner runner;
  private double[][][] batches;
  private int next;

  /** Reads the files and draws the inputs. */
  @Setup
  public void setUp() {
    ForwardModel simulator =
        Objects.requireNonNull(ScienceCases.named(science).models(folder()).get(model), model);
    double[][] draws = new PriorDraws(simulator, 1).next(DRAWS);
    batches = new double[DRAWS / BATCH][][];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = Arrays.copyOfRange(draws, i * BATCH, (i + 1) * BATCH);
    }
    runner = simulator.newRunner();
  }

  private Optional<Path> folder() {
    return inputs.isEmpty() ? Optional.empty() : Optional.of(Path.of(inputs));
  }

  /** One batch; the time is that of one run. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public SimulationResult[] run() {
    next = (next + 1) % batches.length;
    return runner.runAll(batches[next]);
  }
}
