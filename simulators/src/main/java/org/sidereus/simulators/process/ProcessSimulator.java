package org.sidereus.simulators.process;

import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A simulator in processes of its own, in any language. Each thread that runs a batch has a process
 * to itself, so there are as many processes as threads; they are kept for the next batch.
 *
 * <p>A process that ends during a batch is started again. A batch in which that happens {@value
 * #ATTEMPTS} times is run row by row, and the rows that end the process once more are void. The
 * first batch is run twice, and other results for the same inputs are refused. Safe for use by
 * several threads.
 */
public final class ProcessSimulator implements NamedSimulator {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessSimulator.class);

  /** How often a batch is tried as a whole. */
  private static final int ATTEMPTS = 2;

  /** So many rows in a row that end the process, each alone, are no matter of single rows. */
  private static final int MOST_FAILURES_IN_A_ROW = 20;

  /** Results of the same inputs differ by less, relative to their size. */
  private static final double SAME = 1e-6;

  /** How many events of a kind the log names one by one. */
  private static final int NAMED = 100;

  private final SimulatorCommand command;
  private final Duration limit;
  private final Hello hello;
  private final Map<String, Object> provenance;
  private final Deque<SimulatorProcess> idle = new ConcurrentLinkedDeque<>();
  private final ScheduledExecutorService watch;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger restarts = new AtomicInteger();
  private final AtomicInteger voidRows = new AtomicInteger();
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private final AtomicBoolean compared = new AtomicBoolean();
  private final Thread atExit = new Thread(this::end, "simulator-end");
  private volatile boolean closed;
  private volatile @Nullable SidereusException broken;

  private ProcessSimulator(
      SimulatorCommand command, Duration limit, ScheduledExecutorService watch) {
    this.command = command;
    this.limit = limit;
    this.watch = watch;
    provenance = command.provenance();
    SimulatorProcess first;
    try {
      first = new SimulatorProcess(command, started.incrementAndGet(), limit, watch);
    } catch (SidereusException e) {
      watch.shutdownNow();
      throw e;
    }
    hello = first.hello();
    idle.addFirst(first);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts the first process and learns from it the names of inputs and observables.
   *
   * @param command what to start
   * @param limit longest time for the hello of a process, and for each batch, above 0
   * @throws SidereusException if the process cannot be started or does not speak the protocol
   */
  public static ProcessSimulator start(SimulatorCommand command, Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("limit must be above 0 but is " + limit);
    }
    return start(
        command,
        limit,
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "simulator-watch");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /** The same with a watch that ends processes, which it shuts down at its end. */
  static ProcessSimulator start(
      SimulatorCommand command, Duration limit, ScheduledExecutorService watch) {
    return new ProcessSimulator(command, limit, watch);
  }

  @Override
  public String description() {
    return command.text();
  }

  @Override
  public Map<String, Object> provenance() {
    return provenance;
  }

  @Override
  public List<String> inputs() {
    return hello.inputs();
  }

  @Override
  public List<String> observables() {
    return hello.observables();
  }

  @Override
  public ForwardModel.Runner newRunner() {
    return ForwardModel.Runner.ofMany(this::run);
  }

  /** How many processes were started in place of one that ended or took too long. */
  public int restarts() {
    return restarts.get();
  }

  private SimulationResult[] run(double[][] inputs) {
    if (inputs.length == 0) {
      return new SimulationResult[0];
    }
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        return results(exchange(inputs));
      } catch (ProcessEndedException e) {
        failed(e, inputs.length);
      }
    }
    return Arrays.stream(inputs).map(this::runAlone).toArray(SimulationResult[]::new);
  }

  private SimulationResult runAlone(double[] input) {
    try {
      return results(exchange(new double[][] {input}))[0];
    } catch (ProcessEndedException e) {
      failed(e, 1);
      giveUpAfterMany(e);
      int rows = voidRows.incrementAndGet();
      if (rows <= NAMED) {
        LOG.warn(
            "the run {} is void: {}, as often as it was tried ({}). Let the simulator give NaN for"
                + " inputs that describe nothing",
            named(input),
            e.failure() == ProcessFailure.TIMED_OUT ? "it took too long" : "the simulator crashed",
            rows == NAMED ? "the last one that is named" : rows);
      }
      return new SimulationResult.Failed(e.failure());
    }
  }

  private String named(double[] input) {
    return IntStream.range(0, input.length)
        .mapToObj(i -> hello.inputs().get(i) + "=" + input[i])
        .collect(Collectors.joining(" "));
  }

  private double[][] exchange(double[][] inputs) throws ProcessEndedException {
    SimulatorProcess process = take();
    boolean good = false;
    try {
      double[][] y = process.run(inputs);
      failuresInARow.set(0);
      compareOnce(process, inputs, y);
      good = true;
      return y;
    } catch (SidereusException e) {
      broken = e;
      throw e;
    } finally {
      if (good && !closed) {
        idle.addFirst(process);
      } else {
        process.close();
      }
    }
  }

  private SimulatorProcess take() {
    SidereusException reason = broken;
    if (reason != null) {
      throw reason;
    }
    if (closed) {
      throw new SidereusException("the simulator '" + command.text() + "' was ended");
    }
    SimulatorProcess process = idle.pollFirst();
    return process == null ? another() : process;
  }

  private SimulatorProcess another() {
    SimulatorProcess process =
        new SimulatorProcess(command, started.incrementAndGet(), limit, watch);
    if (!process.hello().equals(hello)) {
      process.close();
      throw new SidereusException(
          "the simulator '%s' has other names in each process: %s and %s"
              .formatted(command.text(), hello, process.hello()));
    }
    return process;
  }

  private void failed(ProcessEndedException e, int rows) {
    int times = restarts.incrementAndGet();
    if (times <= NAMED) {
      LOG.warn(
          "{}, in a batch of {} runs; it is started again ({})",
          e.getMessage(),
          rows,
          times == NAMED ? "the last time that is named" : times);
    }
  }

  /** Not by the failures of batches: those of many threads come at the same time. */
  private void giveUpAfterMany(ProcessEndedException e) {
    if (failuresInARow.incrementAndGet() >= MOST_FAILURES_IN_A_ROW) {
      SidereusException reason =
          new SidereusException(
              "%s; it has failed %d times in a row without a result%s"
                  .formatted(
                      e.getMessage(),
                      MOST_FAILURES_IN_A_ROW,
                      e.failure() == ProcessFailure.TIMED_OUT
                          ? "; give it more time, or make it faster"
                          : "; correct it"),
              e);
      broken = reason;
      throw reason;
    }
  }

  /**
   * Runs a batch again, in reverse order and without its first row: a result depends on the inputs
   * of its run alone. Vectorised code may differ in the last bits.
   */
  private void compareOnce(SimulatorProcess process, double[][] inputs, double[][] y)
      throws ProcessEndedException {
    if (!compared.compareAndSet(false, true)) {
      return;
    }
    if (SwappedBytes.areLikely(y)) {
      throw new SidereusException(
          "the simulator '%s' seems to write numbers with the highest byte first (%s = %s); write them as little-endian float64"
              .formatted(command.text(), hello.observables().get(0), y[0][0]));
    }
    int n = inputs.length;
    int rows = Math.max(1, n - 1);
    double[][] reversed =
        IntStream.range(0, rows).mapToObj(i -> inputs[n - 1 - i]).toArray(double[][]::new);
    double[][] again;
    try {
      again = process.run(reversed);
    } catch (ProcessEndedException e) {
      compared.set(false);
      throw e;
    }
    for (int i = 0; i < rows; i++) {
      double[] before = y[n - 1 - i];
      for (int j = 0; j < before.length; j++) {
        if (!isSame(before[j], again[i][j])) {
          throw new SidereusException(
              "the simulator '%s' gave %s = %s and then %s for the same inputs %s; it must be without"
                      .formatted(
                          command.text(),
                          hello.observables().get(j),
                          before[j],
                          again[i][j],
                          named(reversed[i]))
                  + " noise, and a run must not depend on the others. Noise is added by the case");
        }
      }
    }
  }

  private static boolean isSame(double one, double other) {
    return Double.compare(one, other) == 0
        || Math.abs(one - other) <= SAME * Math.max(Math.abs(one), Math.abs(other));
  }

  private static SimulationResult[] results(double[][] y) {
    return Arrays.stream(y).map(ProcessSimulator::result).toArray(SimulationResult[]::new);
  }

  private static SimulationResult result(double[] y) {
    for (double value : y) {
      if (Double.isNaN(value)) {
        return new SimulationResult.Failed(ProcessFailure.VOID);
      }
    }
    for (double value : y) {
      if (Float.isInfinite((float) value)) {
        return new SimulationResult.Failed(ProcessFailure.INFINITE);
      }
    }
    return new SimulationResult.Observables(y);
  }

  private void end() {
    closed = true;
    idle.forEach(SimulatorProcess::endInput);
    for (SimulatorProcess one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
      one.close();
    }
    watch.shutdownNow();
    if (restarts.get() > 0) {
      LOG.warn(
          "the simulator '{}' was started again {} times; {} runs are void for it",
          command.text(),
          restarts.get(),
          voidRows.get());
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the hook does it
    }
    end();
  }
}
