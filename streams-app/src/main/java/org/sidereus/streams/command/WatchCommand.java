package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ModelError;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Population;
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
    description = {
      "Where several bundles infer, the line of a group compares their evidence: the natural"
          + " logarithm of the Bayes factor between bundles that have combined the same number of"
          + " objects.",
      ""
    },
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  /** Of a scatter: log(100), which is exceeded by chance in at most one group of a hundred. */
  private static final double STRONG_EVIDENCE = Math.log(100);

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--objects", description = "Show objects (default: groups).")
  private boolean objects;

  @Option(names = "--group", paramLabel = "NAME", description = "Show only this group.")
  private @Nullable String group;

  @Option(names = "--json", description = "Write one JSON object per line.")
  private boolean json;

  @Option(names = "--from-beginning", description = "Begin with the posteriors that exist already.")
  private boolean fromBeginning;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "0",
      description = "End after N posteriors; 0: never (default: 0).")
  private long max;

  @Spec private CommandSpec spec;

  private final PosteriorJson posteriorJson = new PosteriorJson();
  private final EvidenceNotes evidence = new EvidenceNotes();

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    new TopicPreparation(config).prepare();
    SerdeFactory serdes = RegistryPreparation.serdes(config);
    if (objects) {
      watch(
          config,
          config.topics().objectPosteriors(),
          serdes.valueSerde(ObjectPosterior.class),
          ObjectPosterior::getGroup,
          one -> json ? posteriorJson.of(one).toString() : line(one));
    } else {
      watch(
          config,
          config.topics().groupPosteriors(),
          serdes.valueSerde(GroupPosterior.class),
          GroupPosterior::getGroup,
          one -> json ? posteriorJson.of(one).toString() : line(one));
    }
    return 0;
  }

  private <T> void watch(
      ServiceConfig config,
      String topic,
      Serde<T> serde,
      Function<T, String> groupOf,
      Function<T, String> text) {
    PrintWriter out = spec.commandLine().getOut();
    long shown = 0;
    try (TopicReader<T> reader =
        new TopicReader<>(config, topic, serde.deserializer(), fromBeginning)) {
      while (max == 0 || shown < max) {
        for (T one : reader.poll()) {
          if (group == null || group.equals(groupOf.apply(one))) {
            out.println(text.apply(one));
            shown++;
            if (shown == max) {
              break;
            }
          }
        }
        out.flush();
      }
    }
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

  private String line(GroupPosterior one) {
    return "%s  %s  %s  n=%d%s  %s %s  %s%s%s%s"
        .formatted(
            one.getTime(),
            one.getGroup(),
            window(one.getWindowStart(), one.getWindowEnd(), one.getClosed()),
            one.getObjects(),
            leftOut(one),
            one.getBundle(),
            one.getBundleVersion(),
            one.getParameters().stream()
                .map(p -> value(p.getName(), p.getMean(), p.getSd(), p.getUnit()))
                .collect(Collectors.joining("  ")),
            scatter(one),
            evidence.note(one),
            flags(one));
  }

  /** The flags, after two blanks, with the errors of the model behind them; empty without flags. */
  private static String flags(GroupPosterior one) {
    String errors =
        one.getModelErrors().stream()
            .filter(ModelError::getFlagged)
            .map(WatchCommand::error)
            .collect(Collectors.joining(", "));
    return (one.getFlags().isEmpty() ? "" : "  " + String.join(" ", one.getFlags()))
        + (errors.isEmpty() ? "" : ": " + errors);
  }

  private static String error(ModelError one) {
    String unit = one.getKind().equals("SHIFT") ? "sd of the prior" : one.getUnit();
    return String.format(Locale.ROOT, "%s %+.2g %s", one.getName(), one.getValue(), unit).strip();
  }

  /** What is left out, after a blank; empty where nothing is. */
  private static String leftOut(GroupPosterior one) {
    if (one.getLeftOut() == null || one.getLeftOut() == 0) {
      return "";
    }
    return one.getLeftOutByFlag().stream()
        .map(some -> some.getFlag() + " " + some.getObjects())
        .collect(Collectors.joining(", ", " (" + one.getLeftOut() + " left out: ", ")"));
  }

  /** The scatter of the parameters that scatter, where the evidence for it is strong. */
  private static String scatter(GroupPosterior one) {
    Population population = one.getPopulation();
    if (population == null || population.getLogBayesFactor() < STRONG_EVIDENCE) {
      return "";
    }
    return population.getParameters().stream()
        .filter(p -> p.getScatterQuantiles().get(1) > 0)
        .map(
            p ->
                String.format(
                    Locale.ROOT,
                    "  scatter %s=%.4f (%.4f to %.4f)",
                    p.getName(),
                    p.getScatterQuantiles().get(2),
                    p.getScatterQuantiles().get(1),
                    p.getScatterQuantiles().get(3)))
        .collect(Collectors.joining());
  }

  private static String window(@Nullable Instant start, @Nullable Instant end, boolean closed) {
    return start == null ? "all time" : "%s to %s%s".formatted(start, end, closed ? " closed" : "");
  }

  private static String value(String name, double mean, double sd, String unit) {
    return String.format(
        Locale.ROOT, "%s=%.4f+-%.4f%s", name, mean, sd, unit.isEmpty() ? "" : " " + unit);
  }
}
