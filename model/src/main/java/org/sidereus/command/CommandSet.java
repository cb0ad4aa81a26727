package org.sidereus.command;

import java.util.List;

/**
 * The subcommands that one module adds to {@code sidereus}. Each module on the class path names its
 * implementation in {@code META-INF/services/org.sidereus.command.CommandSet}.
 */
public interface CommandSet {

  /**
   * Commands to add.
   *
   * @return objects annotated with {@link picocli.CommandLine.Command}
   */
  List<Object> commands();

  /**
   * Name of the command under which {@link #commands()} are added.
   *
   * @return the name of a parent command such as {@code bench}, or the empty string for the root
   */
  default String parent() {
    return "";
  }
}
