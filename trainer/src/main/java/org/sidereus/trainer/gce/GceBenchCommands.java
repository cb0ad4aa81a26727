package org.sidereus.trainer.gce;

import java.util.List;
import org.sidereus.command.CommandSet;

/** Adds {@code bench simulator}. */
public final class GceBenchCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new BenchSimulatorCommand());
  }

  @Override
  public String parent() {
    return "bench";
  }
}
