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
    CommandIndex.read().stream()
        .filter(entry -> !isKnown(line, entry))
        .forEach(entry -> addElsewhere(line, entry));
    line.getSubcommands().values().stream()
        .filter(one -> one.getCommand() instanceof CommandGroup)
        .forEach(Sidereus::describeByItsCommands);
    line.setExecutionExceptionHandler((fault, at, parsed) -> root.report(fault, at));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(110);
    return line;
  }

  private static void addTo(CommandLine line, CommandSet set) {
    CommandLine parent = parent(line, set.parent());
    for (Object command : set.commands()) {
      parent.addSubcommand(command);
    }
  }

  private static CommandLine parent(CommandLine line, String name) {
    if (name.isEmpty()) {
      return line;
    }
    CommandLine parent = line.getSubcommands().get(name);
    if (parent == null) {
      parent = new CommandLine(new CommandGroup());
      parent.setCommandName(name);
      line.addSubcommand(name, parent);
    }
    return parent;
  }

  private static boolean isKnown(CommandLine line, CommandIndex.Entry entry) {
    CommandLine parent =
        entry.parent().isEmpty() ? line : line.getSubcommands().get(entry.parent());
    return parent != null && parent.getSubcommands().containsKey(entry.name());
  }

  private static void addElsewhere(CommandLine line, CommandIndex.Entry entry) {
    CommandLine command = new CommandLine(new CommandElsewhere(entry));
    command.getCommandSpec().usageMessage().description(entry.summary());
    parent(line, entry.parent()).addSubcommand(entry.name(), command);
  }

  private static void describeByItsCommands(CommandLine group) {
    String[] summaries =
        group.getSubcommands().entrySet().stream()
            .map(
                one ->
                    one.getKey()
                        + ": "
                        + one.getValue().getCommandSpec().usageMessage().description()[0])
            .toArray(String[]::new);
    group.getCommandSpec().usageMessage().description(String.join(" ", summaries));
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

  /**
   * A command of a module that is not on the class path: listed by the help, run by the launcher.
   */
  @Command(mixinStandardHelpOptions = true)
  private static final class CommandElsewhere implements Runnable {
    private final CommandIndex.Entry entry;

    private CommandElsewhere(CommandIndex.Entry entry) {
      this.entry = entry;
    }

    @Override
    public void run() {
      throw new UserError(
          "the command belongs to the module "
              + entry.module()
              + ", which is not on the class path; start it with ./sidereus");
    }
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
