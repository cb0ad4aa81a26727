package org.sidereus.benchmarks.stream;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.topology.Inference;
import org.sidereus.streams.topology.ServedBundle;

/**
 * Measures the service, or what a user would build instead of it, each with a broker and a registry
 * of its own in this process.
 */
final class StreamRuns {
  private static final String NAME = "bench";

  private final Manifest manifest;
  private final Map<String, String> keys;
  private final boolean groups;

  /**
   * Runs of one model.
   *
   * @param keys of the service's configuration
   * @param groups whether the observations are in groups; a run of the service ends with them
   */
  StreamRuns(Manifest manifest, Map<String, String> keys, boolean groups) {
    this.manifest = manifest;
    this.keys = keys;
    this.groups = groups;
  }

  /**
   * The service, as fast as it can.
   *
   * @param before replays that are not measured
   */
  Rate service(
      Function<ServiceConfig, OpenBundles> bundles,
      List<List<Observation>> before,
      List<Observation> observations)
      throws InterruptedException {
    try (EmbeddedSidereus sidereus = EmbeddedSidereus.start(NAME, keys, bundles);
        SurveyReplay replay = new SurveyReplay(sidereus.config(), groups)) {
      before.forEach(replay::run);
      return replay.run(observations);
    }
  }

  /** The bundle with an inference of the caller, who closes it. */
  OpenBundles served(Inference inference) {
    return OpenBundles.of(
        List.of(
            ServedBundle.of(
                manifest, inference, CombinationMethod.POLYNOMIAL, FlaggedObjects.LEAVE_OUT)));
  }

  /** The application that infers each record by itself, as fast as it can. */
  Rate oneByOne(
      Inference inference,
      OneByOneSettings settings,
      List<List<Observation>> before,
      List<Observation> observations)
      throws InterruptedException {
    try (OneByOneApplication application =
            OneByOneApplication.start(keys, manifest, inference, settings);
        SurveyReplay replay = new SurveyReplay(application.config(), false)) {
      before.forEach(replay::run);
      return replay.run(observations);
    }
  }

  /**
   * The service at a steady rate: latencies from the intended times of publication to the committed
   * posteriors of the objects.
   *
   * @param before replays that go through the service as fast as it can, so that the program is
   *     compiled
   * @param rows [N][F] features of the observations
   * @param first number of events that are not counted
   */
  SteadyRun latencies(
      Inference inference,
      List<List<Observation>> before,
      List<Observation> observations,
      List<float[]> rows,
      double perSecond,
      int first)
      throws InterruptedException {
    EventTimes times = new EventTimes(observations, rows);
    try (EmbeddedSidereus sidereus =
            EmbeddedSidereus.start(NAME, keys, config -> served(times.around(inference)));
        SurveyReplay replay = new SurveyReplay(sidereus.config(), groups)) {
      before.forEach(replay::run);
      double processors = replay.run(observations, perSecond, times);
      return new SteadyRun(times.after(first), processors);
    }
  }
}
