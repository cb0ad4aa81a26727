package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Rejection;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus watch}: posteriors and rejections as they are published. */
@Command(
    description = {
      "Of a flagged group the robust posterior is shown, or the population where the objects only"
          + " scatter. --json has all of them.",
      "",
      "Outliers: the share of the combined objects that do not have the value of a parameter which"
          + " the others share. Medians and intervals of 68 %% of outliers and of a scatter are"
          + " shown.",
      "",
      "Where several bundles infer, the line of a group compares their evidence: the natural"
          + " logarithm of the Bayes factor between bundles that have combined the same number of"
          + " objects.",
      ""
    },
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--objects", description = "Show objects (default: groups).")
  private boolean objects;

  @Option(names = "--rejections", description = "Show the events that got no posterior.")
  private boolean rejections;

  @Option(names = "--group", paramLabel = "NAME", description = "Show only this group.")
  private @Nullable String group;

  @Option(names = "--json", description = "Write one JSON object per line.")
  private boolean json;

  @Option(names = "--from-beginning", description = "Begin with what exists already.")
  private boolean fromBeginning;

  @Option(
      names = "--until-end",
      description = "Show what exists already, and end with the last of it.")
  private boolean untilEnd;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after N lines; 0: never (default: 0).")
  private long max;

  @Spec private CommandSpec spec;

  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final PosteriorLines lines = new PosteriorLines();

  @Override
  public Integer call() {
    if (objects && rejections) {
      throw new ParameterException(
          spec.commandLine(), "--objects and --rejections are two topics; give one of them");
    }
    if (rejections && group != null) {
      throw new ParameterException(
          spec.commandLine(), "a rejection has no group; leave out --group or --rejections");
    }
    ServiceConfig config = options.load();
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    if (rejections) {
      watch(
          config,
          config.topics().rejections(),
          serdes.valueSerde(Rejection.class),
          one -> null,
          one -> json ? posteriorJson.of(one).toString() : lines.of(one));
    } else if (objects) {
      watch(
          config,
          config.topics().objectPosteriors(),
          serdes.valueSerde(ObjectPosterior.class),
          ObjectPosterior::getGroup,
          one -> json ? posteriorJson.of(one).toString() : lines.of(one));
    } else {
      watch(
          config,
          config.topics().groupPosteriors(),
          serdes.valueSerde(GroupPosterior.class),
          GroupPosterior::getGroup,
          one -> json ? posteriorJson.of(one).toString() : lines.of(one));
    }
    return 0;
  }

  private <T> void watch(
      ServiceConfig config,
      String topic,
      Serde<T> serde,
      Function<T, @Nullable String> groupOf,
      Function<T, String> text) {
    new TopicPreparation(config).require(topic);
    PrintWriter out = spec.commandLine().getOut();
    long shown = 0;
    try (TopicReader<T> reader =
        new TopicReader<>(config, topic, serde.deserializer(), fromBeginning || untilEnd)) {
      while (max == 0 || shown < max) {
        for (T one : untilEnd ? reader.pollUntilEnd() : reader.poll()) {
          if (group == null || group.equals(groupOf.apply(one))) {
            out.println(text.apply(one));
            shown++;
            if (shown == max) {
              break;
            }
          }
        }
        out.flush();
        if (untilEnd && reader.isAtEnd()) {
          return;
        }
      }
    }
  }
}
