package org.sidereus.trainer.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The version of the code in a checkout.
 *
 * @param checkout its folder
 */
record CodeVersion(Path checkout) {
  /** Ends the version of a checkout whose files differ from those of the commit. */
  static final String DIRTY = "-dirty";

  private static final long TIMEOUT_S = 10;

  /**
   * The nearest tag or the commit, with {@value #DIRTY} where files of the commit are changed.
   * Changes in {@code bundles/} do not count: a training puts the bundle there, in place of one of
   * the commit.
   *
   * @return empty outside of a checkout, and where git does not run
   */
  Optional<String> describe() {
    if (!Files.exists(checkout.resolve(".git"))) {
      return Optional.empty(); // such as an installation inside the checkout of another project
    }
    Optional<String> commit = git("describe", "--always", "--tags");
    Optional<String> changes =
        git("status", "--porcelain", "--untracked-files=no", "--", ".", ":(exclude)bundles");
    return commit.flatMap(
        version -> changes.map(files -> files.isEmpty() ? version : version + DIRTY));
  }

  private Optional<String> git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command)
              .directory(checkout.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!git.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || git.exitValue() != 0) {
        git.destroy();
        return Optional.empty();
      }
      return Optional.of(output.strip());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
