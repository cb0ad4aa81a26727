package org.sidereus.trainer.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The version of the code in a checkout.
 *
 * @param checkout its folder
 */
record CodeVersion(Path checkout) {
  private static final String UNKNOWN = "unknown";
  private static final long TIMEOUT_S = 10;

  /**
   * The nearest tag or the commit, with a mark for local changes; unknown outside of a checkout.
   */
  String describe() {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--tags", "--dirty")
              .directory(checkout.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!git.waitFor(TIMEOUT_S, TimeUnit.SECONDS) || git.exitValue() != 0) {
        git.destroy();
        return UNKNOWN;
      }
      return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }
}
