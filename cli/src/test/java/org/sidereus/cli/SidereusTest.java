package org.sidereus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
