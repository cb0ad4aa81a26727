package org.sidereus.exporter.command;

import java.util.List;
import org.sidereus.command.CommandSet;

/** {@code sidereus bench engine} and {@code bench samples}. */
public final class EngineBenchCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new EngineBenchCommand(), new SampleStudyCommand());
  }

  @Override
  public String parent() {
    return "bench";
  }
}
