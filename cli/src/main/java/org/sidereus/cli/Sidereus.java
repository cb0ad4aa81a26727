package org.sidereus.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Stack;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The one program of the project: {@code sidereus COMMAND}.
 *
 * <p>Exit codes: 0 success; 1 the work failed (a {@link SidereusException} or an unexpected fault);
 * 2 the command line was wrong; 3 the Java virtual machine lacks memory or stack.
 */
@Command(
    name = "sidereus",
    description = "Streaming Bayesian inference for astronomical surveys.",
    mixinStandardHelpOptions = true,
    versionProvider = Sidereus.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%n",
    footer = "'sidereus COMMAND --help', or 'sidereus help COMMAND', explains a command.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:success",
      "1:the work failed; one line says why",
      "2:wrong command line",
      "3:the memory was used up; one line says of what"
    })
public final class Sidereus implements Runnable {

  /** How long the program waits for its last line. */
  private static final long LAST_LINE_MS = 2_000;

  private static final String LOG_FORMAT = "SIDEREUS_LOG_FORMAT";

  /** Names of the appenders of logback.xml. */
  private static final List<String> LOG_FORMATS = List.of("text", "json");

  @Option(
      names = "--stacktrace",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the full stack trace of an error.")
  private boolean stackTrace;

  @Spec private CommandSpec spec;

  private Sidereus() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    String format = System.getenv(LOG_FORMAT);
    if (format != null && !LOG_FORMATS.contains(format)) {
      // The log back end would be silent.
      System.err.println(
          "sidereus: %s is '%s'; set it to one of %s, or unset it"
              .formatted(LOG_FORMAT, Printable.of(format), LOG_FORMATS));
      System.exit(CommandLine.ExitCode.USAGE);
    }
    Thread.setDefaultUncaughtExceptionHandler(Sidereus::endAtLimit);
    String first = Arrays.stream(args).filter(word -> !word.startsWith("-")).findFirst().orElse("");
    // The other commands get no object: some constructors open files or load libraries.
    List<CommandIndex.Row> entries =
        CommandIndex.read().stream()
            .map(entry -> entry.isBelow(first) ? entry : entry.absent())
            .toList();
    System.exit(commandLine(entries, CommandLine.defaultFactory()).execute(args));
  }

  /** Others may wait for a thread that has ended without memory, so the program ends with it. */
  private static void endAtLimit(Thread thread, Throwable failure) {
    MachineLimitException limit = MachineLimitException.of(failure);
    if (limit == null) {
      System.err.println("sidereus: the thread " + thread.getName() + " failed");
      failure.printStackTrace();
      return;
    }
    try {
      // Nothing may read the standard error.
      Thread last =
          new Thread(() -> System.err.println("sidereus: " + limit.getMessage()), "last-line");
      last.setDaemon(true);
      last.start();
      last.join(LAST_LINE_MS);
    } catch (InterruptedException | OutOfMemoryError e) {
      // It ends in any case.
    } finally {
      Runtime.getRuntime().halt(MachineLimitException.EXIT_CODE);
    }
  }

  /** The version of the project. */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = Sidereus.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the version of the program cannot be read", e);
    }
    return properties.getProperty("version");
  }

  /** The command line with the commands of all modules on the class path. */
  public static CommandLine commandLine() {
    return commandLine(CommandIndex.read(), CommandLine.defaultFactory());
  }

  /**
   * A command line.
   *
   * @param entries its commands
   * @param factory makes the objects of their classes
   */
  static CommandLine commandLine(List<CommandIndex.Row> entries, CommandLine.IFactory factory) {
    Sidereus root = new Sidereus();
    CommandLine line = new CommandLine(root);
    for (CommandIndex.Row entry : entries) {
      CommandLine command =
          entry.present()
              ? command(entry, factory)
              : new CommandLine(new CommandElsewhere(entry.name()));
      command.getCommandSpec().usageMessage().header(entry.summary());
      parent(line, entry.parent()).addSubcommand(entry.name(), command);
    }
    line.getSubcommands().values().stream()
        .filter(one -> one.getCommand() instanceof Parent)
        .forEach(Sidereus::describeByItsCommands);
    line.setExecutionStrategy(parsed -> root.execute(line, parsed));
    line.setExecutionExceptionHandler((failure, at, parsed) -> root.report(failure, at));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(110);
    return line;
  }

  /** Runs the command. What it prints, other than its help, has no control characters. */
  private int execute(CommandLine line, CommandLine.ParseResult parsed) {
    Integer ofHelp = CommandLine.executeHelpRequest(parsed);
    if (ofHelp != null) {
      return ofHelp;
    }
    line.setOut(PrintableWriter.before(line.getOut()));
    line.setErr(PrintableWriter.before(line.getErr()));
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (Error e) {
      // Without this the program would go on as long as a thread of its own does.
      return report(e, line);
    }
  }

  private static CommandLine command(CommandIndex.Row entry, CommandLine.IFactory factory) {
    Object command;
    try {
      command = factory.create(Class.forName(entry.type()));
    } catch (Exception e) {
      throw new IllegalStateException("the class " + entry.type() + " cannot be made", e);
    }
    if (!(command instanceof CommandGroup group)) {
      return new CommandLine(command);
    }
    CommandLine parent = new CommandLine(group.withoutSubcommand().orElseGet(Parent::new));
    group.subcommands().forEach(parent::addSubcommand);
    parent.getCommandSpec().preprocessor(Sidereus::putCommandFirst);
    return parent;
  }

  /**
   * A subcommand whose name looks like an option, such as {@code --case FILE}, may stand anywhere
   * among the arguments, as an option may.
   *
   * @param arguments the next one on top
   */
  private static boolean putCommandFirst(
      Stack<String> arguments, CommandSpec parent, ArgSpec argument, Map<String, Object> info) {
    for (String name : parent.subcommands().keySet()) {
      if (!name.startsWith("--")) {
        continue;
      }
      for (int at = arguments.size() - 1; at >= 0; at--) {
        String one = arguments.get(at);
        if (one.equals(name) || one.startsWith(name + "=")) {
          arguments.remove(at);
          if (one.length() > name.length()) {
            arguments.push(one.substring(name.length() + 1));
          } else if (at > 0) {
            arguments.push(arguments.remove(at - 1));
          }
          arguments.push(name);
          return false;
        }
      }
    }
    return false;
  }

  private static CommandLine parent(CommandLine line, String name) {
    if (name.isEmpty()) {
      return line;
    }
    CommandLine parent = line.getSubcommands().get(name);
    if (parent == null) {
      parent = new CommandLine(new Parent());
      line.addSubcommand(name, parent);
    }
    return parent;
  }

  private static void describeByItsCommands(CommandLine group) {
    CommandSpec spec = group.getCommandSpec();
    if (spec.usageMessage().header().length == 0) {
      spec.usageMessage().header("One of: " + String.join(", ", group.getSubcommands().keySet()));
    }
  }

  private int report(Throwable failure, CommandLine at) {
    PrintWriter err = at.getErr();
    MachineLimitException limit = MachineLimitException.of(failure);
    err.println("sidereus: " + SidereusException.describe(limit == null ? failure : limit));
    if (stackTrace) {
      failure.printStackTrace(err);
    } else if (limit == null && !(failure instanceof SidereusException)) {
      err.println(
          "sidereus: this error is unexpected; run again with --stacktrace for the details");
    }
    err.flush();
    return limit == null ? 1 : MachineLimitException.EXIT_CODE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** A command of a module that is not on the class path. The help lists it. */
  @Command(mixinStandardHelpOptions = true)
  private static final class CommandElsewhere implements Runnable {
    private final String name;

    private CommandElsewhere(String name) {
      this.name = name;
    }

    @Override
    public void run() {
      throw new SidereusException(
          "the module of the command " + name + " is not on the class path; use ./sidereus");
    }
  }

  /** A command that only holds others, such as {@code bench}. */
  @Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
  private static final class Parent implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }

  /** The version of the project, which the build writes into a resource. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sidereus " + version()};
    }
  }
}
