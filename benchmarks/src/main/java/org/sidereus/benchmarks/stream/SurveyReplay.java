package org.sidereus.benchmarks.stream;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.sidereus.benchmarks.ProcessorTime;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.catalog.ObservationPublisher;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.RegistryPreparation;

/** Publishes observations to a running application and waits for their committed posteriors. */
final class SurveyReplay implements AutoCloseable {
  private static final double NS_PER_SECOND = 1e9;
  private static final long STANDSTILL_NS = 120_000_000_000L;

  private final ServiceConfig config;
  private final boolean groups;
  private final StreamOutcome outcome;
  private final ObservationPublisher publisher;

  /**
   * A replay.
   *
   * @param groups whether it also waits until each object counts in its group
   */
  SurveyReplay(ServiceConfig config, boolean groups) {
    this.config = config;
    this.groups = groups;
    outcome = new StreamOutcome(config);
    publisher = new ObservationPublisher(config, RegistryPreparation.serdes(config));
  }

  /** Publishes as fast as possible and waits for the end. */
  Rate run(List<Observation> observations) {
    double cpu = ProcessorTime.seconds();
    long start = System.nanoTime();
    long inferredNs =
        await(
            observations,
            () -> {
              observations.forEach(publisher::publish);
              publisher.flush();
            });
    return new Rate(
        observations.size(),
        (System.nanoTime() - start) / NS_PER_SECOND,
        ProcessorTime.seconds() - cpu,
        (inferredNs - start) / NS_PER_SECOND);
  }

  /**
   * Publishes at a steady rate and waits for the end.
   *
   * @return processor time of this process in each second
   */
  double run(List<Observation> observations, double perSecond, EventTimes times) {
    try (TimedPublisher timed = new TimedPublisher(config)) {
      outcome.onPosterior(times::read);
      double cpu = ProcessorTime.seconds();
      long start = System.nanoTime();
      await(observations, () -> timed.publish(observations, perSecond, times));
      return (ProcessorTime.seconds() - cpu) / ((System.nanoTime() - start) / NS_PER_SECOND);
    }
  }

  /**
   * Reads until every object has its posterior and, where asked, counts in its group.
   *
   * @return when every object had its posterior, as {@link System#nanoTime()}
   */
  private long await(List<Observation> observations, Runnable publication) {
    long wanted = outcome.inferred() + observations.size();
    long objects = observations.stream().map(Observation::getObject).distinct().count();
    long wantedInGroups = outcome.inGroups() + objects;
    CompletableFuture<Void> publishing = CompletableFuture.runAsync(publication);
    long changedNs = System.nanoTime();
    long inferredNs = changedNs;
    long before = 0;
    while (outcome.inferred() < wanted || (groups && outcome.inGroups() < wantedInGroups)) {
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

  @Override
  public void close() {
    publisher.close();
    outcome.close();
  }
}
