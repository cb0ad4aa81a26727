package org.sidereus.benchmarks.stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sidereus.benchmarks.BundleOption;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.service.OpenBundles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus bench explorer-cost}: the stream without and with an explorer, in turns. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Each turn replays a survey of mock objects twice, without an explorer and with one in a"
          + " process of its own; which comes first changes from turn to turn. Broker, publisher"
          + " and service are in this process: pin it to other processors than the explorer.",
      "",
      "Example: taskset -c 0 sidereus bench explorer-cost --explorer-processors 1 --data-dir DIR"
    })
final class ExplorerCostCommand implements Callable<Integer> {
  private static final String NAME = "bench";

  /** One in so many objects goes through the stream before it is timed. */
  private static final int WARM_UP = 5;

  @Mixin private BundleOption bundle;

  @Option(
      names = "--objects",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Objects of each replay (default: ${DEFAULT-VALUE}).")
  private int objects;

  @Option(
      names = "--turns",
      defaultValue = "6",
      paramLabel = "N",
      description = "Turns (default: ${DEFAULT-VALUE}).")
  private int turns;

  @Option(
      names = "--explorer-processors",
      defaultValue = "1",
      paramLabel = "LIST",
      description = "Processors of the explorer, as taskset takes them (default: 1).")
  private String processors;

  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "An empty folder for the databases and logs of the explorers.")
  private Path folder;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the service's configuration; may be repeated.")
  private Map<String, String> keys = new HashMap<>();

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (objects < 10 || turns < 1) {
      throw new ParameterException(
          spec.commandLine(), "--objects must be at least 10 and --turns at least 1");
    }
    Bundle measured = bundle.load();
    keys = new HashMap<>(keys);
    keys.put("bundles", measured.directory().toString());
    GeneratedSurvey survey = new GeneratedSurvey(measured, objects);
    double[] wall = new double[turns];
    double[] processor = new double[turns];
    for (int i = 0; i < turns; i++) {
      Rate first = replay(survey, i % 2 == 1);
      Rate second = replay(survey, i % 2 == 0);
      Rate without = i % 2 == 0 ? first : second;
      Rate with = i % 2 == 0 ? second : first;
      wall[i] = with.perSecond() / without.perSecond();
      processor[i] = with.perCpuSecond() / without.perCpuSecond();
      say(
          "turn %d: %.0f events/s without the explorer, %.0f with it: ratio %.3f, of processor"
              + " time %.3f",
          i + 1, without.perSecond(), with.perSecond(), wall[i], processor[i]);
    }
    say(
        "median of %d turns: ratio %.3f, of processor time %.3f",
        turns, median(wall), median(processor));
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("bundle", measured.manifest().name()).put("objects", objects).put("turns", turns);
      add("ratio", wall, node);
      add("cpu_ratio", processor, node);
      say("%s", node);
    }
    return 0;
  }

  private static void add(String name, double[] ratios, ObjectNode node) {
    node.put(name, median(ratios));
    node.put(name + "_smallest", Arrays.stream(ratios).min().orElseThrow());
    node.put(name + "_largest", Arrays.stream(ratios).max().orElseThrow());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private Rate replay(GeneratedSurvey survey, boolean isExplored) throws InterruptedException {
    List<Observation> before = survey.again(0).subList(0, objects / WARM_UP);
    try (EmbeddedSidereus sidereus = EmbeddedSidereus.start(NAME, keys, OpenBundles::open);
        SurveyReplay replay = new SurveyReplay(sidereus.config(), true)) {
      if (!isExplored) {
        replay.run(before);
        return replay.run(survey.observations());
      }
      Map<String, String> addresses = new HashMap<>(keys);
      addresses.put("application.id", sidereus.config().applicationId());
      addresses.put("bootstrap.servers", sidereus.config().bootstrapServers());
      addresses.putAll(sidereus.config().registry());
      Path own = Files.createTempDirectory(Files.createDirectories(folder), "turn-");
      try (ExplorerProcess explorer = ExplorerProcess.start(processors, addresses, own)) {
        replay.run(before);
        Rate rate = replay.run(survey.observations());
        explorer.awaitPosteriors((long) before.size() + objects);
        return rate;
      }
    } catch (IOException e) {
      throw new SidereusException(
          "no folder can be made in %s: %s".formatted(folder, SidereusException.reason(e)), e);
    }
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
