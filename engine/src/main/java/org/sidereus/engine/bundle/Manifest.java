package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The description of a bundle: {@code manifest.json}.
 *
 * @param format version of the layout of bundles, 1 or {@value #FORMAT}; docs/reference/bundle.md
 *     says how they differ
 * @param name name of the bundle, equal to the name of its folder by custom
 * @param version version of the bundle; part of every posterior it makes
 * @param description one sentence for readers
 * @param parameters the D parameters, in the order of the graphs' last axis
 * @param correlations of the priors of normal parameters; empty: the priors are independent
 * @param covariates the C quantities beside the parameters on which the model depends, in the order
 *     of the emulator's input; may be empty
 * @param derived the K quantities that follow from these, in the order of the posterior graph's
 *     output; may be empty
 * @param observables the M observables, in the order of the emulator's output
 * @param features the F columns of the graphs' input {@code x}
 * @param sharedErrors whether the posterior graph takes errors that measurements share; null: it
 *     does not
 * @param likelihood whether the posterior graph evaluates the likelihood; null in format 1, where
 *     the outputs of the graph say it
 * @param samples posterior samples drawn for each object unless asked otherwise; even
 * @param files every file of the bundle but the manifest, by path relative to the folder with
 *     forward slashes
 * @param provenance how the bundle was made, such as simulator, settings, seeds, sizes and code
 *     version; a tree of maps, lists, texts and numbers
 * @param calibration what the validation of the bundle found, in short: a tree of maps, lists,
 *     texts and numbers; all of its numbers and figures lie in {@code calibration/}; empty where
 *     the bundle was not validated
 */
public record Manifest(
    int format,
    String name,
    String version,
    String description,
    List<Parameter> parameters,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Correlation> correlations,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Covariate> covariates,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Derived> derived,
    List<Observable> observables,
    List<Feature> features,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean sharedErrors,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean likelihood,
    int samples,
    Map<String, FileEntry> files,
    Map<String, Object> provenance,
    Map<String, Object> calibration) {

  /** The latest layout that this code reads and writes. */
  public static final int FORMAT = 2;

  /** The earliest layout that this code reads. */
  static final int EARLIEST_FORMAT = 1;

  /** Name of the file in the folder of a bundle. */
  public static final String FILE = "manifest.json";

  /**
   * Posterior graph: features and noise to samples of the parameters; see {@link GraphContract}.
   */
  public static final String POSTERIOR = "posterior.onnx";

  /**
   * Density graph, optional: parameters and features to the logarithm of the posterior density. The
   * engine does not read it; it is for other programs.
   */
  public static final String DENSITY = "density.onnx";

  /** Emulator graph: parameters and covariates to observables. */
  public static final String EMULATOR = "emulator.onnx";

  /**
   * Numbers of the framework that trained the posterior, optional: features, noise, samples and log
   * densities. The engine does not read them; {@code check} compares the posterior graph with them.
   */
  public static final String PARITY = "parity.safetensors";

  /** Key of the provenance: the age of the model's universe in Gyr. */
  public static final String AGE_OF_UNIVERSE = "age_of_universe_Gyr";

  private static final int MOST_SAMPLES = 65_536;

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if a part is missing or breaks a rule; the message says which
   */
  @JsonCreator
  public Manifest {
    if (format < EARLIEST_FORMAT || format > FORMAT) {
      throw new IllegalArgumentException(
          "format is "
              + format
              + " but this version reads formats "
              + EARLIEST_FORMAT
              + " to "
              + FORMAT
              + "; use a bundle made for it");
    }
    if (format == EARLIEST_FORMAT) {
      likelihood = null; // an unknown key
    } else if (likelihood == null) {
      throw new IllegalArgumentException(
          "likelihood is missing; say true if posterior.onnx has log_weight and chi_square, and"
              + " false if not");
    }
    Names.check("bundle", name);
    Names.check("version", version);
    description = description == null ? "" : description;
    parameters = copy("parameters", parameters);
    correlations = optional("correlations", correlations);
    ParameterPriors.check(parameters, correlations);
    covariates = optional("covariates", covariates);
    derived = optional("derived", derived);
    observables = copy("observables", observables);
    features = copy("features", features);
    if (samples < 2 || samples % 2 != 0 || samples > MOST_SAMPLES) {
      throw new IllegalArgumentException(
          "samples must be even and between 2 and " + MOST_SAMPLES + " but is " + samples);
    }
    checkUnique("parameter", parameters.stream().map(Parameter::name).toList());
    checkUnique("observable", observables.stream().map(Observable::name).toList());
    checkUnique(
        "parameter, covariate or derived quantity",
        Stream.of(
                parameters.stream().map(Parameter::name),
                covariates.stream().map(Covariate::name),
                derived.stream().map(Derived::name))
            .flatMap(names -> names)
            .toList());
    checkFeatures(observables, features);
    checkEmulatorErrors(observables, parameters);
    sharedErrors = Boolean.TRUE.equals(sharedErrors) ? Boolean.TRUE : null;
    for (Covariate covariate : covariates) {
      if (!features.contains(new Feature(Feature.Kind.COVARIATE, covariate.name()))) {
        throw new IllegalArgumentException(
            "the covariate " + covariate.name() + " is no feature, but the emulator needs it");
      }
    }
    if (files == null) {
      throw new IllegalArgumentException("files is missing");
    }
    files.forEach(Manifest::checkPath);
    // sorted, so that the same bundle always writes the same bytes
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    provenance = copy(provenance);
    calibration = copy(calibration);
  }

  /** A builder without anything but the format. */
  public static ManifestBuilder builder() {
    return new ManifestBuilder();
  }

  /** A builder of a manifest that is like this one. */
  public ManifestBuilder toBuilder() {
    return new ManifestBuilder(this);
  }

  /** This manifest with other files. */
  public Manifest withFiles(Map<String, FileEntry> newFiles) {
    return toBuilder().files(newFiles).build();
  }

  /** This manifest with the summary of another calibration. */
  public Manifest withCalibration(Map<String, Object> newCalibration) {
    return toBuilder().calibration(newCalibration).build();
  }

  /**
   * Reads a manifest.
   *
   * @throws BundleException if the file is missing, is no JSON or breaks a rule of the constructor
   */
  public static Manifest read(Path file) {
    return ManifestJson.read(file);
  }

  /**
   * Reads a manifest from its text.
   *
   * @throws BundleException if the text is no JSON or breaks a rule of the constructor
   */
  public static Manifest parse(String json) {
    return ManifestJson.parse(json.getBytes(StandardCharsets.UTF_8), "the text");
  }

  /** Writes the manifest as indented JSON with keys in snake case, the same bytes every time. */
  public void write(Path file) {
    ManifestJson.write(this, file);
  }

  /** The parameters that the objects of a group share, in the order of {@link #parameters()}. */
  @JsonIgnore
  public List<Parameter> sharedParameters() {
    return parameters.stream().filter(p -> p.role() == Role.SHARED).toList();
  }

  /** The positions of the shared parameters in {@link #parameters()}, ascending. */
  @JsonIgnore
  public int[] sharedIndices() {
    return IntStream.range(0, parameters.size())
        .filter(i -> parameters.get(i).role() == Role.SHARED)
        .toArray();
  }

  /** Whether the posterior graph takes errors that measurements share. */
  public boolean takesSharedErrors() {
    return Boolean.TRUE.equals(sharedErrors);
  }

  /**
   * Whether the manifest says that the posterior graph evaluates no likelihood, so that posteriors
   * are not corrected.
   */
  public boolean declaresNoLikelihood() {
    return Boolean.FALSE.equals(likelihood);
  }

  /** Whether the bundle must have an emulator graph. */
  boolean needsEmulator() {
    return !declaresNoLikelihood();
  }

  /**
   * The age of the model's universe in Gyr, by which the age of an object becomes the time of its
   * birth.
   *
   * @return empty where the provenance does not say it: the model has no birth times, or the bundle
   *     was exported before manifests said it
   */
  @JsonIgnore
  public OptionalDouble ageOfUniverseGyr() {
    return provenance.get(AGE_OF_UNIVERSE) instanceof Number age
        ? OptionalDouble.of(age.doubleValue())
        : OptionalDouble.empty();
  }

  /** The distributions of the emulator's inputs [D + C] in the training, each by itself. */
  @JsonIgnore
  public List<Prior> inputPriors() {
    return Stream.concat(
            parameters.stream().map(Parameter::prior), covariates.stream().map(Covariate::training))
        .toList();
  }

  /** The joint prior of the parameters. */
  @JsonIgnore
  public ParameterPriors parameterPriors() {
    return new ParameterPriors(parameters, correlations);
  }

  /** Draws of the emulator's inputs [D + C] from prior and training distributions. */
  public Supplier<double[]> inputDraws(RandomGenerator random) {
    ParameterPriors priors = parameterPriors();
    return () ->
        DoubleStream.concat(
                Arrays.stream(priors.sample(random)),
                covariates.stream().mapToDouble(one -> one.training().sample(random)))
            .toArray();
  }

  /** The columns of the covariates among the features [C]. */
  @JsonIgnore
  public int[] covariateColumns() {
    return covariates.stream()
        .mapToInt(
            covariate -> features.indexOf(new Feature(Feature.Kind.COVARIATE, covariate.name())))
        .toArray();
  }

  private static <T> List<T> copy(String key, @Nullable List<T> list) {
    if (list == null || list.isEmpty()) {
      throw new IllegalArgumentException(key + " is missing or empty");
    }
    return optional(key, list);
  }

  private static <T> List<T> optional(String key, @Nullable List<T> list) {
    if (list == null) {
      return List.of();
    }
    if (list.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(key + " has an entry that is null");
    }
    return List.copyOf(list);
  }

  private static Map<String, Object> copy(@Nullable Map<String, Object> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static void checkUnique(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("the " + what + " " + name + " is listed twice");
      }
    }
  }

  private static void checkFeatures(List<Observable> observables, List<Feature> features) {
    Set<String> names = new HashSet<>();
    observables.forEach(o -> names.add(o.name()));
    Set<Feature> seen = new HashSet<>();
    for (Feature feature : features) {
      if (!seen.add(feature)) {
        throw new IllegalArgumentException(
            "the feature " + feature.kind() + " of " + feature.of() + " is listed twice");
      }
      if (feature.kind().ofCovariate() == names.contains(feature.of())) {
        throw new IllegalArgumentException(
            "the feature "
                + feature.kind()
                + " of "
                + feature.of()
                + (feature.kind().ofCovariate()
                    ? " is a covariate but has the name of an observable"
                    : " names no observable"));
      }
    }
  }

  private static void checkEmulatorErrors(
      List<Observable> observables, List<Parameter> parameters) {
    long shared = parameters.stream().filter(p -> p.role() == Role.SHARED).count();
    for (Observable observable : observables) {
      EmulatorError error = observable.emulatorError();
      if (error != null && !error.slope().isEmpty() && error.slope().size() != shared) {
        throw new IllegalArgumentException(
            "the emulator_error of observable %s has a slope in %d parameters, but %d are shared"
                .formatted(observable.name(), error.slope().size(), shared));
      }
    }
  }

  private static void checkPath(String path, @Nullable FileEntry entry) {
    boolean escapes =
        path.isEmpty()
            || path.startsWith("/")
            || path.contains("\\")
            || path.contains(":")
            || List.of(path.split("/", -1)).stream()
                .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (escapes) {
      throw new IllegalArgumentException(
          "the file path '" + path + "' must be relative and stay inside the bundle");
    }
    if (path.equals(FILE)) {
      throw new IllegalArgumentException("the manifest cannot list itself in files");
    }
    if (entry == null) {
      throw new IllegalArgumentException("the file " + path + " has no entry");
    }
  }
}
