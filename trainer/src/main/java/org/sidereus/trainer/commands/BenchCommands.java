package org.sidereus.trainer.commands;

import java.util.List;
import org.sidereus.command.CommandSet;

/** Adds {@code bench simulator}. */
public final class BenchCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new BenchSimulatorCommand());
  }

  @Override
  public String parent() {
    return "bench";
  }
}
