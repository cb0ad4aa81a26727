package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.AccessRights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus acls}: the rights at the brokers as commands. */
@Command(
    description = {
      "Prints the commands that give the service, producers, readers and operators the rights that"
          + " they need at the brokers, for the topics and the application.id of the configuration."
          + " It calls no broker.",
      ""
    },
    mixinStandardHelpOptions = true)
final class AclsCommand implements Callable<Integer> {
  private static final String PRINCIPAL = "TYPE:NAME";

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--principal",
      paramLabel = PRINCIPAL,
      defaultValue = "User:sidereus",
      description = "Who the service is (default: User:sidereus).")
  private String service;

  @Option(
      names = "--producer",
      paramLabel = PRINCIPAL,
      description = "Who publishes observations; may be given again.")
  private List<String> producers = new ArrayList<>();

  @Option(
      names = "--reader",
      paramLabel = PRINCIPAL,
      description = "Who reads posteriors and rejections; may be given again.")
  private List<String> readers = new ArrayList<>();

  @Option(names = "--operator", paramLabel = PRINCIPAL, description = "Who resets the service.")
  private @Nullable String operator;

  @Option(
      names = "--byte-rate",
      paramLabel = "N",
      defaultValue = "10485760",
      description =
          "Quota of each producer and reader, bytes per second and broker (default: 10485760).")
  private long byteRate;

  @Option(
      names = "--request-percentage",
      paramLabel = "N",
      defaultValue = "50",
      description =
          "Quota of each producer and reader, percent of one thread of each broker (default: 50).")
  private int requestPercentage;

  @Option(
      names = "--end-transactions",
      description =
          "Also prints the rights with which the service ends its transactions that brokers have"
              + " left open. The right to alter the cluster is among them.")
  private boolean endTransactions;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    AccessRights rights = new AccessRights(config).service(checked(service));
    if (endTransactions) {
      rights.endingTransactions(service);
    }
    producers.forEach(one -> rights.producer(checked(one)));
    readers.forEach(one -> rights.reader(checked(one)));
    if (operator != null) {
      rights.operator(checked(operator));
    }
    PrintWriter out = spec.commandLine().getOut();
    rights.commands().forEach(out::println);
    List<String> bounded = new ArrayList<>(producers);
    readers.stream().filter(one -> !bounded.contains(one)).forEach(bounded::add);
    bounded.forEach(one -> out.println(rights.quota(one, byteRate, requestPercentage)));
    out.flush();
    return 0;
  }

  private String checked(String principal) {
    if (!principal.matches("[A-Za-z]+:.+")) {
      throw new ParameterException(
          spec.commandLine(),
          "'%s' is no principal; give its type and name, such as User:survey".formatted(principal));
    }
    return principal;
  }
}
