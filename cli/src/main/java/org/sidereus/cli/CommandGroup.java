package org.sidereus.cli;

import java.util.Map;

/**
 * A command whose subcommands are found at run time, such as {@code simulate}: one for each science
 * case on the class path.
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
