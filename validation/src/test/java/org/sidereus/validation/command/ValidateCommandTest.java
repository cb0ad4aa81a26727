package org.sidereus.validation.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.testing.models.LinearGaussianFlows;

/** The command as a user calls it. */
class ValidateCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldExitWithOneLineThatNamesTheFailedChecks() {
    LinearGaussianFlows.exact(folder.resolve("good"));
    LinearGaussianFlows.wrong(folder.resolve("bad"), 0.3, 0);
    assertThat(command("good").code()).isZero();
    Run bad = command("bad");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.err().lines()).hasSize(1);
    assertThat(bad.err()).startsWith("sidereus: the bundle fails: ").contains("coverage (a; b)");
    assertThat(bad.out()).contains("FAIL coverage");
  }

  private record Run(int code, String out, String err) {}

  @Test
  void shouldTakeMockObjectsFromTheEmulatorUnlessTheSimulatorIsAskedFor() {
    LinearGaussianFlows.exact(folder.resolve("good"));
    assertThat(command("good").out()).contains("400 objects of the emulator of the bundle");
    // the case reads no files: nothing else is needed
    Run simulated = command("good", "--simulator");
    assertThat(simulated.err()).isEmpty();
    assertThat(simulated.out()).contains("400 objects of the simulator linear-gaussian");
    // a folder is known by the name of any case, and implies the simulator
    assertThat(command("good", "--yields", folder.toString()).out()).contains("of the simulator");
  }

  @Test
  void shouldRefuseToObserveAsTrainedWithAnotherErrorOrPattern() {
    LinearGaussianFlows.exact(folder.resolve("good"));
    Run refused = command("good", "--as-trained", "--error", "0.5");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--as-trained cannot be combined with --error");
    // this bundle has no features of errors
    Run other = command("good", "--as-trained");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("was not trained for surveys with any errors");
  }

  private Run command(String name, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> arguments =
        new ArrayList<>(List.of("validate", folder.resolve(name).toString(), "--objects", "400"));
    arguments.addAll(List.of("--groups", "0", "--mcmc-objects", "0", "--device", "cpu"));
    arguments.addAll(List.of(more));
    int code =
        Sidereus.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }
}
