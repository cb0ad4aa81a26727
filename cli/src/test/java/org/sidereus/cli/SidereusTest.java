package org.sidereus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.SidereusException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

final class SidereusTest {
  private final StringWriter err = new StringWriter();
  private final StringWriter out = new StringWriter();

  @Test
  void shouldEndWithZeroWhenTheCommandSucceeds() {
    assertThat(run(() -> {}, "work")).isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongInOneLineWithoutStackTrace() {
    int code =
        run(
            () -> {
              throw new SidereusException(
                  "catalog.csv, line 3: 'abc' is not a number;\n correct the row");
            },
            "work");
    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly("sidereus: catalog.csv, line 3: 'abc' is not a number;; correct the row");
  }

  @Test
  void shouldPrintTheStackTraceWhenAskedFor() {
    run(
        () -> {
          throw new SidereusException("broken");
        },
        "work",
        "--stacktrace");
    assertThat(err.toString()).contains("at org.sidereus.cli.SidereusTest");
  }

  @Test
  void shouldEndWithTwoWhenTheCommandLineIsWrong() {
    assertThat(run(() -> {}, "wrok")).isEqualTo(2);
    assertThat(run(() -> {})).isEqualTo(2);
  }

  @Test
  void shouldListTheCommandsOfModulesThatAreNotOnTheClassPath() {
    assertThat(run(() -> {}, "--help")).isZero();
    assertThat(out.toString()).contains("demo", "simulate", "work");
    assertThat(run(() -> {}, "demo")).isEqualTo(1);
    assertThat(err.toString()).contains("demo", "./sidereus");
  }

  @Test
  void shouldEscapeTheControlCharactersOfNames() {
    run(
        () -> {
          throw new SidereusException("no group 'M 31\u001b[2J\u009b'");
        },
        "work");
    assertThat(err.toString().lines())
        .containsExactly("sidereus: no group 'M 31\\u001b[2J\\u009b'");
  }

  @Test
  void shouldSayWhichLimitOfTheMachineTheWorkHasMet() {
    assertThat(run(() -> Arrays.fill(new long[Integer.MAX_VALUE], 1), "work"))
        .as("longer than an array may be")
        .isEqualTo(3);
    assertThat(run(this::endless, "work")).isEqualTo(3);
    assertThat(
            run(
                () -> {
                  throw new IllegalStateException(
                      new ExecutionException(new OutOfMemoryError("Java heap space")));
                },
                "work"))
        .isEqualTo(3);
    assertThat(err.toString().lines())
        .hasSize(3)
        .satisfiesExactly(
            line -> assertThat(line).contains("memory is used up", "-Xmx"),
            line -> assertThat(line).contains("stack of a thread", "-Xss"),
            line -> assertThat(line).contains("memory is used up", "-Xmx"));
  }

  @Test
  void shouldReportOtherErrorsAsUnexpected() {
    assertThat(
            run(
                () -> {
                  throw new NoClassDefFoundError("org/none/None");
                },
                "work"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("org/none/None", "--stacktrace");
  }

  @Test
  void shouldLeaveTheLimitOfAFileToItsReader() {
    assertThat(
            run(
                () -> {
                  throw new SidereusException("table.csv cannot be read", new OutOfMemoryError());
                },
                "work"))
        .isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly("sidereus: table.csv cannot be read");
  }

  private long endless() {
    return 1 + endless();
  }

  private int run(Runnable work, String... arguments) {
    List<CommandIndex.Row> entries =
        List.of(
            new CommandIndex.Row("", "work", Work.class.getName(), "Works.", true),
            new CommandIndex.Row("simulate", "gce", "org.none.None", "Simulates.", false),
            new CommandIndex.Row("", "demo", "org.none.None", "Shows.", false));
    CommandLine line = Sidereus.commandLine(entries, new OneFactory(new Work(work)));
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out, true));
    return line.execute(arguments);
  }

  private record OneFactory(Work work) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) {
      return type.cast(work);
    }
  }

  @Command(name = "work", mixinStandardHelpOptions = true)
  private static final class Work implements Runnable {
    private final Runnable body;

    private Work(Runnable body) {
      this.body = body;
    }

    @Override
    public void run() {
      body.run();
    }
  }
}
