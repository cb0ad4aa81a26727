package org.sidereus.simulators.command;

import java.util.Map;
import java.util.TreeMap;
import org.sidereus.cli.CommandGroup;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;

/** {@code sidereus mock NAME}: one command for each science case on the class path. */
final class MockCommands implements CommandGroup {
  @Override
  public Map<String, Object> subcommands() {
    Map<String, Object> commands = new TreeMap<>();
    for (ScienceCase science : ScienceCases.all()) {
      Object own = science.commands().get("mock");
      commands.put(
          science.name(),
          own == null ? CaseOptions.command(new MockCommand(science), science) : own);
    }
    FileCase file = new FileCase();
    commands.put(
        FileCase.COMMAND, CaseOptions.command(new MockCommand(file), FileCase.COMMAND, file));
    return commands;
  }
}
