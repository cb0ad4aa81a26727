package org.sidereus.exporter.command;

import java.util.List;
import org.sidereus.command.CommandSet;

/** {@code sidereus export}. */
public final class ExporterCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new ExportCommand());
  }
}
