package org.sidereus.trainer.gce;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.sidereus.trainer.ForwardModel;
import org.sidereus.trainer.Outcome;
import org.sidereus.trainer.PriorDraws;

/** Time of one run of the model for draws from the prior. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SimulatorBenchmark {
  private static final int DRAWS = 4096;

  /** Name of a {@link YieldSource}. */
  @Param({"tng", "alternative"})
  public String yieldSet;

  /** Folder of the yield tables; set by the command. */
  @Param({""})
  public String yields;

  private ForwardModel.Runner runner;
  private double[][] thetas;
  private int next;

  /** Reads the yields and draws the parameters. */
  @Setup
  public void setUp() {
    GceModel model =
        GceModel.of(
            YieldSource.valueOf(yieldSet.toUpperCase(Locale.ROOT)),
            YieldDirectory.of(Path.of(yields)),
            GceModel.DEFAULT_ACCRETION);
    thetas = new PriorDraws(model, 1).next(DRAWS);
    runner = model.newRunner();
  }

  /** One run. */
  @Benchmark
  public Outcome run() {
    next = (next + 1) & (DRAWS - 1);
    return runner.run(thetas[next]);
  }
}
