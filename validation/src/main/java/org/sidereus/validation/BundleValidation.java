package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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
  private static final String AS_TRAINED = "errors and missing values as in the training";

  private final Bundle bundle;
  private final Manifest manifest;
  private final Optional<ForwardModel> model;
  private final ValidationSettings settings;
  private final RandomStreams streams;
  private final ObservationModel survey;
  private final String observations;
  private final @Nullable TrainingSet heldOut;

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

  /**
   * A validation with simulations that did not train the bundle as single objects. Groups and
   * reference chains are those of the bundle's emulator; a bundle without one has none.
   *
   * @param heldOut the simulations; there are at most as many objects
   * @param survey how they are observed; null: as the settings ask
   * @throws SidereusException where the bundle cannot be observed so
   */
  public static BundleValidation ofHeldOut(
      Bundle bundle,
      TrainingSet heldOut,
      @Nullable ObservationModel survey,
      ValidationSettings settings) {
    Manifest manifest = bundle.manifest();
    boolean emulator = manifest.files().containsKey(Manifest.EMULATOR);
    ValidationCounts asked = settings.counts();
    int objects = Math.min(asked.objects(), heldOut.rows());
    ValidationSettings possible =
        settings.withCounts(
            new ValidationCounts(
                objects,
                emulator ? asked.groups() : 0,
                asked.groupSizes(),
                emulator ? Math.min(objects, asked.chains()) : 0,
                asked.longestChain()));
    if (survey != null) {
      return new BundleValidation(bundle, Optional.empty(), possible, survey, AS_TRAINED, heldOut);
    }
    BundleSurvey usual = new BundleSurvey(manifest, settings.pattern(), settings.error());
    return new BundleValidation(
        bundle, Optional.empty(), possible, usual, usual.description(), heldOut);
  }

  private BundleValidation(
      Bundle bundle,
      Optional<ForwardModel> model,
      ValidationSettings settings,
      BundleSurvey survey) {
    this(bundle, model, settings, survey, survey.description(), null);
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
    this(bundle, Optional.of(model), settings, trained, AS_TRAINED, null);
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
      String observations,
      @Nullable TrainingSet heldOut) {
    this.bundle = bundle;
    this.heldOut = heldOut;
    this.model = model;
    this.settings = settings;
    this.survey = survey;
    this.observations = observations;
    manifest = bundle.manifest();
    streams = new RandomStreams(settings.seed());
    model.ifPresent(this::requireFit);
    if (heldOut != null && !survey.features().equals(manifest.features())) {
      throw new SidereusException(
          "the simulations are observed as "
              + survey.features()
              + " but the bundle has the features "
              + manifest.features());
    }
    if (heldOut == null && !manifest.parameterPriors().areIndependent()) {
      throw new SidereusException(
          "the priors of the bundle "
              + manifest.name()
              + " are correlated, and mock objects are drawn from independent ones; give"
              + " simulations that did not train it with --truth FILE");
    }
    if (heldOut == null && model.isEmpty() && !hasEmulator()) {
      throw new SidereusException(
          "the bundle "
              + manifest.name()
              + " has no emulator to make mock objects with; give simulations that did not train"
              + " it with --truth FILE");
    }
  }

  private boolean hasEmulator() {
    return manifest.files().containsKey(Manifest.EMULATOR);
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
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      if (!hasEmulator() || !manifest.parameterPriors().areIndependent()) {
        TruthSource truth =
            model.isPresent()
                ? new TruthSource.Simulator(model.get(), settings.threads(), reporter)
                : null;
        return report(engine, null, truth, reporter);
      }
      try (EmulatorEngine emulator = EmulatorEngine.open(bundle, options.withDevice(Device.CPU))) {
        TruthSource truth =
            model.isPresent()
                ? new TruthSource.Simulator(model.get(), settings.threads(), reporter)
                : new TruthSource.Emulator(emulator, manifest.inputPriors().size());
        return report(engine, emulator, truth, reporter);
      }
    }
  }

  /** Single objects: held-out simulations, or draws. */
  private TrainingSet objects(@Nullable TruthSource truth) {
    int count = settings.counts().objects();
    return heldOut != null
        ? heldOut.between(0, count)
        : Objects.requireNonNull(truth)
            .draw(new Design.FromPrior(manifest.inputPriors()), count, streams, "validation truth");
  }

  private ValidationReport report(
      PosteriorEngine engine,
      @Nullable EmulatorEngine emulator,
      @Nullable TruthSource truth,
      ProgressReporter reporter) {
    ObservedObjects objects =
        ObservedObjects.observe(objects(truth), survey, streams, "validation noise");
    CorrectionTally weights = new CorrectionTally();
    ObjectTally tally = tally(engine, emulator, objects, weights, reporter);
    List<ChainComparison> chains =
        emulator == null ? List.of() : chains(engine, emulator, objects, reporter);
    List<GroupCalibration> groups =
        truth == null
            ? List.of()
            : new GroupValidation(manifest, truth, survey, streams)
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
            heldOut != null || truth == null ? "held-out simulations" : truth.description(),
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
      @Nullable EmulatorEngine emulator,
      ObservedObjects objects,
      CorrectionTally weights,
      ProgressReporter reporter) {
    int d = manifest.parameters().size();
    FeatureDecoder reader = new FeatureDecoder(manifest);
    ObjectTally tally = new ObjectTally(manifest, settings.counts().objects());
    try (Progress progress = reporter.start("objects", settings.counts().objects())) {
      for (int from = 0; from < settings.counts().objects(); from += PIECE) {
        int to = Math.min(settings.counts().objects(), from + PIECE);
        List<float[]> rows = objects.rows().subList(from, to);
        List<Samples> samples = engine.drawn(rows, streams.at("validation samples", from), false);
        List<Samples> judged =
            settings.corrected()
                ? engine.drawn(rows, streams.at("validation samples", from), true)
                : samples;
        for (int i = from; i < to; i++) {
          weights.add(samples.get(i - from));
          WeightedSamples posterior = weighted(judged.get(i - from));
          RandomGenerator random = streams.at("validation draws", i);
          int[] chosen = posterior.draw(ObjectTally.PREDICTED, random);
          float[] theta = new float[chosen.length * d];
          for (int p = 0; p < chosen.length; p++) {
            System.arraycopy(posterior.theta(), chosen[p] * d, theta, p * d, d);
          }
          tally.add(truth(objects, i), posterior, random);
          if (emulator != null) {
            Observed observed = reader.read(objects.rows().get(i));
            float[] predicted = emulator.predict(theta, observed.covariates());
            tally.addPredictions(observed, theta, predicted, random);
          }
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
        List<float[]> one = List.of(row);
        Samples own = engine.sample(one).get(0);
        Samples judged = settings.corrected() ? engine.published(one).get(0) : own;
        boolean flagged =
            settings.corrected()
                && own.logWeight() != null
                && (judged.logWeight() == null || !WeightedSamples.weighted(judged).isBelieved());
        WeightedSamples posterior = weighted(judged);
        List<ChainComparison.ChainMarginal> marginals = new ArrayList<>();
        for (int d = 0; d < parameters.size(); d++) {
          marginals.add(
              ChainComparison.ChainMarginal.of(
                  parameters.get(d).name(), objects.truth(i, d), chain.values(d), posterior, d));
        }
        all.add(new ChainComparison(i, chain.walkers(), chain.mixing(), flagged, marginals));
        progress.advance(1);
      }
    }
    return all;
  }
}
