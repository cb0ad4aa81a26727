package org.sidereus.cli;

import java.util.Map;

/**
 * A command whose subcommands are known at run time only, such as {@code simulate}: one for each
 * science case on the class path.
 */
public interface CommandGroup {

  /**
   * The subcommands.
   *
   * @return by name: objects annotated with {@link picocli.CommandLine.Command}, or {@link
   *     picocli.CommandLine} objects
   */
  Map<String, Object> subcommands();
}
