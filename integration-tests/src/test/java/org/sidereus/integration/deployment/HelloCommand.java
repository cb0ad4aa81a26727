package org.sidereus.integration.deployment;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command of another jar. */
@Command
final class HelloCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println("hello");
    spec.commandLine().getOut().flush();
  }
}
