package org.sidereus.benchmarks.stream;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.topology.Inference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The stream with the network and the events of Crayfish. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Runs the network and the events of Crayfish (Horchidan et al. 2024, EDBT: images of 784"
          + " random numbers, 28,618 weights) through the stream, with one and with two stream"
          + " threads, exactly once and at least once, and beside each an application that calls"
          + " the network for each record, in the same run. Everything is in this process.",
      "",
      "Example: sidereus bench crayfish --events 20000"
    })
final class CrayfishBenchCommand implements Runnable {
  private static final List<String> GUARANTEES =
      List.of(StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE);

  /** One in so many events is published before the measurement to the same service, too. */
  private static final int WARM_UP = 2;

  private static final int IMAGES = 100;

  @Option(
      names = "--events",
      defaultValue = "20000",
      paramLabel = "N",
      description = "Events of each measurement (default: 20000).")
  private int events;

  @Option(
      names = "--turns",
      defaultValue = "1",
      paramLabel = "N",
      description = "Measurements of each, in turns (default: 1).")
  private int turns;

  @Option(
      names = "--warm-ups",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "How often the events go through both before the first measurement, so that the program"
              + " is compiled (default: 3).")
  private int warmUps;

  @Option(
      names = "--parallelism",
      defaultValue = "1,2",
      split = ",",
      paramLabel = "N",
      description = "Numbers of stream threads (default: 1,2).")
  private List<Integer> parallelism;

  @Option(
      names = "--rate",
      defaultValue = "250",
      paramLabel = "N",
      description = "Events per second of the latency measurement (default: 250).")
  private double rate;

  @Option(
      names = "--latency-seconds",
      defaultValue = "20",
      paramLabel = "N",
      description =
          "Length of the latency measurement with one thread, exactly once; 0: none (default:"
              + " 20).")
  private double latencySeconds;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (parallelism.stream().anyMatch(one -> one < 1)) {
      throw new ParameterException(spec.commandLine(), "--parallelism must be at least 1");
    }
    if (events < 10 || turns < 1 || warmUps < 1 || !(rate > 0) || !(latencySeconds >= 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--events must be at least 10, --turns and --warm-ups at least 1, --rate above 0 and"
              + " --latency-seconds not negative");
    }
    try (ImageNetwork network = new ImageNetwork()) {
      measure(network.inference());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("the benchmark was interrupted", e);
    }
  }

  private void measure(Inference inference) throws InterruptedException {
    Manifest manifest = ImageNetwork.manifest();
    List<Observation> observations = ImageNetwork.observations("image-", events, IMAGES);
    List<List<Observation>> before =
        List.of(ImageNetwork.observations("before-", Math.max(1, events / WARM_UP), IMAGES));
    say("784 numbers, 28,618 weights, %d bytes in an event", bytes(observations.get(0)));
    StreamRuns first =
        new StreamRuns(manifest, keys(parallelism.get(0), StreamsConfig.EXACTLY_ONCE_V2), false);
    for (int i = 0; i < warmUps; i++) {
      turn(first, inference, before, observations, false);
    }
    for (int threads : parallelism) {
      for (String guarantee : GUARANTEES) {
        StreamRuns runs = new StreamRuns(manifest, keys(threads, guarantee), false);
        BaselineComparison comparison = new BaselineComparison("sensible settings");
        for (int turn = 0; turn < turns; turn++) {
          comparison.add(turn(runs, inference, before, observations, turn % 2 == 1));
        }
        say("parallelism %d, %s: %s", threads, guarantee, comparison.sentence());
      }
    }
    if (latencySeconds > 0) {
      int count = (int) Math.min(events, Math.ceil(rate * latencySeconds));
      List<Observation> some = ImageNetwork.observations("steady-", count);
      GeneratedFeatures features = new GeneratedFeatures(manifest);
      SteadyRun run =
          new StreamRuns(manifest, keys(1, StreamsConfig.EXACTLY_ONCE_V2), false)
              .latencies(
                  inference,
                  List.of(),
                  some,
                  some.stream().map(features::row).toList(),
                  rate,
                  count / 5);
      say(
          "at %.0f events/s (%.2f processors), parallelism 1, exactly once, from the intended time"
              + " of publication, %d events, milliseconds:",
          rate, run.processors(), run.latencies().count());
      run.latencies().table().forEach(line -> say("  %s", line));
    }
  }

  private static BaselineComparison.Turn turn(
      StreamRuns runs,
      Inference inference,
      List<List<Observation>> before,
      List<Observation> observations,
      boolean otherFirst)
      throws InterruptedException {
    Supplied ours = () -> runs.service(config -> runs.served(inference), before, observations);
    Supplied other =
        () -> runs.oneByOne(inference, OneByOneSettings.SENSIBLE, before, observations);
    if (otherFirst) {
      Rate ofOther = other.rate();
      return new BaselineComparison.Turn(ours.rate(), ofOther);
    }
    return new BaselineComparison.Turn(ours.rate(), other.rate());
  }

  /** A measurement. */
  private interface Supplied {
    Rate rate() throws InterruptedException;
  }

  private static Map<String, String> keys(int threads, String guarantee) {
    Map<String, String> keys = new HashMap<>();
    keys.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(threads));
    keys.put("kafka.streams." + StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
    return keys;
  }

  private static int bytes(Observation observation) {
    try {
      return observation.toByteBuffer().remaining();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, format + "%n", values);
    out.flush();
  }
}
