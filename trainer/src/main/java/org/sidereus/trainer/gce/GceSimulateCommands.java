package org.sidereus.trainer.gce;

import java.util.List;
import org.sidereus.command.CommandSet;

/** Adds {@code simulate gce}. */
public final class GceSimulateCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new SimulateGceCommand());
  }

  @Override
  public String parent() {
    return "simulate";
  }
}
