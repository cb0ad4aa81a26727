package org.sidereus.engine.bundle;

import static org.sidereus.engine.bundle.GraphSignature.FREE;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the graphs of a bundle and the programs that make and read them agree on: the names, types
 * and shapes of inputs and outputs. All tensors are float32. In the shapes, B is the number of
 * objects, S of samples, N of points, D of parameters, C of covariates, F of features, M of
 * observables, T of measured quantities and K of derived quantities; B, S and N are free axes.
 *
 * <p>A graph may have other outputs; they are not read.
 */
public final class GraphContract {
  /** Input of the posterior graph [B,F] and of the density graph [N,F]: features. */
  public static final String FEATURES = "x";

  /** Input of the posterior graph [S,D]: standard normal points, the same for all objects. */
  public static final String NOISE = "noise";

  /**
   * Input of the posterior graph [B,T,T], or [1,T,T] for all objects, where the manifest says that
   * it takes shared errors: the lower triangular matrix that makes independent variables of
   * variance 1 of the residuals in units of their errors, in the order of {@link GaussianTerms}. It
   * is the inverse of the Cholesky factor of their correlations; for independent errors it is the
   * identity.
   */
  public static final String WHITENING = "whitening";

  /**
   * Parameters in their units: output of the posterior graph [B,S,D], the samples; input of the
   * density graph [N,D] and, with the covariates after them, of the emulator graph [N,D+C].
   */
  public static final String THETA = "theta";

  /**
   * Output of the posterior graph [B,S] and of the density graph [N]: logarithm of the posterior
   * density of theta, in inverse units.
   */
  public static final String LOG_PROB = "log_prob";

  /**
   * Output of the posterior graph [B,S], optional: logarithm of the marginal posterior density of
   * the shared parameters. Flows that take the shared parameters first have it.
   */
  public static final String SHARED_LOG_PROB = "shared_log_prob";

  /**
   * Output of the posterior graph [B,S], optional: logarithm of the importance weights, log prior +
   * log likelihood - log_prob. Graphs with a likelihood have it.
   */
  public static final String LOG_WEIGHT = "log_weight";

  /**
   * Output of the posterior graph [B,S], optional: chi-square of the measured quantities with the
   * covariance of their errors. Graphs with a likelihood have it.
   */
  public static final String CHI_SQUARE = "chi_square";

  /**
   * Output of the posterior graph [B,S,T], optional: measured minus predicted for each term of
   * {@link GaussianTerms}, in the unit of the observable or parameter; 0 where it was not measured.
   * Graphs with a likelihood have it, except those that were exported before there was this output.
   */
  public static final String RESIDUALS = "residuals";

  /** Output of the posterior graph [B,S,K] of a bundle with derived quantities. */
  public static final String DERIVED = "derived";

  /** Output of the emulator graph [N,M]: observables without noise, in their units. */
  public static final String PREDICTIONS = "y";

  /** All names of inputs and outputs of a posterior graph. */
  public static final Set<String> POSTERIOR_NAMES =
      Set.of(
          FEATURES,
          NOISE,
          WHITENING,
          THETA,
          LOG_PROB,
          SHARED_LOG_PROB,
          LOG_WEIGHT,
          CHI_SQUARE,
          RESIDUALS,
          DERIVED);

  private GraphContract() {}

  /** The signatures of the graphs that a bundle has, by file. */
  static Map<String, GraphSignature> signatures(Manifest manifest) {
    int d = manifest.parameters().size();
    int c = manifest.covariates().size();
    int f = manifest.features().size();
    int m = manifest.observables().size();
    Map<String, GraphSignature> signatures = new LinkedHashMap<>();
    GraphSignature posterior =
        new GraphSignature()
            .input(FEATURES, FREE, f)
            .input(NOISE, FREE, d)
            .output(THETA, FREE, FREE, d)
            .output(LOG_PROB, FREE, FREE)
            .optional(SHARED_LOG_PROB, FREE, FREE)
            .optional(LOG_WEIGHT, FREE, FREE)
            .optional(CHI_SQUARE, FREE, FREE);
    if (Boolean.TRUE.equals(manifest.likelihood())) {
      posterior.output(LOG_WEIGHT, FREE, FREE).output(CHI_SQUARE, FREE, FREE);
      requireErrors(manifest);
    }
    if (manifest.declaresNoLikelihood()) {
      String declared = "although the manifest declares no likelihood";
      posterior.without(LOG_WEIGHT, declared).without(CHI_SQUARE, declared);
    }
    GaussianTerms.of(manifest)
        .ifPresent(terms -> posterior.optional(RESIDUALS, FREE, FREE, terms.terms().size()));
    if (manifest.takesSharedErrors()) {
      int t = GaussianTerms.count(manifest);
      posterior.input(WHITENING, FREE, t, t);
    }
    if (!manifest.derived().isEmpty()) {
      posterior.output(DERIVED, FREE, FREE, manifest.derived().size());
    }
    signatures.put(Manifest.POSTERIOR, posterior);
    if (manifest.files().containsKey(Manifest.DENSITY)) {
      signatures.put(
          Manifest.DENSITY,
          new GraphSignature()
              .input(THETA, FREE, d)
              .input(FEATURES, FREE, f)
              .output(LOG_PROB, FREE));
    }
    if (manifest.needsEmulator() || manifest.files().containsKey(Manifest.EMULATOR)) {
      signatures.put(
          Manifest.EMULATOR,
          new GraphSignature().input(THETA, FREE, d + c).output(PREDICTIONS, FREE, m));
    }
    return signatures;
  }

  private static void requireErrors(Manifest manifest) {
    if (GaussianTerms.of(manifest).isEmpty()) {
      throw new BundleException(
          "the manifest of "
              + manifest.name()
              + " declares a likelihood, but an observable has neither a feature error nor an error"
              + " of its own, or a covariate measures no parameter; add the error, or declare no"
              + " likelihood");
    }
  }
}
