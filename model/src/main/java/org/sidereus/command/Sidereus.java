package org.sidereus.command;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The one program of the project: {@code sidereus COMMAND}.
 *
 * <p>Exit codes: 0 success; 1 the work failed (a {@link UserError} or an unexpected fault); 2 the
 * command line was wrong.
 */
@Command(
    name = "sidereus",
    description = "Streaming Bayesian inference for astronomical surveys.",
    mixinStandardHelpOptions = true,
    version = "sidereus 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:success", "1:the work failed; one line says why", "2:wrong command line"})
public final class Sidereus implements Runnable {

  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the full stack trace of an error.")
  private boolean stackTrace;

  @Spec private CommandSpec spec;

  private Sidereus() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine(loadedCommandSets()).execute(args));
  }

  /**
   * The command line made of the given sets.
   *
   * @param sets subcommands of the modules; those of the root are added first
   */
  public static CommandLine commandLine(List<CommandSet> sets) {
    Sidereus root = new Sidereus();
    CommandLine line = new CommandLine(root);
    sets.stream().sorted(Comparator.comparing(CommandSet::parent)).forEach(set -> addTo(line, set));
    line.setExecutionExceptionHandler((fault, at, parsed) -> root.report(fault, at));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(110);
    return line;
  }

  private static void addTo(CommandLine line, CommandSet set) {
    CommandLine parent = line;
    if (!set.parent().isEmpty()) {
      parent = line.getSubcommands().get(set.parent());
      if (parent == null) {
        parent = new CommandLine(new CommandGroup());
        parent.setCommandName(set.parent());
        line.addSubcommand(set.parent(), parent);
      }
    }
    for (Object command : set.commands()) {
      parent.addSubcommand(command);
    }
  }

  private static List<CommandSet> loadedCommandSets() {
    return ServiceLoader.load(CommandSet.class).stream()
        .map(ServiceLoader.Provider::get)
        .collect(Collectors.toList());
  }

  private int report(Exception fault, CommandLine at) {
    PrintWriter err = at.getErr();
    err.println("sidereus: " + UserError.describe(fault));
    if (stackTrace) {
      fault.printStackTrace(err);
    } else if (!(fault instanceof UserError)) {
      err.println("sidereus: this was not expected; run again with --stacktrace for the details");
    }
    err.flush();
    return 1;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** A command that only holds others, such as {@code bench}. */
  @Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
  private static final class CommandGroup implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
