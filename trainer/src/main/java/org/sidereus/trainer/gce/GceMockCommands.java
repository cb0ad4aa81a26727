package org.sidereus.trainer.gce;

import java.util.List;
import org.sidereus.command.CommandSet;

/** Adds {@code mock gce}. */
public final class GceMockCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new MockGceCommand());
  }

  @Override
  public String parent() {
    return "mock";
  }
}
