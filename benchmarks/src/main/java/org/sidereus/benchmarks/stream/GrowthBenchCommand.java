package org.sidereus.benchmarks.stream;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.sidereus.benchmarks.BundleOption;
import org.sidereus.demo.embedded.EmbeddedBroker;
import org.sidereus.demo.embedded.EmbeddedRegistry;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.TopicPreparation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Demand and capacity of the service by its number of instances. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Finds, for each number of instances, the greatest load at which the objectives hold, and for"
          + " each load the fewest instances. Each instance is a process that taskset pins to the"
          + " processors of --processors, with one stream thread; two instances on one processor"
          + " have half of it each. Broker, publisher and reader are in this process: pin it to"
          + " others. Linux only.",
      "",
      "Example: taskset -c 0 sidereus bench growth --processors 1 --out growth"
    })
final class GrowthBenchCommand implements Runnable {
  private static final String INSTANCES = "instances-";

  /** Objects that reach every partition. */
  private static final int FIRST = 64;

  @Mixin private BundleOption bundle;

  @Option(
      names = "--instances",
      defaultValue = "1,2",
      split = ",",
      paramLabel = "N",
      description = "Numbers of instances, ascending (default: 1,2).")
  private List<Integer> instances;

  @Option(
      names = "--rates",
      defaultValue = "50,100,200,400",
      split = ",",
      paramLabel = "N",
      description = "Loads, events per second, ascending (default: 50,100,200,400).")
  private List<Double> rates;

  @Option(
      names = "--processors",
      defaultValue = "0",
      split = ":",
      paramLabel = "LIST",
      description =
          "Processors as taskset takes them, such as 1 or 2-3; several lists with a colon between"
              + " are taken in turns (default: 0).")
  private List<String> processors;

  @Option(
      names = "--warm-up",
      defaultValue = "60",
      paramLabel = "N",
      description = "Seconds of each load that do not count (default: 60).")
  private double warmUp;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      paramLabel = "N",
      description = "Seconds of each load that count (default: 20).")
  private double seconds;

  @Option(
      names = "--lag-slope",
      defaultValue = "0.01",
      paramLabel = "X",
      description =
          "Objective: the lag grows by no more than this share of the load (default: 0.01).")
  private double lagSlope;

  @Option(
      names = "--p99",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Objective: 99 %% have their posterior within so many ms (default: 1000).")
  private double p99;

  @Option(
      names = "--out",
      defaultValue = "growth",
      paramLabel = "DIR",
      description = "Folder of growth.csv, growth.svg and the logs (default: growth).")
  private Path out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the instances' configuration; may be repeated.")
  private Map<String, String> keys = new HashMap<>();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (!(warmUp >= 0)
        || !(seconds > 1)
        || rates.stream().anyMatch(one -> !(one > 0))
        || instances.stream().anyMatch(one -> one < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--rates and --instances must be above 0, --warm-up not negative and --seconds above 1");
    }
    try {
      Files.createDirectories(out);
      refuseEarlierRun();
      measure();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("the benchmark was interrupted", e);
    } catch (IOException e) {
      throw new SidereusException("%s cannot be written: %s".formatted(out, e.getMessage()), e);
    }
  }

  /** The state of an earlier run belongs to a broker that is no longer there. */
  private void refuseEarlierRun() throws IOException {
    try (Stream<Path> entries = Files.list(out)) {
      if (entries.anyMatch(one -> one.getFileName().toString().startsWith(INSTANCES))) {
        throw new SidereusException(
            "%s holds the state of an earlier run; remove it, or give another folder with --out"
                .formatted(out));
      }
    }
  }

  private void measure() throws InterruptedException, IOException {
    Bundle measured = bundle.load();
    double greatest = rates.stream().mapToDouble(one -> one).max().orElseThrow();
    int objects = Math.max(10, (int) Math.ceil(greatest * (warmUp + seconds)));
    GeneratedSurvey survey = new GeneratedSurvey(measured, objects);
    GrowthCurve curve = new GrowthCurve();
    for (int count : instances) {
      capacity(count, measured, survey, curve);
      Files.writeString(out.resolve("growth.csv"), curve.csv());
      Files.writeString(out.resolve("growth.svg"), curve.image());
    }
    say("%s", curve.night());
    say("%s", "points in " + out.resolve("growth.csv") + ", curves in growth.svg");
  }

  /** Raises the load on some instances until the objectives no longer hold. */
  private void capacity(int count, Bundle measured, GeneratedSurvey survey, GrowthCurve curve)
      throws InterruptedException, IOException {
    Path folder = Files.createDirectories(out.resolve(INSTANCES + count));
    try (EmbeddedBroker broker = EmbeddedBroker.start();
        EmbeddedRegistry registry = EmbeddedRegistry.start(0)) {
      Map<String, String> all = new HashMap<>();
      all.put("application.id", "growth");
      all.put("bundles", measured.directory().toString());
      all.put("bootstrap.servers", broker.bootstrapServers());
      all.put("schema.registry.url", registry.url());
      all.put("topics.replication", "1");
      all.putAll(keys);
      ServiceConfig config = ServiceConfig.of(all);
      new TopicPreparation(config).prepare();
      try (ServiceProcesses running = ServiceProcesses.start(count, processors, all, folder)) {
        serveFirst(survey, config);
        LoadTest test = new LoadTest(config, warmUp, seconds);
        for (int i = 0; i < rates.size(); i++) {
          double rate = rates.get(i);
          LoadTest.Outcome outcome = test.run(survey.again(i).subList(0, test.events(rate)), rate);
          running.check();
          boolean holds = outcome.lagSlope() <= lagSlope * rate && outcome.p99Ms() <= p99;
          curve.add(new GrowthCurve.Point(count, rate, outcome, holds));
          say(
              "%d instances, %.0f events/s: lag grows by %.2f/s, 99 %% within %.0f ms: %s",
              count, rate, outcome.lagSlope(), outcome.p99Ms(), holds ? "holds" : "does not hold");
          if (!holds) {
            break; // what is left of this load would burden the next
          }
        }
      }
    }
    say("%d instances: capacity %.0f events/s", count, curve.capacity(count));
  }

  /** Waits until the instances infer: a member of the group may still prepare its state. */
  private static void serveFirst(GeneratedSurvey survey, ServiceConfig config) {
    List<Observation> first = survey.again(-1);
    try (SurveyReplay replay = new SurveyReplay(config, false)) {
      replay.run(first.subList(0, Math.min(FIRST, first.size())));
    }
  }

  private void say(String format, Object... values) {
    PrintWriter to = spec.commandLine().getOut();
    to.printf(Locale.ROOT, format + "%n", values);
    to.flush();
  }
}
