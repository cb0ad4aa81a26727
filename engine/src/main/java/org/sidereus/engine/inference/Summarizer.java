package org.sidereus.engine.inference;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.FixedOrderSum;
import org.sidereus.engine.polynomial.SharedDensityFit;

/**
 * Reduces posterior samples to an {@link ObjectSummary}, in double precision and in a fixed order,
 * so that the numbers of an object do not depend on the batch it was in. Where the graph evaluates
 * the likelihood, the samples are weighted by prior times likelihood over flow density. Holds
 * scratch memory: one instance for each thread.
 */
final class Summarizer {
  private static final double[] LEVELS = {0.16, 0.50, 0.84};

  /** The same, and the ends of the 95 % interval. */
  private static final double[] LEVELS_AND_TAILS = {0.16, 0.50, 0.84, 0.025, 0.975};

  /** Beyond this chi-square, float32 does not tell the weights of two samples apart. */
  private static final double LARGEST_CHI_SQUARE = 1e5;

  /** Below this p-value, the model does not fit. */
  static final double SMALLEST_P_VALUE = 1e-3;

  private final int samples;
  private final int parameters;
  private final float[] theta;
  private final double[][] centred;
  private final double[] scaled;
  private final float[] column;
  private final float[] derived;
  private final QuantileSelector quantiles;
  private final QuantileSelector quantilesAndTails;
  private final float[] perSample;
  private final @Nullable SharedDensityFit sharedDensity;
  private final ImportanceWeights importance;
  private final Optional<GaussianTerms> likelihood;
  private final SupportCheck support;

  /** By degrees of freedom, made when first needed. */
  private final @Nullable ChiSquareSurvival[] survival;

  Summarizer(int samples, Manifest manifest) {
    this.samples = samples;
    parameters = manifest.parameters().size();
    boolean fits = SharedDensityFit.fits(manifest, samples);
    sharedDensity = fits ? new SharedDensityFit(manifest, samples) : null;
    perSample = new float[samples];
    theta = new float[samples * parameters];
    centred = new double[parameters][samples];
    scaled = new double[samples];
    column = new float[samples];
    derived = new float[samples * manifest.derived().size()];
    quantiles = new QuantileSelector(samples, LEVELS);
    quantilesAndTails = new QuantileSelector(samples, LEVELS_AND_TAILS);
    importance = new ImportanceWeights(samples);
    likelihood = GaussianTerms.of(manifest);
    support = new SupportCheck(manifest);
    survival = new ChiSquareSurvival[1 + likelihood.map(terms -> terms.terms().size()).orElse(0)];
  }

  /**
   * The summary of one object.
   *
   * @param features of the object [F]
   * @param outputs of the graph
   * @param row object on their first axis
   * @param sharedFit whether the shared parameters are fitted, where that is possible
   * @throws InferenceException if a sample is not finite or all samples agree in a parameter
   */
  ObjectSummary summarize(float[] features, GraphOutputs outputs, int row, boolean sharedFit) {
    outputs.theta().get(row * theta.length, theta);
    Set<ObjectFlag> flags = EnumSet.noneOf(ObjectFlag.class);
    if (support.isOutside(features)) {
      flags.add(ObjectFlag.OUT_OF_SUPPORT);
    }
    @Nullable LikelihoodCheck check = null;
    boolean corrected = false;
    FloatBuffer logWeights = outputs.logWeight();
    FloatBuffer chiSquares = outputs.chiSquare();
    if (logWeights != null && chiSquares != null && likelihood.isPresent()) {
      check = check(likelihood.get().measured(features), logWeights, chiSquares, row);
      corrected =
          check != null && check.effectiveSampleSize() >= ObjectSummary.FEWEST_EFFECTIVE_SAMPLES;
      if (!corrected) {
        flags.add(ObjectFlag.LOW_EFFECTIVE_SAMPLE_SIZE);
      }
      if (check != null && check.pValue() < SMALLEST_P_VALUE) {
        flags.add(ObjectFlag.MODEL_MISFIT);
      }
    }
    double @Nullable [] weights = corrected ? importance.weights() : null;
    double[] mean = new double[parameters];
    double[][] levels = new double[parameters][];
    double[][] tails = new double[parameters][];
    for (int d = 0; d < parameters; d++) {
      mean[d] = centre(d, weights);
      double[] all =
          weights == null ? quantilesAndTails.of(column) : quantilesAndTails.of(column, weights);
      levels[d] = Arrays.copyOf(all, LEVELS.length);
      tails[d] = Arrays.copyOfRange(all, LEVELS.length, all.length);
    }
    double[] covariance = covariance(weights);
    double @Nullable [] logRatio = null;
    FloatBuffer shared = outputs.sharedLogProb();
    if (sharedFit && shared != null && sharedDensity != null) {
      shared.get(row * samples, perSample);
      logRatio = sharedDensity.fit(theta, perSample, weights);
    }
    return new ObjectSummary(
        mean,
        covariance,
        levels,
        samples,
        logRatio,
        check,
        corrected,
        flags,
        marginals(outputs.derived(), weights, row),
        tails);
  }

  private List<Marginal> marginals(
      @Nullable FloatBuffer source, double @Nullable [] weights, int row) {
    List<Marginal> marginals = new ArrayList<>();
    if (source == null) {
      return marginals;
    }
    source.get(row * derived.length, derived);
    int count = derived.length / samples;
    for (int k = 0; k < count; k++) {
      double mean = 0;
      for (int s = 0; s < samples; s++) {
        column[s] = derived[s * count + k];
        mean += (weights == null ? 1.0 / samples : weights[s]) * column[s];
      }
      if (!Double.isFinite(mean)) {
        throw new InferenceException("a derived quantity is not finite at a sample");
      }
      double variance = 0;
      for (int s = 0; s < samples; s++) {
        double deviation = column[s] - mean;
        variance += (weights == null ? 1.0 / samples : weights[s]) * deviation * deviation;
      }
      double[] levels = weights == null ? quantiles.of(column) : quantiles.of(column, weights);
      marginals.add(new Marginal(mean, Math.sqrt(variance), levels));
    }
    return marginals;
  }

  /** Takes the weights of an object; null where not one of its samples has a weight. */
  private @Nullable LikelihoodCheck check(
      int measured, FloatBuffer logWeights, FloatBuffer chiSquares, int row) {
    logWeights.get(row * samples, perSample);
    if (!importance.take(perSample)) {
      return null;
    }
    chiSquares.get(row * samples, perSample);
    double chiSquare = importance.mean(perSample);
    return new LikelihoodCheck(
        chiSquare > LARGEST_CHI_SQUARE ? 1 : importance.effectiveSampleSize(),
        importance.logEvidence(),
        chiSquare,
        measured == 0 ? 1 : pValue(measured, perSample),
        measured);
  }

  /**
   * The replicated chi-square of Gaussian errors is, given the parameters, a chi-square variable,
   * so that the posterior predictive p-value (Gelman, Meng and Stern 1996) needs no replications.
   */
  private double pValue(int degrees, float[] chiSquares) {
    ChiSquareSurvival table = survival[degrees];
    if (table == null) {
      table = new ChiSquareSurvival(degrees);
      survival[degrees] = table;
    }
    double[] weights = importance.weights();
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      sum += weights[s] * table.of(chiSquares[s]);
    }
    return Math.min(1, sum);
  }

  /** Fills the column and the centred column of a parameter; returns its mean. */
  private double centre(int d, double @Nullable [] weights) {
    double[] values = centred[d];
    for (int s = 0; s < values.length; s++) {
      float value = theta[s * parameters + d];
      column[s] = value;
      values[s] = value;
    }
    double sum = FixedOrderSum.of(values);
    if (!Double.isFinite(sum)) {
      throw new InferenceException("the posterior has samples that are not finite");
    }
    double mean = weights == null ? sum / samples : FixedOrderSum.ofProducts(weights, values);
    for (int s = 0; s < values.length; s++) {
      values[s] -= mean;
    }
    return mean;
  }

  private double[] covariance(double @Nullable [] weights) {
    double[] covariance = new double[parameters * parameters];
    for (int i = 0; i < parameters; i++) {
      // (w a) b, not (a b) w: parameter i is weighted once for all j
      double[] other = centred[i];
      for (int s = 0; weights != null && s < samples; s++) {
        scaled[s] = weights[s] * other[s];
      }
      for (int j = 0; j <= i; j++) {
        double c =
            weights == null
                ? FixedOrderSum.ofProducts(other, centred[j]) / samples
                : FixedOrderSum.ofProducts(scaled, centred[j]);
        covariance[i * parameters + j] = c;
        covariance[j * parameters + i] = c;
      }
    }
    return covariance;
  }
}
