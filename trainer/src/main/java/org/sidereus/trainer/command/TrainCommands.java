package org.sidereus.trainer.command;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sidereus.cli.CommandGroup;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.cases.ScienceCases;
import org.sidereus.simulators.command.CaseOptions;

/** {@code sidereus train NAME}: one command for each science case on the class path. */
final class TrainCommands implements CommandGroup {
  @Override
  public Map<String, Object> subcommands() {
    Map<String, Object> commands = new TreeMap<>();
    for (ScienceCase science : ScienceCases.all()) {
      commands.put(science.name(), CaseOptions.command(new TrainCommand(science), science));
    }
    return commands;
  }

  @Override
  public Optional<Object> withoutSubcommand() {
    return Optional.of(new TrainCaseCommand());
  }
}
