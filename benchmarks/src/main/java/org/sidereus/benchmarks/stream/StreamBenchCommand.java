package org.sidereus.benchmarks.stream;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sidereus.benchmarks.BundleOption;
import org.sidereus.benchmarks.ResultOptions;
import org.sidereus.benchmarks.Yardstick;
import org.sidereus.benchmarks.stream.LatencyParts.Part;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.streams.config.RenamedKeys;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Throughput and latency of the stream. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Replays a survey of mock objects, the same one every time, through a broker in this process,"
          + " exactly once, from the first publication to the last posterior of a group, when the"
          + " program is compiled. Processor time includes broker, publisher and"
          + " reader.",
      "",
      "Example: sidereus bench stream --json"
    })
final class StreamBenchCommand implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamBenchCommand.class);
  private static final int YARDSTICKS = 10;

  @Mixin private BundleOption bundle;

  @Option(
      names = "--objects",
      defaultValue = "30000",
      paramLabel = "N",
      description = "Objects of the survey (default: 30000).")
  private int objects;

  @Option(
      names = "--group-size",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Objects of a group of the survey; 0: no object has a group (default: 1000).")
  private int groupSize;

  @Option(
      names = "--hot-percent",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "How many of a hundred observations are of one object, so that one partition has them"
              + " all; needs --instant-only or --latency-seconds 0 (default: 0).")
  private int hotPercent;

  @Option(
      names = "--rate",
      defaultValue = "250",
      paramLabel = "N",
      description = "Events per second of the latency measurement (default: 250).")
  private double rate;

  @Option(
      names = "--latency-seconds",
      defaultValue = "30",
      paramLabel = "N",
      description = "Length of the latency measurement; 0: none (default: 30).")
  private double latencySeconds;

  @Option(
      names = "--latency-warm-ups",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "How often the objects of the latency measurement go through the service before it, as"
              + " fast as they can (default: 1).")
  private int latencyWarmUps;

  @Option(
      names = "--instant-only",
      description = "Only the measurement with an engine that returns at once.")
  private boolean instantOnly;

  @Option(names = "--latency-only", description = "Only the latency measurement.")
  private boolean latencyOnly;

  @Option(
      names = "--warm-ups",
      defaultValue = "12",
      paramLabel = "N",
      description =
          "How often the survey goes through the instant engine before it is timed (default: 12).")
  private int warmUps;

  @Option(
      names = "--baseline",
      description =
          "Only the comparison with the application that one would build instead: Kafka Streams"
              + " with one evaluation of the graph for each record, exactly once; no object has a"
              + " group; with default settings and with those of the service.")
  private boolean baseline;

  @Option(
      names = "--turns",
      defaultValue = "3",
      paramLabel = "N",
      description = "Turns of each in the comparison (default: 3).")
  private int turns;

  @Option(
      names = "--baseline-objects",
      defaultValue = "3000",
      paramLabel = "N",
      description = "Objects of each turn of the comparison (default: 3000).")
  private int baselineObjects;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the service's configuration; may be repeated.")
  private Map<String, String> keys = new HashMap<>();

  @Mixin private ResultOptions results;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (objects < 10 || !(rate > 0) || !(latencySeconds >= 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--objects must be at least 10, --rate above 0 and --latency-seconds not negative");
    }
    if (groupSize < 0 || hotPercent < 0 || hotPercent > 100) {
      throw new ParameterException(
          spec.commandLine(),
          "--group-size must not be negative, and --hot-percent must be between 0 and 100");
    }
    if (hotPercent > 0 && (baseline || (!instantOnly && latencySeconds > 0))) {
      throw new ParameterException(
          spec.commandLine(),
          "--hot-percent measures rates only: give --instant-only or --latency-seconds 0");
    }
    if (latencyOnly && (instantOnly || baseline || latencySeconds == 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--latency-only needs a length, and neither --instant-only nor --baseline");
    }
    if (turns < 1 || latencyWarmUps < 1 || baselineObjects < 10) {
      throw new ParameterException(
          spec.commandLine(),
          "--turns and --latency-warm-ups must be at least 1 and --baseline-objects at least 10");
    }
    try {
      measure();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("the benchmark was interrupted", e);
    }
  }

  private void measure() throws InterruptedException {
    Bundle measured = bundle.load();
    keys = new HashMap<>(RenamedKeys.replaced(keys, LOG::warn));
    keys.put("bundles", measured.directory().toString());
    keys.putIfAbsent("engine.device", "cpu");
    int threads = ServiceConfig.of(keys).threads();
    StreamBench bench =
        new StreamBench(
            measured,
            new GeneratedSurvey(measured, objects, groupSize, hotPercent),
            keys,
            groupSize > 0);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("bundle", measured.manifest().name());
    fields.put("objects", objects);
    fields.put("threads", threads);
    fields.put("device", keys.get("engine.device"));
    if (baseline) {
      compareWithBaseline(bench, fields);
    } else {
      if (!latencyOnly) {
        instant(bench, fields);
      }
      if (!latencyOnly && !instantOnly) {
        compareWithEngine(bench, threads, fields);
      }
      if (!instantOnly && latencySeconds > 0) {
        latency(bench, fields);
      }
    }
    results.print(fields);
    spec.commandLine().getOut().flush();
  }

  private void latency(StreamBench bench, Map<String, Object> fields) throws InterruptedException {
    SteadyRun run = bench.latencies(rate, latencySeconds, latencyWarmUps);
    LatencyParts latencies = run.latencies();
    say(
        "at %.0f events/s (%.2f processors), from the intended time of publication to the object's"
            + " committed posterior, %d events, milliseconds:",
        rate, run.processors(), latencies.count());
    latencies.table().forEach(line -> say("  %s", line));
    fields.put("latency_rate", rate);
    fields.put("latency_processors", run.processors());
    fields.put("latency_p50_ms", latencies.quantileMs(Part.WHOLE, 0.5));
    fields.put("latency_p99_ms", latencies.quantileMs(Part.WHOLE, 0.99));
    for (Part part : Part.values()) {
      String name = "latency_" + part.name().toLowerCase(Locale.ROOT);
      fields.put(name + "_mean_ms", latencies.meanMs(part));
      fields.put(name + "_p99_ms", latencies.quantileMs(part, 0.99));
    }
  }

  private void compareWithBaseline(StreamBench bench, Map<String, Object> fields)
      throws InterruptedException {
    BaselineComparison byDefault = new BaselineComparison("default settings");
    BaselineComparison sensible = new BaselineComparison("sensible settings");
    for (int i = 0; i < turns; i++) {
      StreamBench.Turn turn = bench.turn(Math.min(objects, baselineObjects));
      byDefault.add(new BaselineComparison.Turn(turn.stream(), turn.byDefault()));
      sensible.add(new BaselineComparison.Turn(turn.stream(), turn.sensible()));
    }
    say("%s", byDefault.sentence());
    say("%s", sensible.sentence());
    ratios("default_baseline", byDefault, fields);
    ratios("sensible_baseline", sensible, fields);
  }

  private static void ratios(
      String name, BaselineComparison comparison, Map<String, Object> fields) {
    fields.put("ratio_to_" + name, comparison.ratio(Rate::objectsPerSecond));
    fields.put("cpu_ratio_to_" + name, comparison.ratio(Rate::perCpuSecond));
  }

  /** The engine is measured before and after the stream, because machines change their speed. */
  private void compareWithEngine(StreamBench bench, int threads, Map<String, Object> fields)
      throws InterruptedException {
    double seconds = 3;
    Rate before = bench.engine(threads, seconds);
    Rate stream = bench.stream();
    Rate after = bench.engine(threads, seconds);
    double engine = (before.perSecond() + after.perSecond()) / 2;
    double engineCpu = (before.perCpuSecond() + after.perCpuSecond()) / 2;
    say(
        "stream: %.0f events/s (%.0f per second of processor time); engine alone: %.0f and %.0f"
            + " objects/s (%.0f per second of processor time); ratio %.2f (of processor time %.2f)",
        stream.perSecond(),
        stream.perCpuSecond(),
        before.perSecond(),
        after.perSecond(),
        engineCpu,
        stream.perSecond() / engine,
        stream.perCpuSecond() / engineCpu);
    fields.put("events_per_second", stream.perSecond());
    fields.put("events_per_cpu_second", stream.perCpuSecond());
    fields.put("engine_objects_per_second", engine);
    fields.put("engine_objects_per_cpu_second", engineCpu);
    fields.put("ratio", stream.perSecond() / engine);
    fields.put("cpu_ratio", stream.perCpuSecond() / engineCpu);
  }

  private void instant(StreamBench bench, Map<String, Object> fields) throws InterruptedException {
    Yardstick yardstick = new Yardstick();
    double before = yardstick.seconds(YARDSTICKS);
    Rate instant = bench.streamWithInstantEngine(warmUps);
    double length = (before + yardstick.seconds(YARDSTICKS)) / 2;
    double ratio = instant.perCpuSecond() * length;
    say(
        "stream with an engine that returns at once: %.0f events/s (%.0f per second of processor"
            + " time; all objects after %.2f s, all groups after %.2f s)",
        instant.perSecond(), instant.perCpuSecond(), instant.objectsSeconds(), instant.seconds());
    fields.put("instant_events_per_second", instant.perSecond());
    fields.put("instant_events_per_cpu_second", instant.perCpuSecond());
    fields.put("instant_events_per_yardstick", ratio);
    results.judge("stream instant", ratio);
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
