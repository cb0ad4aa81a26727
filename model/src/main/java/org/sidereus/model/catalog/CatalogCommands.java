package org.sidereus.model.catalog;

import java.util.List;
import org.sidereus.command.CommandSet;

/** The commands of this module. */
public final class CatalogCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new InferCommand());
  }
}
