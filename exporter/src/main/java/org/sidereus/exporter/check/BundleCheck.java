package org.sidereus.exporter.check;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.EmulatorEngine;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.exporter.parity.ProcessorTimeLimit;
import org.sidereus.networks.Tensor;

/**
 * Checks that a bundle does what its manifest says: its files, its posterior graph against itself,
 * its density, its prior, its emulator and its likelihood, the numbers of the framework that
 * trained it, and objects whose parameters are known. The same bundle gives the same findings; only
 * the search for what explains a fault ends after a minute of processor time, and then says so, and
 * the whole check ends after ten.
 */
public final class BundleCheck {
  /** The check against the true parameters of simulations. */
  public static final String TRUE_PARAMETERS = "true parameters";

  private static final long SEED = 16;
  private static final int OBJECTS = 12;
  private static final int FEW_OBJECTS = 6;
  private static final int SAMPLES = 2_048;
  private static final int FEW_SAMPLES = 64;
  private static final int DRAWS = 4_096;
  private static final int TRUTHS = 256;
  private static final int FEWEST_TRUTHS = 100;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Path directory;
  private final ProcessorTimeLimit limit;
  private final @Nullable Path table;
  private @Nullable Truths simulations;
  private final List<Finding> findings = new ArrayList<>();
  private Consumer<String> progress = line -> {};
  private volatile String stage = "";
  private volatile @Nullable PosteriorRun running;
  private boolean isLate;

  /**
   * A check.
   *
   * @param directory folder of the bundle
   * @param simulations table of simulations that did not train it; null: none
   */
  public BundleCheck(Path directory, @Nullable Path simulations) {
    this.directory = directory;
    this.table = simulations;
    limit = new ProcessorTimeLimit(LIMIT);
  }

  /**
   * A check on objects whose parameters are known.
   *
   * @param directory folder of the bundle
   * @param simulations objects that did not train it; null: none
   */
  BundleCheck(Path directory, @Nullable Truths simulations) {
    this(directory, simulations, LIMIT);
  }

  /** The same within some processor time. */
  BundleCheck(Path directory, @Nullable Truths simulations, Duration limit) {
    this.directory = directory;
    this.simulations = simulations;
    table = null;
    this.limit = new ProcessorTimeLimit(limit);
  }

  /**
   * Runs all checks.
   *
   * @throws SidereusException where the simulations cannot be read
   */
  public CheckReport run() {
    return run(line -> {});
  }

  /**
   * Runs all checks, and says each finding at once.
   *
   * @param print gets a line for each finding, and one before a search that may take a while
   * @throws SidereusException where the simulations cannot be read
   */
  public CheckReport run(Consumer<String> print) {
    findings.clear();
    progress = print;
    try {
      limit.run(this::checkAll, this::end);
    } catch (TimeoutException e) {
      String text =
          "not done after %d s of processor time; a graph must give a posterior in less than"
              + " seconds: use a smaller network or fewer steps";
      synchronized (findings) {
        Finding late =
            Finding.failed(stage, Fault.TOO_SLOW, text.formatted(limit.limit().toSeconds()));
        findings.add(late);
        print.accept(late.toString());
      }
    }
    return new CheckReport(findings);
  }

  private void end() {
    synchronized (findings) {
      isLate = true;
    }
    PosteriorRun posterior = running;
    if (posterior != null) {
      posterior.end();
    }
  }

  private boolean checkAll() {
    stage = "files and signatures";
    Bundle bundle = loaded();
    if (bundle != null) {
      Manifest manifest = bundle.manifest();
      if (table != null) {
        simulations = new TruthReader(manifest).read(table);
      }
      stage = "posterior graph";
      try (PosteriorRun posterior = new PosteriorRun(bundle)) {
        running = posterior;
        if (manifest.files().containsKey(Manifest.EMULATOR)) {
          try (EmulatorEngine emulator = EmulatorEngine.open(bundle, EngineOptions.defaults())) {
            check(bundle, posterior, emulator, simulations);
          }
        } else {
          check(bundle, posterior, null, simulations);
        }
        running = null;
      }
    }
    return true;
  }

  private @Nullable Bundle loaded() {
    Fault part = Fault.MANIFEST;
    try {
      Manifest.read(directory.resolve(Manifest.FILE));
      part = Fault.FILES;
      Bundle.checkFiles(directory);
      part = Fault.GRAPHS;
      Bundle bundle = Bundle.load(directory);
      add(
          Finding.passed(
              "files and signatures",
              "%d files have their hashes, the graphs their inputs and outputs"
                  .formatted(bundle.manifest().files().size())));
      return bundle;
    } catch (BundleException e) {
      add(Finding.failed("files and signatures", part, String.valueOf(e.getMessage())));
      return null;
    }
  }

  private void check(
      Bundle bundle,
      PosteriorRun posterior,
      @Nullable EmulatorEngine emulator,
      @Nullable Truths table) {
    Manifest manifest = bundle.manifest();
    RandomGenerator random = new Random(SEED);
    FrameworkParity parity = FrameworkParity.of(bundle);
    if (parity != null) {
      stage = "parity with the framework";
      add(parity.finding(posterior));
    }
    stage = "emulator";
    Truths mock = emulator == null ? null : Truths.drawn(manifest, emulator, DRAWS, random);
    boolean emulates = mock != null && add(new EmulatorCheck(manifest).finding(mock));
    boolean fits = true;
    if (table != null) {
      SimulationsCheck check = new SimulationsCheck(manifest, table);
      Finding priors = check.priors();
      fits = add(priors);
      boolean readable = fits || priors.kind() == Fault.PRIOR;
      if (emulates && emulator != null && readable) {
        fits &= add(check.emulator(emulator));
      }
      if (fits) {
        fits = add(check.ranges());
      }
    }
    stage = "posterior graph";
    Truths all = table != null ? table : emulates ? mock : null;
    Truths truths = all == null ? null : all.withinRanges(manifest.observables()).first(TRUTHS);
    List<float[]> rows = rows(manifest, truths, parity, random);
    if (rows.isEmpty()) {
      add(
          Finding.skipped(
              "posterior graph",
              "there are no objects to evaluate it for; give --simulations, the ranges lower and"
                  + " upper and the error of each observable in the manifest, or "
                  + Manifest.PARITY));
      return;
    }
    try {
      boolean usable = posterior(bundle, posterior, emulator, emulates, rows, random);
      stage = TRUE_PARAMETERS;
      boolean comparable = truths != null && fits && (emulates || table != null);
      if (usable && truths != null && comparable) {
        truth(manifest, posterior, truths, table == null ? emulator : null).forEach(this::add);
      } else if (truths != null && comparable && isOutsideAlone()) {
        add(reading(manifest, posterior, truths, table == null ? emulator : null));
      } else {
        add(
            Finding.skipped(
                TRUE_PARAMETERS,
                truths == null
                    ? "without an emulator it needs --simulations"
                    : "the faults above come first"));
      }
    } catch (SidereusException e) {
      add(Finding.failed("posterior graph", Fault.NOT_FINITE, String.valueOf(e.getMessage())));
    }
  }

  private List<Finding> truth(
      Manifest manifest, PosteriorRun posterior, Truths truths, @Nullable EmulatorEngine emulator) {
    if (truths.count() < FEWEST_TRUTHS) {
      return List.of(
          Finding.skipped(
              TRUE_PARAMETERS,
              "%d objects are within the ranges of the manifest, and it needs %d"
                  .formatted(truths.count(), FEWEST_TRUTHS)));
    }
    if (truths.errors() == null && !new Survey(manifest).knowsErrors()) {
      return List.of(
          Finding.skipped(
              TRUE_PARAMETERS, "the manifest names no error of an observable to add noise with"));
    }
    return new TruthCheck(posterior, manifest, truths, emulator, progress).findings();
  }

  /** Whether samples outside of the prior are the only fault. */
  private boolean isOutsideAlone() {
    return findings.stream()
        .filter(one -> one.status() == Finding.Status.FAILED)
        .allMatch(one -> one.kind() == Fault.OUTSIDE_PRIOR);
  }

  /** Samples may be outside of the prior because they are in other units than it. */
  private Finding reading(
      Manifest manifest, PosteriorRun posterior, Truths truths, @Nullable EmulatorEngine emulator) {
    boolean possible =
        truths.count() >= FEWEST_TRUTHS
            && (truths.errors() != null || new Survey(manifest).knowsErrors());
    return possible
        ? new TruthCheck(posterior, manifest, truths, emulator, progress).otherReading()
        : Finding.skipped(TRUE_PARAMETERS, "the faults above come first");
  }

  /** Returns whether the graph can be used at all. */
  private boolean posterior(
      Bundle bundle,
      PosteriorRun posterior,
      @Nullable EmulatorEngine emulator,
      boolean emulates,
      List<float[]> all,
      RandomGenerator random) {
    Manifest manifest = bundle.manifest();
    List<float[]> few = all.subList(0, Math.min(FEW_OBJECTS, all.size()));
    List<Finding> ofObjects =
        new ObjectsCheck(
                posterior.run(all, posterior.noise(FEW_SAMPLES, new Random(SEED))),
                posterior.run(few, posterior.noise(FEW_SAMPLES, new Random(SEED + 1))),
                manifest.parameters())
            .findings();
    ofObjects.forEach(this::add);
    if (ofObjects.stream().anyMatch(one -> one.status() == Finding.Status.FAILED)) {
      return false;
    }
    List<float[]> rows = all.subList(0, Math.min(OBJECTS, all.size()));
    SampleSet set = posterior.run(rows, posterior.noise(SAMPLES, random));
    List<Finding> repeatability =
        new RepeatabilityCheck(posterior, few, posterior.noise(FEW_SAMPLES, random)).findings();
    repeatability.forEach(this::add);
    if (repeatability.stream().anyMatch(one -> one.status() == Finding.Status.FAILED)) {
      return false;
    }
    add(new RoundingCheck(manifest.parameters()).finding(set));
    boolean supported = add(new PriorSupportCheck(manifest.parameters()).finding(set));
    new DensityCheck(posterior, manifest).findings(few, set, random).forEach(this::add);
    if (manifest.files().containsKey(Manifest.DENSITY)) {
      add(densityGraph(bundle, rows, set));
    }
    Optional<GaussianTerms> terms = GaussianTerms.of(manifest);
    if (set.logWeight() == null || terms.isEmpty()) {
      add(
          Finding.skipped(
              "likelihood", "the posterior graph has none: posteriors are not corrected"));
    } else if (emulator != null && emulates) {
      add(new SampleWeightCheck(manifest, emulator).finding(rows, set, terms.get()));
    }
    return supported;
  }

  /** Compares density.onnx with the posterior graph at its samples. */
  private static Finding densityGraph(Bundle bundle, List<float[]> rows, SampleSet set) {
    String check = "density.onnx";
    double tolerance = 1e-3;
    int features = bundle.manifest().features().size();
    int n = FEW_SAMPLES;
    List<Double> errors = new ArrayList<>();
    try (GraphRun graph = new GraphRun(bundle.read(Manifest.DENSITY))) {
      for (int b = 0; b < set.objects(); b++) {
        float[] theta = new float[n * set.parameters()];
        float[] x = new float[n * features];
        for (int s = 0; s < n; s++) {
          for (int d = 0; d < set.parameters(); d++) {
            theta[s * set.parameters() + d] = (float) set.theta(b, s, d);
          }
          System.arraycopy(rows.get(b), 0, x, s * features, features);
        }
        float[] found =
            GraphRun.output(
                graph.run(
                    Map.of(
                        GraphContract.THETA, Tensor.matrix(n, set.parameters(), theta),
                        GraphContract.FEATURES, Tensor.matrix(n, features, x))),
                GraphContract.LOG_PROB);
        for (int s = 0; s < n; s++) {
          double expected = set.logProb(b, s);
          errors.add(Math.abs(found[s] - expected) / Math.max(1, Math.abs(expected)));
        }
      }
    }
    double error =
        new Quantiles(errors.stream().mapToDouble(Double::doubleValue).toArray()).at(0.9);
    String text =
        "90 %% of its densities differ by less than %.1e from log_prob (allowed %.0e)"
            .formatted(error, tolerance);
    return error <= tolerance
        ? Finding.passed(check, text)
        : Finding.failed(
            check,
            Fault.DENSITY_GRAPH,
            text + "; export both graphs from the same weights, or leave density.onnx out");
  }

  /** Objects to evaluate the graph for; none where there is nothing to make them of. */
  private static List<float[]> rows(
      Manifest manifest,
      @Nullable Truths truths,
      @Nullable FrameworkParity parity,
      RandomGenerator random) {
    Survey survey = new Survey(manifest);
    double[] scale = new double[manifest.observables().size()];
    Arrays.fill(scale, 1);
    if (truths != null && truths.count() > 0 && (truths.errors() != null || survey.knowsErrors())) {
      return survey.observe(truths, scale, random);
    }
    if (survey.knowsErrors()
        && manifest.observables().stream()
            .allMatch(one -> one.lower() != null && one.upper() != null)) {
      return survey.observe(inRanges(manifest, random), scale, random);
    }
    if (parity == null) {
      return List.of();
    }
    return parity.rows();
  }

  /** Objects with observables that are spread over the ranges of the training. */
  private static Truths inRanges(Manifest manifest, RandomGenerator random) {
    List<double[]> inputs = new ArrayList<>();
    List<double[]> y = new ArrayList<>();
    Supplier<double[]> draws = manifest.inputDraws(random);
    for (int i = 0; i < TRUTHS; i++) {
      inputs.add(draws.get());
      double[] row = new double[manifest.observables().size()];
      for (int j = 0; j < row.length; j++) {
        Observable observable = manifest.observables().get(j);
        double lower = Objects.requireNonNull(observable.lower());
        double upper = Objects.requireNonNull(observable.upper());
        row[j] = lower + (0.25 + 0.5 * random.nextDouble()) * (upper - lower);
      }
      y.add(row);
    }
    return new Truths(inputs, y, null);
  }

  /** Adds a finding and says it; returns whether it is no fault. */
  private boolean add(Finding finding) {
    synchronized (findings) {
      if (!isLate) {
        findings.add(finding);
        progress.accept(finding.toString());
      }
    }
    return finding.status() != Finding.Status.FAILED;
  }
}
