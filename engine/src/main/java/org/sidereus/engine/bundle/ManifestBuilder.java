package org.sidereus.engine.bundle;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Manifest}: of the latest format when it is said whether there is a likelihood,
 * else of the first. For one thread.
 */
public final class ManifestBuilder {
  private String name = "";
  private String version = "";
  private String description = "";
  private List<Parameter> parameters = List.of();
  private List<Correlation> correlations = List.of();
  private List<Covariate> covariates = List.of();
  private List<Derived> derived = List.of();
  private List<Observable> observables = List.of();
  private List<Feature> features = List.of();
  private boolean sharedErrors;
  private @Nullable Boolean likelihood;
  private int samples;
  private Map<String, FileEntry> files = Map.of();
  private Map<String, Object> provenance = Map.of();
  private Map<String, Object> calibration = Map.of();

  ManifestBuilder() {}

  ManifestBuilder(Manifest manifest) {
    name = manifest.name();
    version = manifest.version();
    description = manifest.description();
    parameters = manifest.parameters();
    correlations = manifest.correlations();
    covariates = manifest.covariates();
    derived = manifest.derived();
    observables = manifest.observables();
    features = manifest.features();
    sharedErrors = manifest.takesSharedErrors();
    likelihood = manifest.likelihood();
    samples = manifest.samples();
    files = manifest.files();
    provenance = manifest.provenance();
    calibration = manifest.calibration();
  }

  /** Name of the bundle. */
  public ManifestBuilder name(String newName) {
    name = newName;
    return this;
  }

  /** Version of the bundle. */
  public ManifestBuilder version(String newVersion) {
    version = newVersion;
    return this;
  }

  /** One sentence for readers; empty unless given. */
  public ManifestBuilder description(String newDescription) {
    description = newDescription;
    return this;
  }

  /** The D parameters. */
  public ManifestBuilder parameters(List<Parameter> newParameters) {
    parameters = newParameters;
    return this;
  }

  /** Correlations of the priors of normal parameters; none unless given. */
  public ManifestBuilder correlations(List<Correlation> newCorrelations) {
    correlations = newCorrelations;
    return this;
  }

  /** The C covariates; none unless given. */
  public ManifestBuilder covariates(List<Covariate> newCovariates) {
    covariates = newCovariates;
    return this;
  }

  /** The K derived quantities; none unless given. */
  public ManifestBuilder derived(List<Derived> newDerived) {
    derived = newDerived;
    return this;
  }

  /** The M observables. */
  public ManifestBuilder observables(List<Observable> newObservables) {
    observables = newObservables;
    return this;
  }

  /** The F features. */
  public ManifestBuilder features(List<Feature> newFeatures) {
    features = newFeatures;
    return this;
  }

  /** Whether the posterior graph takes errors that measurements share; false unless given. */
  public ManifestBuilder sharedErrors(boolean newSharedErrors) {
    sharedErrors = newSharedErrors;
    return this;
  }

  /** Whether the posterior graph evaluates the likelihood. */
  public ManifestBuilder likelihood(boolean newLikelihood) {
    likelihood = newLikelihood;
    return this;
  }

  /** Posterior samples for each object. */
  public ManifestBuilder samples(int newSamples) {
    samples = newSamples;
    return this;
  }

  /** The files of the bundle; none unless given. */
  public ManifestBuilder files(Map<String, FileEntry> newFiles) {
    files = newFiles;
    return this;
  }

  /** How the bundle came to be; nothing unless given. */
  public ManifestBuilder provenance(Map<String, Object> newProvenance) {
    provenance = newProvenance;
    return this;
  }

  /** The summary of the calibration; nothing unless given. */
  public ManifestBuilder calibration(Map<String, Object> newCalibration) {
    calibration = newCalibration;
    return this;
  }

  /**
   * The manifest.
   *
   * @throws IllegalArgumentException if a part is missing or breaks a rule of {@link Manifest}
   */
  public Manifest build() {
    return new Manifest(
        likelihood == null ? Manifest.EARLIEST_FORMAT : Manifest.FORMAT,
        name,
        version,
        description,
        parameters,
        correlations,
        covariates,
        derived,
        observables,
        features,
        sharedErrors,
        likelihood,
        samples,
        files,
        provenance,
        calibration);
  }
}
