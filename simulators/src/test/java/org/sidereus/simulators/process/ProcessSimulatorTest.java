package org.sidereus.simulators.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.ParallelRuns;

/** Processes of {@link SpringProgram}, which speaks the protocol and fails in many ways. */
class ProcessSimulatorTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path folder;

  @Test
  void shouldRunBatchesOfSeveralThreads() {
    try (ProcessSimulator simulator = start(LIMIT)) {
      assertThat(simulator.inputs()).containsExactly("stretch", "rest", "stiffness");
      assertThat(simulator.observables()).containsExactly("energy", "force");
      double[][] inputs = new double[3000][];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = new double[] {10 + i, 0.1, 2};
      }
      SimulationResult[] results =
          new ParallelRuns(simulator::newRunner, 2).run(inputs, new Unseen());
      for (int i = 0; i < inputs.length; i++) {
        assertThat(y(results[i])).containsExactly((10.0 + i) * (10 + i), 0.1 + 2 * (10 + i));
      }
      assertThat(simulator.restarts()).isZero();
      assertThat(simulator.newRunner().runAll(new double[0][])).isEmpty();
    }
  }

  @Test
  void shouldTellVoidRunsFromOthers() {
    try (ProcessSimulator simulator = start(LIMIT)) {
      SimulationResult[] results =
          simulator.newRunner().runAll(new double[][] {{1, 0, 2}, {5, 0, 2}, {6, 0, 2}});
      assertThat(y(results[0])).containsExactly(1, 2);
      assertThat(reason(results[1])).isEqualTo(ProcessFailure.VOID);
      assertThat(reason(results[2])).isEqualTo(ProcessFailure.INFINITE);
    }
  }

  @Test
  void shouldFindTheRowThatEndsTheProcess() {
    try (ProcessSimulator simulator = start(LIMIT, "crash")) {
      SimulationResult[] results =
          simulator.newRunner().runAll(new double[][] {{1, 0, 2}, {7, 0, 2}, {3, 0, 2}});
      assertThat(y(results[0])).containsExactly(1, 2);
      assertThat(reason(results[1])).isEqualTo(ProcessFailure.CRASHED);
      assertThat(y(results[2])).containsExactly(9, 6);
      assertThat(simulator.restarts()).isEqualTo(3);
    }
  }

  /** Its limit is over when a process hangs, so that it does not matter how fast processes are. */
  @Test
  void shouldEndTheRowThatHangs() {
    Path hangs = folder.resolve("hangs");
    Duration limit = Duration.ofSeconds(40);
    try (ProcessSimulator simulator =
        ProcessSimulator.start(spring("hang=" + hangs), limit, new WhenThere(hangs, limit))) {
      SimulationResult[] results =
          simulator.newRunner().runAll(new double[][] {{7, 0, 2}, {3, 0, 2}});
      assertThat(reason(results[0])).isEqualTo(ProcessFailure.TIMED_OUT);
      assertThat(y(results[1])).containsExactly(9, 6);
      assertThat(simulator.restarts()).isEqualTo(3);
    }
  }

  @Test
  void shouldEndAProcessAfterItsLimit() {
    assertThatThrownBy(() -> start(Duration.ofMillis(1), "hang=" + folder.resolve("hangs")))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("took longer than 0.001 s and was ended");
  }

  /** A clock by which a limit is over as soon as a file is there, once for each file. */
  private static final class WhenThere extends ScheduledThreadPoolExecutor {
    private static final long LOOK_MS = 10;

    private final Path file;
    private final Duration limit;

    private WhenThere(Path file, Duration limit) {
      super(1);
      this.file = file;
      this.limit = limit;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable action, long delay, TimeUnit unit) {
      assertThat(Duration.of(delay, unit.toChronoUnit())).isEqualTo(limit);
      return scheduleWithFixedDelay(
          () -> {
            if (deleted()) {
              action.run();
            }
          },
          LOOK_MS,
          LOOK_MS,
          TimeUnit.MILLISECONDS);
    }

    private boolean deleted() {
      try {
        return Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void shouldRepeatABatchThatFailedOnce() {
    try (ProcessSimulator simulator = start(LIMIT, "once=" + folder.resolve("crashed"))) {
      assertThat(y(simulator.newRunner().run(new double[] {1, 0, 2}))).containsExactly(1, 2);
      assertThat(folder.resolve("crashed")).exists();
      assertThat(simulator.restarts()).isEqualTo(1);
    }
  }

  @Test
  void shouldGiveUpASimulatorThatAlwaysFails() {
    try (ProcessSimulator simulator = start(LIMIT, "always")) {
      double[][] inputs = new double[30][];
      Arrays.setAll(inputs, i -> new double[] {i, 0, 2});
      assertThatThrownBy(() -> simulator.newRunner().runAll(inputs))
          .isInstanceOf(SidereusException.class)
          .hasMessageContaining("ended with the exit status 1")
          .hasMessageContaining("no spring works")
          .hasMessageContaining("20 times in a row");
      assertThatThrownBy(() -> simulator.newRunner().run(inputs[0]))
          .hasMessageContaining("20 times in a row");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "print-first | what is not a frame: 'Loading tables of springs",
        "no-start | exit status 3 ('no module named springs'), before its hello",
        "new-version | speaks version 2 of the protocol, but this program version 1",
        "twice | a name in 'inputs' that is empty or there twice: a"
      })
  void shouldRefuseToStart(String way, String message) {
    assertThatThrownBy(() -> start(LIMIT, way))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "print | what is not a frame: 'batch 1",
        "print-within | does not end after its 32 bytes: other output of the program is between",
        "short | a frame 'OBSV' of 8 bytes, which must have 32",
        "noise | for the same inputs stretch=2.0 rest=0.0 stiffness=2.0; it must be without noise",
        "by-batch | and a run must not depend on the others",
        "big-endian | with the highest byte first (energy = ",
        "wrong | says that it is wrong ('a spring has no mass'); correct it"
      })
  void shouldRefuseWhatIsNoResult(String way, String message) {
    try (ProcessSimulator simulator = start(LIMIT, way)) {
      assertThatThrownBy(() -> simulator.newRunner().runAll(new double[][] {{1, 0, 2}, {2, 0, 2}}))
          .isInstanceOf(SidereusException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void shouldEndItsProcesses() {
    List<ProcessHandle> before = springs();
    ProcessSimulator simulator = start(LIMIT);
    simulator.newRunner().run(new double[] {1, 0, 2});
    assertThat(springs()).hasSizeGreaterThan(before.size());
    simulator.close();
    assertThat(springs()).as("those of other tests may still be there").isSubsetOf(before);
    assertThatThrownBy(() -> simulator.newRunner().run(new double[] {1, 0, 2}))
        .hasMessageContaining("was ended");
  }

  @Test
  void shouldHashTheFilesOfTheCommand() throws Exception {
    Path script = Files.writeString(folder.resolve("my sim.py"), "abc");
    SimulatorCommand command = SimulatorCommand.parse("python '" + script + "' --fast \"\"");
    assertThat(command.words()).containsExactly("python", script.toString(), "--fast", "");
    // sha256sum of the three letters
    assertThat(command.provenance().toString())
        .contains("my sim.py=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThatThrownBy(() -> SimulatorCommand.parse("python 'sim.py"))
        .hasMessageContaining("quote ' without an end");
    assertThatThrownBy(
            () -> ProcessSimulator.start(SimulatorCommand.parse("/no/such/program"), LIMIT))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("'/no/such/program' cannot be started");
  }

  private static List<ProcessHandle> springs() {
    Predicate<ProcessHandle> isSpring =
        child ->
            child.isAlive()
                && child
                    .info()
                    .commandLine()
                    .map(line -> line.contains(SpringProgram.class.getName()))
                    .orElse(false);
    return ProcessHandle.current().children().filter(isSpring).toList();
  }

  private static ProcessSimulator start(Duration limit, String... ways) {
    return ProcessSimulator.start(spring(ways), limit);
  }

  /** The command of a {@link SpringProgram}. */
  private static SimulatorCommand spring(String... ways) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                SpringProgram.classes(),
                SpringProgram.class.getName()));
    words.addAll(List.of(ways));
    return new SimulatorCommand(words);
  }

  private static final class Unseen implements Progress {
    @Override
    public void advance(long steps) {
      // nobody looks
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  private static double[] y(SimulationResult result) {
    return ((SimulationResult.Observables) result).y();
  }

  private static SimulationResult.Reason reason(SimulationResult result) {
    return ((SimulationResult.Failed) result).reason();
  }
}
