package org.sidereus.trainer.bench;

import java.util.List;
import org.sidereus.command.CommandSet;

/** {@code sidereus bench training}. */
public final class TrainingBenchCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new TrainingBenchCommand());
  }

  @Override
  public String parent() {
    return "bench";
  }
}
