package org.sidereus.engine.inference;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.numerics.FixedOrderSum;
import org.sidereus.engine.polynomial.SharedDensityFit;
import org.sidereus.engine.polynomial.SharedFit;
import org.sidereus.engine.polynomial.SharedSamples;

/**
 * Reduces posterior samples to an {@link ObjectSummary}, in double precision and in a fixed order,
 * so that the numbers of an object do not depend on the batch it was in. Where the graph evaluates
 * the likelihood, the samples are weighted by prior times likelihood over flow density. Holds
 * scratch memory: one instance for each thread.
 */
final class Summarizer {
  /**
   * What a summary is of.
   *
   * @param sharedFit whether the shared parameters are fitted, where that is possible
   * @param fewestEffective with fewer effective samples the weights are not believed
   * @param adapted whether the flow was adapted to the object, which is then taken as in tension:
   *     far from the samples that a map was fitted to, the local parameters do not follow it
   */
  record Wanted(boolean sharedFit, double fewestEffective, boolean adapted) {}

  private static final double[] LEVELS = {0.16, 0.50, 0.84};

  /** The same, and the ends of the 95 % interval. */
  private static final double[] LEVELS_AND_TAILS = {0.16, 0.50, 0.84, 0.025, 0.975};

  /** Beyond this chi-square, float32 does not tell the weights of two samples apart. */
  private static final double LARGEST_CHI_SQUARE = 1e5;

  /** Below this p-value, the model does not fit. */
  static final double SMALLEST_P_VALUE = 1e-3;

  /** Below this share of effective samples, an object is in tension. */
  private static final double LEAST_EFFECTIVE_SHARE = 0.68;

  /** Of samples outside of the prior, above which an object has a flag; that of the check. */
  private static final double LARGEST_SHARE_OUTSIDE = 1e-3;

  private final SampleCounts counts;
  private final @Nullable NoiseTensors noise;
  private final int keptSamples;
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
  private final Manifest manifest;
  private final @Nullable SharedDensityFit sharedDensity;

  /** For objects in tension; made when first needed. */
  private @Nullable TensionFit tensionFit;

  private final ImportanceWeights importance;
  private final Optional<GaussianTerms> likelihood;
  private final SupportCheck support;
  private final PriorBounds bounds;
  private final @Nullable ModelErrorScores modelErrors;

  /** By degrees of freedom, made when first needed. */
  private final @Nullable ChiSquareSurvival[] survival;

  /**
   * A summarizer of objects that have the noise of an engine.
   *
   * @param keptSamples samples that each summary keeps; 0: none
   */
  Summarizer(NoiseTensors noise, Manifest manifest, int keptSamples) {
    this(noise.counts(), noise, manifest, keptSamples);
  }

  /**
   * A summarizer of posterior samples alone, without a fit of the shared parameters.
   *
   * @param samples number of samples of an object
   */
  static Summarizer ofPosteriors(int samples, Manifest manifest, int keptSamples) {
    return new Summarizer(new SampleCounts(samples, 0), null, manifest, keptSamples);
  }

  private Summarizer(
      SampleCounts counts, @Nullable NoiseTensors noise, Manifest manifest, int keptSamples) {
    this.counts = counts;
    this.noise = noise;
    this.keptSamples = Math.min(keptSamples, counts.posterior());
    this.manifest = manifest;
    samples = counts.posterior();
    parameters = manifest.parameters().size();
    sharedDensity =
        counts.fits()
            ? new SharedDensityFit(manifest, samples, counts.wide(), false, kernels())
            : null;
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
    bounds = new PriorBounds(manifest.parameters());
    ModelErrorLayout layout = ModelErrorLayout.of(manifest);
    modelErrors = layout == null ? null : new ModelErrorScores(manifest, layout, samples);
    survival = new ChiSquareSurvival[1 + likelihood.map(terms -> terms.terms().size()).orElse(0)];
  }

  /** Whether the fits may use kernels. */
  private boolean kernels() {
    return noise != null && noise.kernels();
  }

  /**
   * The summary of one object.
   *
   * @param features of the object [F]
   * @param outputs of the graph
   * @param row object on their first axis
   * @param wanted what the summary is of
   * @param inTension evaluates the object at more wide points
   * @throws InferenceException if a sample is not finite or all samples agree in a parameter
   */
  ObjectSummary summarize(
      float[] features, GraphOutputs outputs, int row, Wanted wanted, PointsInTension inTension) {
    boolean sharedFit = wanted.sharedFit();
    outputs.theta().get(row * counts.all() * parameters, theta);
    Set<ObjectFlag> flags = EnumSet.noneOf(ObjectFlag.class);
    if (support.isOutside(features)) {
      flags.add(ObjectFlag.OUT_OF_SUPPORT);
    }
    if (manifest.declaresNoLikelihood()) {
      flags.add(ObjectFlag.NO_LIKELIHOOD);
    }
    if (bounds.outside(theta) > LARGEST_SHARE_OUTSIDE * samples) {
      flags.add(ObjectFlag.OUTSIDE_PRIOR);
    }
    @Nullable LikelihoodCheck check = null;
    boolean corrected = false;
    boolean tension = false;
    FloatBuffer logWeights = outputs.logWeight();
    FloatBuffer chiSquares = outputs.chiSquare();
    if (logWeights != null && chiSquares != null && likelihood.isPresent()) {
      Checked checked = check(likelihood.get().measured(features), logWeights, chiSquares, row);
      check = checked == null ? null : checked.check();
      corrected = check != null && check.effectiveSampleSize() >= wanted.fewestEffective();
      if (!corrected) {
        flags.add(ObjectFlag.LOW_EFFECTIVE_SAMPLE_SIZE);
      }
      if (checked != null && checked.misfit()) {
        flags.add(ObjectFlag.MODEL_MISFIT);
      }
      // the flow is far from the likelihood: a few wide points are not enough
      tension =
          checked != null
              && (wanted.adapted()
                  || checked.misfit()
                  || checked.check().effectiveSampleSize() < LEAST_EFFECTIVE_SHARE * samples);
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
    float @Nullable [] noiseInTension =
        tension && noise != null && counts.fits() ? noise.inTension(noise.setOf(features)) : null;
    @Nullable SharedFit fit =
        sharedFit ? fit(outputs, row, check, noiseInTension, inTension) : null;
    return ObjectSummary.builder(mean, covariance, levels, samples)
        .sharedLogRatio(fit == null ? null : fit.logRatio())
        .check(check)
        .corrected(corrected)
        .flags(flags)
        .derived(marginals(outputs.derived(), weights, row))
        .tails(tails)
        .modelErrors(sharedFit ? modelErrors(features, outputs, weights, row) : null)
        .slopeNoise(fit == null ? null : fit.slopeNoise())
        .kept(keptSamples == 0 ? null : kept(weights))
        .build();
  }

  /** Samples at even distances, with their weights. */
  private KeptSamples kept(double @Nullable [] weights) {
    float[] values = new float[keptSamples * parameters];
    double[] share = new double[keptSamples];
    double sum = 0;
    for (int k = 0; k < keptSamples; k++) {
      int s = (int) ((long) k * samples / keptSamples);
      System.arraycopy(theta, s * parameters, values, k * parameters, parameters);
      share[k] = weights == null ? 1 : weights[s];
      sum += share[k];
    }
    float[] normalised = new float[keptSamples];
    for (int k = 0; k < keptSamples; k++) {
      // samples without any weight: as if they were not weighted
      normalised[k] = (float) (sum > 0 ? share[k] / sum : 1.0 / keptSamples);
    }
    return new KeptSamples(values, normalised);
  }

  /**
   * What the likelihood says of an object.
   *
   * @param misfit whether the model does not fit: by the posterior predictive p-value, or by the
   *     least chi-square of the samples, of which the parameters take one degree of freedom each.
   *     The first is not sharp where many parameters absorb few measurements
   */
  private record Checked(LikelihoodCheck check, boolean misfit) {}

  private @Nullable SharedFit fit(
      GraphOutputs outputs,
      int row,
      @Nullable LikelihoodCheck check,
      float @Nullable [] noiseInTension,
      PointsInTension inTension) {
    if (outputs.sharedLogProb() == null || sharedDensity == null) {
      return null;
    }
    int first = row * counts.all();
    double logEvidence = check == null ? 0 : check.logEvidence();
    SharedSamples posterior = shared(outputs, first, samples);
    if (noiseInTension == null) {
      SharedSamples wide = shared(outputs, first + samples, counts.wide());
      return sharedDensity.fit(posterior, wide, logEvidence);
    }
    if (tensionFit == null) {
      tensionFit = new TensionFit(manifest, samples, kernels());
    }
    return tensionFit.of(posterior, noiseInTension, inTension, logEvidence);
  }

  private double @Nullable [] modelErrors(
      float[] features, GraphOutputs outputs, double @Nullable [] weights, int row) {
    FloatBuffer residuals = outputs.residuals();
    if (modelErrors == null || residuals == null || weights == null) {
      return null;
    }
    int width = modelErrors.residuals();
    float[] some = copy(residuals, row * counts.all() * width, samples * width);
    return modelErrors.of(features, theta, some, weights);
  }

  private SharedSamples shared(GraphOutputs outputs, int first, int count) {
    FloatBuffer density = Objects.requireNonNull(outputs.sharedLogProb(), "the shared density");
    FloatBuffer logWeight = outputs.logWeight();
    return new SharedSamples(
        copy(outputs.theta(), first * parameters, count * parameters),
        copy(density, first, count),
        logWeight == null ? null : copy(logWeight, first, count));
  }

  private static float[] copy(FloatBuffer from, int first, int count) {
    float[] values = new float[count];
    from.get(first, values);
    return values;
  }

  private List<Marginal> marginals(
      @Nullable FloatBuffer source, double @Nullable [] weights, int row) {
    List<Marginal> marginals = new ArrayList<>();
    if (source == null) {
      return marginals;
    }
    int count = derived.length / samples;
    source.get(row * counts.all() * count, derived);
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
  private @Nullable Checked check(
      int measured, FloatBuffer logWeights, FloatBuffer chiSquares, int row) {
    logWeights.get(row * counts.all(), perSample);
    if (!importance.take(perSample)) {
      return null;
    }
    chiSquares.get(row * counts.all(), perSample);
    double chiSquare = importance.mean(perSample);
    double least = Double.POSITIVE_INFINITY;
    for (float value : perSample) {
      least = Math.min(least, value);
    }
    int degrees = measured - parameters;
    boolean leastIsLarge = degrees > 0 && survival(degrees).of(least) < SMALLEST_P_VALUE;
    LikelihoodCheck check =
        new LikelihoodCheck(
            chiSquare > LARGEST_CHI_SQUARE ? 1 : importance.effectiveSampleSize(),
            importance.logEvidence(),
            chiSquare,
            measured == 0 ? 1 : pValue(measured, perSample),
            measured);
    return new Checked(check, leastIsLarge || check.pValue() < SMALLEST_P_VALUE);
  }

  /**
   * The replicated chi-square of Gaussian errors is, given the parameters, a chi-square variable,
   * so that the posterior predictive p-value (Gelman, Meng and Stern 1996) needs no replications.
   */
  private double pValue(int degrees, float[] chiSquares) {
    ChiSquareSurvival table = survival(degrees);
    double[] weights = importance.weights();
    double sum = 0;
    for (int s = 0; s < samples; s++) {
      sum += weights[s] * table.of(chiSquares[s]);
    }
    return Math.min(1, sum);
  }

  private ChiSquareSurvival survival(int degrees) {
    ChiSquareSurvival table = survival[degrees];
    if (table == null) {
      table = new ChiSquareSurvival(degrees);
      survival[degrees] = table;
    }
    return table;
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
