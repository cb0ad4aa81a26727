package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  private static final double TARP_TOLERANCE = 0.02;
  private static final double[] GROUP_RMS = {0.85, 1.15};
  private static final double[] GROUP_68 = {0.62, 0.74};
  private static final double[] GROUP_95 = {0.92, 0.98};
  private static final double CHAIN_SHIFT = 0.15;
  private static final double CHAIN_WIDTH = 0.1;

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
            settings.objects(),
            streams,
            "validation truth");
    MockObjects objects = MockObjects.observe(drawn, survey, streams, "validation noise");
    CorrectionTally weights = new CorrectionTally();
    ObjectTally tally = tally(engine, emulator, objects, weights, reporter);
    List<ChainComparison> chains = chains(engine, emulator, objects, reporter);
    List<GroupCalibration> groups =
        new GroupValidation(manifest, truth, survey, streams)
            .run(engine, settings.groups(), settings.groupSizes(), reporter);
    UniformBand band = new UniformBand(settings.objects());
    List<ParameterCalibration> parameters = tally.parameters(band);
    double ape = tally.medianApe(IntStream.range(0, manifest.parameters().size()).toArray());
    double sharedApe = tally.medianApe(manifest.sharedIndices());
    Tarp tarp = tally.tarp(streams.seedOf("validation bootstrap", 0));
    Predictive predictive = tally.predictive(band);

    List<Check> checks = new ArrayList<>();
    for (ParameterCalibration one : parameters) {
      checks.add(
          Check.atMost(
              "ranks",
              one.name(),
              one.rankDeviation(),
              band.countLimit(),
              "largest deviation of a bin in sd; 99 % band"));
    }
    for (ParameterCalibration one : parameters) {
      checks.add(
          Check.atMost(
              "coverage",
              one.name(),
              one.coverageDeviation(),
              band.shareLimit(),
              "largest deviation at a credibility in sd; 99 % band"));
    }
    checks.add(
        Check.atMost(
            "tarp",
            "all parameters",
            tarp.deviation(),
            Math.max(TARP_TOLERANCE, Tarp.noise(settings.objects())),
            "largest distance from the diagonal"));
    if (settings.largestApe() != null) {
      checks.add(
          Check.atMost("ape", "all parameters", ape, settings.largestApe(), "median, per cent"));
    }
    if (settings.largestSharedApe() != null) {
      checks.add(
          Check.atMost(
              "ape", "shared", sharedApe, settings.largestSharedApe(), "median, per cent"));
    }
    checks.add(
        Check.atMost(
            "predictive",
            "chi square",
            predictive.smallShare(),
            predictive.smallLimit(),
            "share of objects with a predictive p-value below 0.01"));
    chainChecks(chains, checks);
    groups.forEach(group -> groupChecks(group, checks));
    return new ValidationReport(
        manifest.name(),
        manifest.version(),
        truth.description(),
        observations + (settings.corrected() ? "; corrected by the likelihood" : ""),
        settings.objects(),
        engine.samples(),
        settings.seed(),
        checks.stream().allMatch(Check::passed),
        checks,
        parameters,
        ape,
        sharedApe,
        tarp,
        predictive,
        weights.correction().orElse(null),
        chains,
        groups);
  }

  private ObjectTally tally(
      PosteriorEngine engine,
      EmulatorEngine emulator,
      MockObjects objects,
      CorrectionTally weights,
      ProgressReporter reporter) {
    int d = manifest.parameters().size();
    FeatureDecoder reader = new FeatureDecoder(manifest);
    ObjectTally tally = new ObjectTally(manifest, settings.objects());
    try (Progress progress = reporter.start("objects", settings.objects())) {
      for (int from = 0; from < settings.objects(); from += PIECE) {
        int to = Math.min(settings.objects(), from + PIECE);
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

  private double[] truth(MockObjects objects, int i) {
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
      MockObjects objects,
      ProgressReporter reporter) {
    List<ChainComparison> all = new ArrayList<>();
    if (settings.chains() == 0) {
      return all;
    }
    List<Parameter> parameters = manifest.parameters();
    FeatureDecoder reader = new FeatureDecoder(manifest);
    ReferencePosterior reference =
        new ReferencePosterior(parameters, emulator::predict, settings.longestChain());
    try (Progress progress = reporter.start("reference chains", settings.chains())) {
      for (int i = 0; i < settings.chains(); i++) {
        float[] row = objects.rows().get(i);
        ReferencePosterior.Chain chain =
            reference.run(reader.read(row), streams.at("validation chains", i));
        WeightedSamples posterior = weighted(engine.sample(row));
        List<ChainComparison.Marginal> marginals = new ArrayList<>();
        for (int d = 0; d < parameters.size(); d++) {
          marginals.add(
              ChainComparison.Marginal.of(
                  parameters.get(d).name(), objects.truth(i, d), chain.values(d), posterior, d));
        }
        all.add(new ChainComparison(i, chain.times(), chain.steps().size(), marginals));
        progress.advance(1);
      }
    }
    return all;
  }

  private static void chainChecks(List<ChainComparison> chains, List<Check> checks) {
    if (chains.isEmpty()) {
      return;
    }
    List<ChainComparison.Marginal> marginals =
        chains.stream().flatMap(chain -> chain.parameters().stream()).toList();
    double shifts = 0;
    double widths = 0;
    for (ChainComparison.Marginal marginal : marginals) {
      shifts += marginal.shift() * marginal.shift() / marginals.size();
      widths += Math.pow(Math.log(marginal.width()), 2) / marginals.size();
    }
    checks.add(
        Check.atMost(
            "mcmc",
            "means",
            Math.sqrt(shifts),
            CHAIN_SHIFT,
            "rms difference of the means in sd of the chain"));
    checks.add(
        Check.atMost(
            "mcmc",
            "standard deviations",
            Math.sqrt(widths),
            CHAIN_WIDTH,
            "rms logarithm of the ratio of the sd"));
  }

  private static void groupChecks(GroupCalibration group, List<Check> checks) {
    String subject = String.format(Locale.ROOT, "%s, N = %d", group.parameter(), group.objects());
    double rmsNoise = BinomialBand.ofRms(group.groups());
    checks.add(
        Check.within(
            "groups",
            subject,
            group.rmsResidual(),
            Math.min(GROUP_RMS[0], 1 - rmsNoise),
            Math.max(GROUP_RMS[1], 1 + rmsNoise),
            "rms of (mean - truth) / sd"));
    checks.add(share(subject, group.coverage68(), 0.68, GROUP_68, group.groups()));
    checks.add(share(subject, group.coverage95(), 0.95, GROUP_95, group.groups()));
  }

  private static Check share(
      String subject, double value, double expected, double[] tolerance, int groups) {
    double noise = BinomialBand.ofShare(expected, groups);
    return Check.within(
        "groups",
        subject,
        value,
        Math.min(tolerance[0], expected - noise),
        Math.max(tolerance[1], Math.min(1, expected + noise)),
        String.format(Locale.ROOT, "coverage of the %.0f %% interval", 100 * expected));
  }
}
