package org.sidereus.trainer.commands;

import java.util.List;
import org.sidereus.command.CommandSet;

/** Adds {@code validate}. */
public final class ValidationCommands implements CommandSet {
  @Override
  public List<Object> commands() {
    return List.of(new ValidateCommand());
  }
}
