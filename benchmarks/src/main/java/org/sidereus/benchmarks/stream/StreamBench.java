package org.sidereus.benchmarks.stream;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sidereus.benchmarks.ProcessorTime;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.Kernels;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.OpenBundles;

/** Measures the stream with a generated survey, from publication to the last group's posterior. */
final class StreamBench {
  private static final double NS_PER_SECOND = 1e9;

  /** One in so many objects is not counted: the first ones. */
  private static final int WARM_UP = 5;

  private final Bundle bundle;
  private final GeneratedSurvey survey;
  private final Map<String, String> keys;
  private final StreamRuns runs;
  private final StreamRuns objectsOnly;

  /**
   * A measurement.
   *
   * @param groups whether the objects of the survey are in groups
   */
  StreamBench(Bundle bundle, GeneratedSurvey survey, Map<String, String> keys, boolean groups) {
    this.bundle = bundle;
    this.survey = survey;
    this.keys = keys;
    this.runs = new StreamRuns(bundle.manifest(), keys, groups);
    this.objectsOnly = new StreamRuns(bundle.manifest(), keys, false);
  }

  /** The engine as the service opens it. */
  private EngineOptions options() {
    ServiceConfig config = ServiceConfig.of(keys);
    return EngineOptions.defaults()
        .withDevice(Device.parse(config.engine().device()))
        .withSamples(config.engine().samples())
        .withIntraOpThreads(config.engine().threads())
        .withKernels(Kernels.parse(config.engine().kernels()));
  }

  /** The engine alone, with the survey's objects, as many threads as the stream has. */
  Rate engine(int threads, double seconds) {
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options().withWorkers(threads))) {
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
    List<Observation> observations = survey.observations();
    return runs.service(
        OpenBundles::open,
        List.of(survey.again(0).subList(0, observations.size() / WARM_UP)),
        observations);
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
    return runs.service(
        config -> runs.served((rows, sharedFit) -> Collections.nCopies(rows.size(), posterior)),
        IntStream.range(0, before).mapToObj(survey::again).toList(),
        survey.observations());
  }

  /**
   * Latencies at a steady rate, from the intended times of publication to the committed posteriors
   * of the objects. The same objects under other names go through the service before.
   *
   * @param seconds length of the measurement; the first fifth is not counted
   * @param warmUps how often they go through before
   */
  SteadyRun latencies(double perSecond, double seconds, int warmUps) throws InterruptedException {
    int count = (int) Math.min(survey.observations().size(), Math.ceil(perSecond * seconds));
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options())) {
      engine.warmUp();
      return runs.latencies(
          engine::infer,
          IntStream.range(0, warmUps).mapToObj(i -> survey.again(i).subList(0, count)).toList(),
          survey.observations().subList(0, count),
          survey.rows().subList(0, count),
          perSecond,
          count / WARM_UP);
    }
  }

  /** One turn of the stream and of the application with default and with sensible settings. */
  record Turn(Rate stream, Rate byDefault, Rate sensible) {}

  /**
   * The stream and what a user would build instead, each with the first objects of the survey. They
   * have no group, so that both do the same work.
   */
  Turn turn(int objects) throws InterruptedException {
    List<Observation> some = survey.alone(survey.observations().subList(0, objects));
    List<List<Observation>> before =
        List.of(survey.alone(survey.again(0)).subList(0, objects / WARM_UP));
    Rate ours = objectsOnly.service(OpenBundles::open, before, some);
    return new Turn(
        ours,
        oneByOne(before, some, OneByOneSettings.DEFAULT),
        oneByOne(before, some, OneByOneSettings.SENSIBLE));
  }

  private Rate oneByOne(
      List<List<Observation>> before, List<Observation> observations, OneByOneSettings settings)
      throws InterruptedException {
    // what a user would build: ONNX Runtime
    EngineOptions options =
        options()
            .withBatchSize(1)
            .withIntraOpThreads(settings.engineThreads())
            .withKernels(Kernels.NONE);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      engine.warmUp();
      return objectsOnly.oneByOne(engine::infer, settings, before, observations);
    }
  }
}
