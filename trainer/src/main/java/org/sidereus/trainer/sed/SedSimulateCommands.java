package org.sidereus.trainer.sed;

import java.util.List;
import org.sidereus.command.CommandSet;

/** Adds {@code simulate sed}. */
public final class SedSimulateCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new SimulateSedCommand());
  }

  @Override
  public String parent() {
    return "simulate";
  }
}
