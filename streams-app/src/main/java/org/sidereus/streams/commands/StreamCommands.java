package org.sidereus.streams.commands;

import java.util.List;
import org.sidereus.command.CommandSet;
import org.sidereus.streams.demo.DemoCommand;

/** The commands that touch Kafka. */
public final class StreamCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(
        new DemoCommand(),
        new RunCommand(),
        new PublishCommand(),
        new ReplayCommand(),
        new WatchCommand());
  }
}
