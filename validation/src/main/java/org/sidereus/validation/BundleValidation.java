package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.sidereus.engine.Progress;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.engine.inference.Samples;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * Validates a bundle with the engine and the combiner that the stream uses. The settings alone
 * determine the result.
 */
public final class BundleValidation {
  private static final int PIECE = 256;

  private final Bundle bundle;
  private final Manifest manifest;
  private final Optional<ForwardModel> model;
  private final ValidationSettings settings;
  private final RandomStreams streams;
  private final ObservationModel survey;
  private final String observations;

  /**
   * A validation.
   *
   * @param model the simulator of the mock objects; empty: the bundle's emulator is used
   * @throws SidereusException where model and bundle do not belong together, or the bundle cannot
   *     be observed as the settings ask
   */
  public BundleValidation(
      Bundle bundle, Optional<ForwardModel> model, ValidationSettings settings) {
    this(
        bundle,
        model,
        settings,
        new BundleSurvey(bundle.manifest(), settings.pattern(), settings.error()));
  }

  private BundleValidation(
      Bundle bundle,
      Optional<ForwardModel> model,
      ValidationSettings settings,
      BundleSurvey survey) {
    this(bundle, model, settings, survey, survey.description());
  }

  /**
   * A validation with objects that are observed as those of the training were.
   *
   * @param model the simulator of the mock objects
   * @param trained surveys of the training
   * @throws SidereusException where model, surveys and bundle do not belong together
   */
  public BundleValidation(
      Bundle bundle, ForwardModel model, ObservationModel trained, ValidationSettings settings) {
    this(
        bundle,
        Optional.of(model),
        settings,
        trained,
        "errors and missing values as in the training");
    if (!trained.features().equals(manifest.features())) {
      throw new SidereusException(
          "the bundle was not trained for surveys with any errors: it has the features "
              + manifest.features());
    }
  }

  private BundleValidation(
      Bundle bundle,
      Optional<ForwardModel> model,
      ValidationSettings settings,
      ObservationModel survey,
      String observations) {
    this.bundle = bundle;
    this.model = model;
    this.settings = settings;
    this.survey = survey;
    this.observations = observations;
    manifest = bundle.manifest();
    streams = new RandomStreams(settings.seed());
    model.ifPresent(this::requireFit);
  }

  private void requireFit(ForwardModel simulator) {
    List<String> bundled = manifest.observables().stream().map(Observable::name).toList();
    List<String> simulated = simulator.observables().stream().map(Observable::name).toList();
    if (!manifest.parameters().equals(simulator.parameters())
        || !manifest.covariates().equals(simulator.covariates())
        || !bundled.equals(simulated)) {
      throw new SidereusException(
          "the bundle "
              + manifest.name()
              + " has other parameters, priors or observables than the simulator "
              + simulator.name());
    }
  }

  /**
   * Runs everything.
   *
   * @param reporter shows the progress
   */
  public ValidationReport run(ProgressReporter reporter) {
    EngineOptions options =
        EngineOptions.defaults().withDevice(settings.device()).withWorkers(settings.threads());
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options);
        EmulatorEngine emulator = EmulatorEngine.open(bundle, options.withDevice(Device.CPU))) {
      TruthSource truth =
          model.isPresent()
              ? new TruthSource.Simulator(model.get(), settings.threads(), reporter)
              : new TruthSource.Emulator(emulator, manifest.inputPriors().size());
      return report(engine, emulator, truth, reporter);
    }
  }

  private ValidationReport report(
      PosteriorEngine engine,
      EmulatorEngine emulator,
      TruthSource truth,
      ProgressReporter reporter) {
    TrainingSet drawn =
        truth.draw(
            new Design.FromPrior(manifest.inputPriors()),
            settings.counts().objects(),
            streams,
            "validation truth");
    ObservedObjects objects = ObservedObjects.observe(drawn, survey, streams, "validation noise");
    CorrectionTally weights = new CorrectionTally();
    ObjectTally tally = tally(engine, emulator, objects, weights, reporter);
    List<ChainComparison> chains = chains(engine, emulator, objects, reporter);
    List<GroupCalibration> groups =
        new GroupValidation(manifest, truth, survey, streams)
            .run(engine, settings.counts(), reporter);
    UniformBand band = new UniformBand(settings.counts().objects());
    ObjectCalibration single =
        new ObjectCalibration(
            tally.parameters(band),
            tally.medianApe(IntStream.range(0, manifest.parameters().size()).toArray()),
            tally.medianApe(manifest.sharedIndices()),
            tally.tarp(streams.seedOf("validation bootstrap", 0)),
            tally.predictive(band),
            weights.correction().orElse(null));
    return new ValidationReport(
        new ValidationSubject(
            manifest.name(),
            manifest.version(),
            truth.description(),
            observations + (settings.corrected() ? "; corrected by the likelihood" : ""),
            settings.counts().objects(),
            engine.samples(),
            settings.seed()),
        new ValidationChecks(settings, band).of(single, chains, groups),
        single,
        chains,
        groups);
  }

  private ObjectTally tally(
      PosteriorEngine engine,
      EmulatorEngine emulator,
      ObservedObjects objects,
      CorrectionTally weights,
      ProgressReporter reporter) {
    int d = manifest.parameters().size();
    FeatureDecoder reader = new FeatureDecoder(manifest);
    ObjectTally tally = new ObjectTally(manifest, settings.counts().objects());
    try (Progress progress = reporter.start("objects", settings.counts().objects())) {
      for (int from = 0; from < settings.counts().objects(); from += PIECE) {
        int to = Math.min(settings.counts().objects(), from + PIECE);
        List<Samples> samples = engine.sample(objects.rows().subList(from, to));
        for (int i = from; i < to; i++) {
          weights.add(samples.get(i - from));
          WeightedSamples posterior = weighted(samples.get(i - from));
          RandomGenerator random = streams.at("validation draws", i);
          int[] chosen = posterior.draw(ObjectTally.PREDICTED, random);
          float[] theta = new float[chosen.length * d];
          for (int p = 0; p < chosen.length; p++) {
            System.arraycopy(posterior.theta(), chosen[p] * d, theta, p * d, d);
          }
          Observed observed = reader.read(objects.rows().get(i));
          tally.add(
              truth(objects, i),
              posterior,
              observed,
              theta,
              emulator.predict(theta, observed.covariates()),
              random);
        }
        progress.advance(to - from);
      }
    }
    return tally;
  }

  private double[] truth(ObservedObjects objects, int i) {
    return IntStream.range(0, manifest.parameters().size())
        .mapToDouble(d -> objects.truth(i, d))
        .toArray();
  }

  private WeightedSamples weighted(Samples samples) {
    return settings.corrected() ? WeightedSamples.corrected(samples) : WeightedSamples.of(samples);
  }

  private List<ChainComparison> chains(
      PosteriorEngine engine,
      EmulatorEngine emulator,
      ObservedObjects objects,
      ProgressReporter reporter) {
    List<ChainComparison> all = new ArrayList<>();
    if (settings.counts().chains() == 0) {
      return all;
    }
    List<Parameter> parameters = manifest.parameters();
    FeatureDecoder reader = new FeatureDecoder(manifest);
    ReferencePosterior reference =
        new ReferencePosterior(parameters, emulator::predict, settings.counts().longestChain());
    try (Progress progress = reporter.start("reference chains", settings.counts().chains())) {
      for (int i = 0; i < settings.counts().chains(); i++) {
        float[] row = objects.rows().get(i);
        ReferencePosterior.Chain chain =
            reference.run(reader.read(row), streams.at("validation chains", i));
        WeightedSamples posterior = weighted(engine.sample(row));
        List<ChainComparison.ChainMarginal> marginals = new ArrayList<>();
        for (int d = 0; d < parameters.size(); d++) {
          marginals.add(
              ChainComparison.ChainMarginal.of(
                  parameters.get(d).name(), objects.truth(i, d), chain.values(d), posterior, d));
        }
        all.add(new ChainComparison(i, chain.times(), chain.steps().size(), marginals));
        progress.advance(1);
      }
    }
    return all;
  }
}
