package org.sidereus.benchmarks.stream;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.sidereus.benchmarks.ProcessorTime;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.RegistryPreparation;
import org.sidereus.streams.topology.ServedBundle;

/** Measures the stream with a generated survey, from publication to the last group's posterior. */
final class StreamBench {
  private static final String NAME = "bench";
  private static final double NS_PER_SECOND = 1e9;
  private static final long STANDSTILL_NS = 120_000_000_000L;

  /** Share of the times at a steady rate that is not counted. */
  private static final int WARM_UP = 5;

  private final Bundle bundle;
  private final GeneratedSurvey survey;
  private final Map<String, String> keys;

  StreamBench(Bundle bundle, GeneratedSurvey survey, Map<String, String> keys) {
    this.bundle = bundle;
    this.survey = survey;
    this.keys = keys;
  }

  /**
   * A throughput.
   *
   * @param count events or objects
   * @param seconds wall time
   * @param cpuSeconds processor time of the whole process: for the stream, with broker and readers
   * @param objectsSeconds wall time until every object had its posterior, groups aside
   */
  record Rate(long count, double seconds, double cpuSeconds, double objectsSeconds) {
    Rate(long count, double seconds, double cpuSeconds) {
      this(count, seconds, cpuSeconds, seconds);
    }

    double perSecond() {
      return count / seconds;
    }

    double perCpuSecond() {
      return count / cpuSeconds;
    }
  }

  /** The engine alone, with the survey's objects, as many threads as the stream has. */
  Rate engine(int threads, double seconds) {
    ServiceConfig config = ServiceConfig.of(keys);
    EngineOptions options =
        EngineOptions.defaults()
            .withDevice(Device.parse(config.engineDevice()))
            .withSamples(config.engineSamples())
            .withWorkers(threads);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      int call = Math.min(survey.rows().size(), 16 * threads * engine.batchSize());
      List<float[]> rows = survey.rows().subList(0, call);
      engine.infer(rows);
      double cpu = ProcessorTime.seconds();
      long start = System.nanoTime();
      long count = 0;
      do {
        engine.infer(rows);
        count += rows.size();
      } while (System.nanoTime() - start < seconds * NS_PER_SECOND);
      return new Rate(
          count, (System.nanoTime() - start) / NS_PER_SECOND, ProcessorTime.seconds() - cpu);
    }
  }

  /** The whole stream with the bundle's engine. */
  Rate stream() throws InterruptedException {
    return replay(
        OpenBundles::open, List.of(survey.again(0).subList(0, survey.rows().size() / WARM_UP)));
  }

  /**
   * The whole stream with an engine that returns a stored posterior.
   *
   * @param before number of replays before the measurement, so that the program is compiled
   */
  Rate streamWithInstantEngine(int before) throws InterruptedException {
    ObjectSummary posterior;
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, EngineOptions.defaults())) {
      posterior = engine.infer(survey.rows().subList(0, 1)).get(0);
    }
    return replay(
        config ->
            OpenBundles.of(
                List.of(
                    ServedBundle.of(
                        bundle.manifest(),
                        (rows, sharedFit) -> Collections.nCopies(rows.size(), posterior),
                        CombinationMethod.POLYNOMIAL,
                        FlaggedObjects.LEAVE_OUT))),
        IntStream.range(0, before).mapToObj(survey::again).toList());
  }

  private Rate replay(Function<ServiceConfig, OpenBundles> bundles, List<List<Observation>> before)
      throws InterruptedException {
    try (EmbeddedSidereus sidereus = EmbeddedSidereus.start(NAME, keys, bundles);
        StreamOutcome outcome = new StreamOutcome(sidereus.config());
        ObservationPublisher publisher =
            new ObservationPublisher(
                sidereus.config(), RegistryPreparation.serdes(sidereus.config()))) {
      for (List<Observation> one : before) {
        publish(publisher, outcome, one, 0);
      }
      double cpu = ProcessorTime.seconds();
      long start = System.nanoTime();
      double inferred =
          (publish(publisher, outcome, survey.observations(), 0) - start) / NS_PER_SECOND;
      return new Rate(
          survey.observations().size(),
          (System.nanoTime() - start) / NS_PER_SECOND,
          ProcessorTime.seconds() - cpu,
          inferred);
    }
  }

  /**
   * Times from publication to the posteriors of the objects at a steady rate.
   *
   * @param seconds length of the measurement; the first fifth is not counted
   */
  Latencies latencies(double perSecond, double seconds) throws InterruptedException {
    int count = (int) Math.min(survey.observations().size(), Math.ceil(perSecond * seconds));
    try (EmbeddedSidereus sidereus = EmbeddedSidereus.start(NAME, keys, OpenBundles::open);
        StreamOutcome outcome = new StreamOutcome(sidereus.config());
        ObservationPublisher publisher =
            new ObservationPublisher(
                sidereus.config(), RegistryPreparation.serdes(sidereus.config()))) {
      publish(publisher, outcome, survey.observations().subList(0, count), perSecond);
      return outcome.latencies().after(count / WARM_UP);
    }
  }

  /**
   * Publishes, and reads until every object has its posterior and counts in its group.
   *
   * @return when every object had its posterior, as {@link System#nanoTime()}
   */
  private static long publish(
      ObservationPublisher publisher,
      StreamOutcome outcome,
      List<Observation> observations,
      double perSecond) {
    long wanted = outcome.inferred() + observations.size();
    CompletableFuture<Void> publishing =
        CompletableFuture.runAsync(() -> publish(publisher, observations, perSecond));
    long changedNs = System.nanoTime();
    long inferredNs = changedNs;
    long before = 0;
    while (outcome.inferred() < wanted || outcome.inGroups() < wanted) {
      boolean waiting = outcome.inferred() < wanted;
      outcome.poll();
      if (waiting) {
        inferredNs = System.nanoTime();
      }
      if (publishing.isCompletedExceptionally()) {
        break;
      }
      long now = outcome.inferred() + outcome.inGroups();
      if (now != before) {
        before = now;
        changedNs = System.nanoTime();
      } else if (System.nanoTime() - changedNs > STANDSTILL_NS) {
        throw new SidereusException(
            "the stream stands still with %d of %d posteriors and %d objects in groups"
                .formatted(outcome.inferred(), wanted, outcome.inGroups()));
      }
    }
    try {
      publishing.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    return inferredNs;
  }

  private static void publish(
      ObservationPublisher publisher, List<Observation> observations, double perSecond) {
    long start = System.nanoTime();
    int sent = 0;
    for (Observation observation : observations) {
      if (perSecond > 0) {
        long due = start + (long) (sent / perSecond * NS_PER_SECOND);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      }
      publisher.publish(observation);
      sent++;
    }
    publisher.flush();
  }
}
