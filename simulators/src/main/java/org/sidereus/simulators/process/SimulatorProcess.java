package org.sidereus.simulators.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.sidereus.engine.SidereusException;

/** One process of a simulator, for the use of one thread at a time. */
final class SimulatorProcess implements AutoCloseable {
  private static final int LONGEST_HELLO = 1 << 20;
  private static final Duration TIME_TO_END = Duration.ofSeconds(2);

  private final SimulatorCommand command;
  private final Duration limit;
  private final ScheduledExecutorService watch;
  private final Process process;
  private final StandardError errors;
  private final Frames frames;
  private final Hello hello;
  private volatile boolean late;

  /**
   * Starts a process and waits for its hello.
   *
   * @param command what to start
   * @param number of the process, for the log
   * @param limit longest time for the hello, and for each batch
   * @param watch ends the process where it takes longer
   * @throws SidereusException if it cannot be started or says no hello
   */
  SimulatorProcess(
      SimulatorCommand command, int number, Duration limit, ScheduledExecutorService watch) {
    this.command = command;
    this.limit = limit;
    this.watch = watch;
    process = command.start();
    errors = new StandardError(number, process.getErrorStream());
    frames = new Frames(process.getInputStream(), process.getOutputStream());
    try {
      hello = limited(() -> Hello.parse(frames.read(Frames.Kind.HELO, 1, LONGEST_HELLO)));
    } catch (ProcessEndedException e) {
      throw new SidereusException(
          e.getMessage() + ", before its hello; run its command alone to see why", e);
    }
  }

  Hello hello() {
    return hello;
  }

  /** The exit status of a program that is wrong for all inputs, and is not started again. */
  private static final int WRONG = 64;

  /**
   * Runs a batch.
   *
   * @param inputs [N][D], in the order of the hello
   * @return observables [N][M], in the order of the hello
   * @throws ProcessEndedException if the process ended or took too long; it is of no further use
   * @throws SidereusException if what it wrote is not of the protocol
   */
  double[][] run(double[][] inputs) throws ProcessEndedException {
    int columns = hello.observables().size();
    int bytes = Math.multiplyExact(Double.BYTES * columns, inputs.length);
    ByteBuffer content =
        ByteBuffer.allocate(Math.multiplyExact(Double.BYTES * hello.inputs().size(), inputs.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double[] row : inputs) {
      for (double value : row) {
        content.putDouble(value);
      }
    }
    byte[] results =
        limited(
            () -> {
              frames.write(Frames.Kind.RUNS, content.array());
              return frames.read(Frames.Kind.OBSV, bytes, bytes);
            });
    ByteBuffer numbers = ByteBuffer.wrap(results).order(ByteOrder.LITTLE_ENDIAN);
    double[][] y = new double[inputs.length][columns];
    for (double[] row : y) {
      for (int j = 0; j < columns; j++) {
        row[j] = numbers.getDouble();
      }
    }
    return y;
  }

  @FunctionalInterface
  private interface Exchange<T> {
    T make() throws IOException;
  }

  private <T> T limited(Exchange<T> exchange) throws ProcessEndedException {
    ScheduledFuture<?> alarm =
        watch.schedule(
            () -> {
              late = true;
              kill();
            },
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      return exchange.make();
    } catch (IOException e) {
      throw ended();
    } catch (SidereusException e) {
      kill();
      throw new SidereusException(
          "the simulator '%s' %s".formatted(command.text(), e.getMessage()), e);
    } finally {
      alarm.cancel(false);
    }
  }

  private ProcessEndedException ended() {
    String how;
    try {
      boolean gone = process.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS);
      how =
          late
              ? "took longer than %s s and was ended".formatted(limit.toMillis() / 1000.0)
              : gone
                  ? "ended with the exit status " + process.exitValue()
                  : "closed its standard output";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      how = "was ended";
    }
    kill();
    String said = errors.end();
    String because = said.isEmpty() ? "" : " ('" + said + "')";
    if (!late && !process.isAlive() && process.exitValue() == WRONG) {
      throw new SidereusException(
          "the simulator '%s' says that it is wrong%s; correct it"
              .formatted(command.text(), because));
    }
    return new ProcessEndedException(
        late ? ProcessFailure.TIMED_OUT : ProcessFailure.CRASHED,
        "the simulator '%s' %s%s".formatted(command.text(), how, because));
  }

  /**
   * Kills the process and waits for its end. A wrapper such as {@code uv run} has the simulator as
   * its child, which holds the pipes.
   */
  private void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    endsInTime();
  }

  /** Whether the process ends soon; an interrupted thread does not wait. */
  private boolean endsInTime() {
    try {
      return process.waitFor(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Closes its input, at whose end the program ends by itself. */
  void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      kill();
    }
  }

  /** Ends the process; one that stays after the end of its input is killed. */
  @Override
  public void close() {
    endInput();
    if (!endsInTime()) {
      kill();
    }
  }
}
