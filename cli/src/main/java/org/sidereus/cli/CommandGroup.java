package org.sidereus.cli;

import java.util.Map;
import java.util.Optional;

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

  /**
   * What the command does without a subcommand.
   *
   * @return an object annotated with {@link picocli.CommandLine.Command}, none of whose options is
   *     required, because picocli asks for them before a subcommand, too; empty: nothing
   */
  default Optional<Object> withoutSubcommand() {
    return Optional.empty();
  }
}
