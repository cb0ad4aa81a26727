package org.sidereus.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a small checkout with one file of code and one of a bundle. */
class CodeVersionTest {
  @TempDir private Path checkout;

  private Path code;
  private Path graph;

  @BeforeEach
  void commit() throws Exception {
    code = Files.writeString(checkout.resolve("Code.java"), "one");
    graph =
        Files.writeString(
            Files.createDirectories(checkout.resolve("bundles/b")).resolve("graph"), "one");
    git("init", "-q");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "-m", "one");
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      int code =
          new ProcessBuilder(command).directory(checkout.toFile()).inheritIO().start().waitFor();
      assertThat(code).isZero();
    } catch (IOException e) {
      assumeThat(e).as("git is not installed").isNull();
    }
  }

  private String version() {
    return new CodeVersion(checkout).describe().orElseThrow();
  }

  @Test
  void shouldNameTheCommit() {
    assertThat(version()).matches("[0-9a-f]{7,40}");
  }

  @Test
  void shouldMarkChangedCodeButNotABundleThatIsMadeAnew() throws IOException {
    String clean = version();
    Files.writeString(graph, "two");
    assertThat(version()).isEqualTo(clean);
    Files.delete(graph);
    assertThat(version()).isEqualTo(clean);
    Files.writeString(code, "two");
    assertThat(version()).isEqualTo(clean + "-dirty");
  }

  @Test
  void shouldNotTakeTheCheckoutOfAnotherProjectForItsOwn() throws IOException {
    Path installation = Files.createDirectories(checkout.resolve("opt/sidereus"));
    assertThat(new CodeVersion(installation).describe()).isEmpty();
  }
}
