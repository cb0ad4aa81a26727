package org.sidereus.simulators.command;

import java.util.Map;
import java.util.TreeMap;
import org.sidereus.cli.CommandGroup;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;
import org.sidereus.simulators.run.ModelTable;

/** {@code sidereus simulate NAME}: one command for each science case on the class path. */
final class SimulateCommands implements CommandGroup {
  @Override
  public Map<String, Object> subcommands() {
    Map<String, Object> commands = new TreeMap<>();
    for (ScienceCase science : ScienceCases.all()) {
      Object own = science.commands().get("simulate");
      commands.put(
          science.name(),
          own == null
              ? CaseOptions.command(
                  new SimulateCommand(() -> new ModelTable(science.model())), science)
              : own);
    }
    FileCase file = new FileCase();
    commands.put(
        FileCase.COMMAND,
        CaseOptions.command(
            new SimulateCommand(() -> new ModelTable(file.model())), FileCase.COMMAND, file));
    return commands;
  }
}
