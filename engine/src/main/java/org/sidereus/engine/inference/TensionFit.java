package org.sidereus.engine.inference;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.SharedDensityFit;
import org.sidereus.engine.polynomial.SharedFit;
import org.sidereus.engine.polynomial.SharedSamples;

/**
 * Fits the marginal likelihood of the shared parameters of an object in tension: at many wide
 * points, and where the flow's conditional density of the local parameters is wrong, at points of a
 * {@link LocalProposal} that is fitted to the weights of those before (adaptive importance
 * sampling; Cappe et al. 2004, J. Comput. Graph. Stat. 13, 907). The last proposal gets more
 * points. Holds scratch memory: one instance for each thread.
 */
final class TensionFit {
  private static final int MOST_ROUNDS = 3;

  /**
   * With this share of effective samples at given shared parameters, the points are good enough.
   */
  private static final double ENOUGH = 0.6;

  /** With a smaller share, the polynomial would be the noise of few samples. */
  private static final double LEAST = 0.02;

  /** A proposal is fitted to tempered weights of at least this share of effective samples. */
  private static final double FITTED = 0.15;

  /**
   * Largest logarithm of a weight. Where the polynomial is far too low, all weights are too high,
   * and would rule the proposal.
   */
  private static final double LARGEST = 2;

  private static final int BISECTIONS = 12;

  private final SharedDensityFit fit;
  private final SharedDensityFit fitOfAll;
  private final int parameters;
  private final int[] shared;
  private final double[] differences = new double[WideNoise.COUNT_IN_TENSION];
  private final double[] depth = new double[WideNoise.COUNT_IN_TENSION];
  private final double[] weights = new double[WideNoise.COUNT_IN_TENSION];

  /**
   * A fit.
   *
   * @param samples number of posterior samples
   * @param kernels as of {@link SharedDensityFit}
   */
  TensionFit(Manifest manifest, int samples, boolean kernels) {
    fit = new SharedDensityFit(manifest, samples, WideNoise.COUNT_IN_TENSION, true, kernels);
    fitOfAll = new SharedDensityFit(manifest, samples, WideNoise.ALL_IN_TENSION, true, kernels);
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
  }

  /**
   * The fit of one object; see {@link SharedDensityFit#fit}.
   *
   * @param noise wide points [{@link WideNoise#ALL_IN_TENSION} * D]
   * @return null also where too few samples are effective
   */
  @Nullable SharedFit of(
      SharedSamples posterior, float[] noise, PointsInTension object, double logEvidence) {
    float[] first = Arrays.copyOf(noise, WideNoise.COUNT_IN_TENSION * parameters);
    float[] points = first;
    @Nullable LocalProposal proposal = null;
    SharedSamples samples = object.at(points);
    @Nullable SharedFit found = fit.fit(posterior, samples, logEvidence);
    double share = found == null ? 0 : share();
    for (int round = 0; found != null && round < MOST_ROUNDS && share < ENOUGH; round++) {
      temper();
      LocalProposal next =
          LocalProposal.fitted(points, weights, parameters, shared, WideNoise.RADIUS_IN_TENSION);
      if (next == null) {
        break;
      }
      proposal = next;
      points = proposal.of(first);
      samples = corrected(object.at(points), proposal, points);
      found = fit.fit(posterior, samples, logEvidence);
      share = found == null ? 0 : share();
    }
    if (found == null || share < LEAST) {
      return null;
    }
    if (proposal == null) {
      return found; // the flow is right there
    }
    return fitOfAll.fit(posterior, all(object, noise, samples, proposal), logEvidence);
  }

  /** The samples, and those of the proposal at the points after the first ones. */
  private SharedSamples all(
      PointsInTension object, float[] noise, SharedSamples samples, LocalProposal proposal) {
    SharedSamples all = samples;
    int length = WideNoise.COUNT_IN_TENSION * parameters;
    for (int from = length; from < noise.length; from += length) {
      float[] points = proposal.of(Arrays.copyOfRange(noise, from, from + length));
      all = all.and(corrected(object.at(points), proposal, points));
    }
    return all;
  }

  /** Samples whose local noise is of a proposal. */
  private static SharedSamples corrected(
      SharedSamples samples, LocalProposal proposal, float[] points) {
    float[] logWeight = samples.logWeight();
    for (int s = 0; logWeight != null && s < logWeight.length; s++) {
      logWeight[s] -= (float) proposal.logRatio(points, s);
    }
    return samples;
  }

  /** Takes the weights at given shared parameters; returns the share of effective samples. */
  private double share() {
    fit.residualsOfWide(differences, depth);
    for (int s = 0; s < depth.length; s++) {
      differences[s] = Math.min(differences[s], LARGEST);
    }
    return take(1);
  }

  /** Fills the weights: the highest power, at most 1, that leaves enough effective samples. */
  private void temper() {
    if (take(1) >= FITTED) {
      return;
    }
    double low = 0;
    double high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double power = 0.5 * (low + high);
      if (take(power) >= FITTED) {
        low = power;
      } else {
        high = power;
      }
    }
    take(low);
  }

  /** Fills the weights to a power; returns their share of effective samples. */
  private double take(double power) {
    double all = 0;
    double sum = 0;
    double squares = 0;
    for (int s = 0; s < depth.length; s++) {
      double weight = depth[s] == 0 ? 0 : Math.exp(power * differences[s]);
      all += depth[s];
      weights[s] = depth[s] * weight;
      sum += weights[s];
      squares += weights[s] * weight;
    }
    return all > 0 && squares > 0 ? sum * sum / (all * squares) : 0;
  }
}
