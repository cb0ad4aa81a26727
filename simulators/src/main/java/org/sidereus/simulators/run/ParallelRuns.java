package org.sidereus.simulators.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.sidereus.engine.Progress;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/**
 * Many runs of a forward model on several threads. The outcomes do not depend on the number of
 * threads.
 */
public final class ParallelRuns {
  private static final int CHUNK = 256;

  private final ForwardModel model;
  private final int threads;

  /**
   * Runs of a model.
   *
   * @param model the model
   * @param threads number of threads, at least 1
   */
  public ParallelRuns(ForwardModel model, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
    this.model = model;
    this.threads = threads;
  }

  /**
   * Runs the model once for each set of inputs.
   *
   * @param inputs parameters and covariates [N][D + C]
   * @param progress is advanced by the number of finished runs
   * @return outcomes [N], in the order of the inputs
   */
  public SimulationResult[] run(double[][] inputs, Progress progress) {
    SimulationResult[] outcomes = new SimulationResult[inputs.length];
    AtomicInteger next = new AtomicInteger();
    Callable<Void> work =
        () -> {
          ForwardModel.Runner runner = model.newRunner();
          while (true) {
            int from = next.getAndAdd(CHUNK);
            if (from >= inputs.length) {
              return null;
            }
            int to = Math.min(from + CHUNK, inputs.length);
            SimulationResult[] some = runner.runAll(Arrays.copyOfRange(inputs, from, to));
            System.arraycopy(some, 0, outcomes, from, some.length);
            progress.advance(to - from);
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> works = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        works.add(work);
      }
      for (Future<Void> finished : pool.invokeAll(works)) {
        finished.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the runs were interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
    return outcomes;
  }
}
