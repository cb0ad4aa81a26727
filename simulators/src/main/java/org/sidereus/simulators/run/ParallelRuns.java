package org.sidereus.simulators.run;

import java.util.Arrays;
import java.util.function.Supplier;
import org.sidereus.engine.Progress;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/** Many runs on several threads. The results do not depend on the number of threads. */
public final class ParallelRuns {
  private final Supplier<ForwardModel.Runner> runners;
  private final int threads;

  /**
   * Runs of a simulator.
   *
   * @param runners makes the runner of a thread
   * @param threads number of threads, at least 1
   */
  public ParallelRuns(Supplier<ForwardModel.Runner> runners, int threads) {
    this.runners = runners;
    this.threads = threads;
  }

  /**
   * Runs the simulator once for each set of inputs.
   *
   * @param inputs inputs of the runs [N][inputs]
   * @param progress is advanced by the number of finished runs
   * @return results [N], in the order of the inputs
   */
  public SimulationResult[] run(double[][] inputs, Progress progress) {
    SimulationResult[] results = new SimulationResult[inputs.length];
    new ParallelChunks(inputs.length, threads)
        .run(
            () -> {
              ForwardModel.Runner runner = runners.get();
              return (from, to) ->
                  System.arraycopy(
                      runner.runAll(Arrays.copyOfRange(inputs, from, to)),
                      0,
                      results,
                      from,
                      to - from);
            },
            progress);
    return results;
  }
}
