package org.sidereus.streams.bench;

import java.util.List;
import org.sidereus.command.CommandSet;

/** {@code sidereus bench stream}. */
public final class StreamBenchCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new StreamBenchCommand());
  }

  @Override
  public String parent() {
    return "bench";
  }
}
