package org.sidereus.streams.commands;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.results.PosteriorJson;
import org.sidereus.streams.results.TopicReader;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus watch}: posteriors as they are published. */
@Command(
    name = "watch",
    description = {"Show the posteriors of groups, or of objects, as they are published.", ""},
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--objects", description = "Show objects (default: groups).")
  private boolean objects;

  @Option(names = "--group", paramLabel = "NAME", description = "Show only this group.")
  private String group;

  @Option(names = "--json", description = "Write one JSON object per line.")
  private boolean json;

  @Option(names = "--from-beginning", description = "Begin with what is there already.")
  private boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after N posteriors; 0: never (default: 0).")
  private long max;

  @Spec private CommandSpec spec;

  private final PosteriorJson posteriorJson = new PosteriorJson();

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    new TopicPreparation(config).prepare();
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    return objects ? watchObjects(config, serdes) : watchGroups(config, serdes);
  }

  private int watchObjects(ServiceConfig config, SerdeFactory serdes) {
    PrintWriter out = spec.commandLine().getOut();
    long shown = 0;
    try (TopicReader<ObjectPosterior> reader =
        new TopicReader<>(
            config,
            config.topics().objectPosteriors(),
            serdes.valueSerde(ObjectPosterior.class).deserializer(),
            fromBeginning)) {
      while (max == 0 || shown < max) {
        for (ObjectPosterior one : reader.poll()) {
          if (group == null || group.equals(one.getGroup())) {
            out.println(json ? posteriorJson.of(one).toString() : line(one));
            shown++;
            if (shown == max) {
              break;
            }
          }
        }
        out.flush();
      }
    }
    return 0;
  }

  private int watchGroups(ServiceConfig config, SerdeFactory serdes) {
    PrintWriter out = spec.commandLine().getOut();
    long shown = 0;
    try (TopicReader<GroupPosterior> reader =
        new TopicReader<>(
            config,
            config.topics().groupPosteriors(),
            serdes.valueSerde(GroupPosterior.class).deserializer(),
            fromBeginning)) {
      while (max == 0 || shown < max) {
        for (GroupPosterior one : reader.poll()) {
          if (group == null || group.equals(one.getGroup())) {
            out.println(json ? posteriorJson.of(one).toString() : line(one));
            shown++;
            if (shown == max) {
              break;
            }
          }
        }
        out.flush();
      }
    }
    return 0;
  }

  private static String line(ObjectPosterior one) {
    return "%s  %s/%s  %s %s  %s%s"
        .formatted(
            one.getTime(),
            one.getGroup() == null ? "-" : one.getGroup(),
            one.getObject(),
            one.getBundle(),
            one.getBundleVersion(),
            one.getParameters().stream()
                .map(p -> value(p.getName(), p.getMean(), p.getSd(), p.getUnit()))
                .collect(Collectors.joining("  ")),
            one.getFlags().isEmpty() ? "" : "  " + String.join(" ", one.getFlags()));
  }

  private static String line(GroupPosterior one) {
    return "%s  %s  %s  n=%d  %s %s  %s%s"
        .formatted(
            one.getTime(),
            one.getGroup(),
            window(one.getWindowStart(), one.getWindowEnd(), one.getClosed()),
            one.getObjects(),
            one.getBundle(),
            one.getBundleVersion(),
            one.getParameters().stream()
                .map(p -> value(p.getName(), p.getMean(), p.getSd(), p.getUnit()))
                .collect(Collectors.joining("  ")),
            one.getFlags().isEmpty() ? "" : "  " + String.join(" ", one.getFlags()));
  }

  private static String window(Instant start, Instant end, boolean closed) {
    return start == null ? "all time" : "%s to %s%s".formatted(start, end, closed ? " closed" : "");
  }

  private static String value(String name, double mean, double sd, String unit) {
    return String.format(
        Locale.ROOT, "%s=%.4f+-%.4f%s", name, mean, sd, unit.isEmpty() ? "" : " " + unit);
  }
}
