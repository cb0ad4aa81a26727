package org.sidereus.trainer.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.sidereus.command.CommandSet;
import org.sidereus.trainer.TrainingCase;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Adds {@code train NAME} for each science case on the class path. */
public final class TrainingCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    List<Object> commands = new ArrayList<>();
    for (TrainingCase science : ServiceLoader.load(TrainingCase.class)) {
      commands.add(command(science));
    }
    return commands;
  }

  @Override
  public String parent() {
    return "train";
  }

  private static CommandLine command(TrainingCase science) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new TrainCommand(science));
    spec.name(science.name());
    spec.addMixin("science", CommandSpec.forAnnotatedObject(science));
    return new CommandLine(spec);
  }
}
