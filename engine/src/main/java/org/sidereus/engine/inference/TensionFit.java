package org.sidereus.engine.inference;

import java.util.Arrays;
import java.util.Objects;
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
  private static final double LEAST = 0.05;

  private final SharedDensityFit fit;
  private final SharedDensityFit fitOfAll;
  private final NoiseLayout layout;
  private final NoiseCells cells;
  private final CellWeights weights;
  private final double[] differences = new double[WideNoise.COUNT_IN_TENSION];
  private final double[] depth = new double[WideNoise.COUNT_IN_TENSION];

  /**
   * A fit.
   *
   * @param samples number of posterior samples
   * @param kernels as of {@link SharedDensityFit}
   */
  TensionFit(Manifest manifest, int samples, boolean kernels) {
    int count = WideNoise.COUNT_IN_TENSION;
    fit = new SharedDensityFit(manifest, samples, count, true, kernels);
    fitOfAll =
        new SharedDensityFit(manifest, samples, WideNoise.BLOCKS_IN_TENSION * count, true, kernels);
    layout = NoiseLayout.of(manifest.parameters().size(), manifest.sharedIndices());
    cells = new NoiseCells(layout.shared(), WideNoise.RADIUS_IN_TENSION);
    weights = new CellWeights(cells, count, layout.dimensions());
  }

  /**
   * The fit of one object; see {@link SharedDensityFit#fit}.
   *
   * @param noise wide points [{@link WideNoise#BLOCKS_IN_TENSION} * {@link
   *     WideNoise#COUNT_IN_TENSION} * D]
   * @return null also where too few samples are effective
   */
  @Nullable SharedFit of(
      SharedSamples posterior, float[] noise, PointsInTension object, double logEvidence) {
    float[] first = Arrays.copyOf(noise, WideNoise.COUNT_IN_TENSION * layout.dimensions());
    @Nullable LocalProposal start = object.start(layout, cells);
    @Nullable LocalProposal proposal = start;
    float[] points = proposal == null ? first : proposal.of(first);
    SharedSamples samples = at(object, points, proposal);
    @Nullable SharedFit found = fit.fit(posterior, samples, logEvidence);
    double share = found == null ? 0 : share(points);
    for (int round = 0; found != null && round < MOST_ROUNDS && share < ENOUGH; round++) {
      LocalProposal next =
          LocalProposal.fitted(
              layout, cells, points, weights.tempered(), WideNoise.RADIUS_IN_TENSION);
      if (next == null) {
        break;
      }
      proposal = next;
      points = proposal.of(first);
      samples = at(object, points, proposal);
      found = fit.fit(posterior, samples, logEvidence);
      share = found == null ? 0 : share(points);
    }
    if (found == null || share < LEAST) {
      return null;
    }
    if (proposal == null) {
      return found; // the flow is right there
    }
    return start == null
        ? fitOfAll.fit(posterior, all(object, noise, samples, proposal), logEvidence)
        : fit.fit(posterior, averaged(object, noise, samples, proposal), logEvidence);
  }

  /** The samples, and those of the proposal at the points of the other blocks. */
  private SharedSamples all(
      PointsInTension object, float[] noise, SharedSamples samples, LocalProposal proposal) {
    SharedSamples all = samples;
    for (int k = 1; k < WideNoise.BLOCKS_IN_TENSION; k++) {
      all = all.and(at(object, proposal.of(block(noise, k)), proposal));
    }
    return all;
  }

  /**
   * The samples with the mean weight of several draws of the local noise: of an object whose
   * measurements share errors, single weights are so uneven that the score of the regression, which
   * has a limit, would bias it.
   */
  private SharedSamples averaged(
      PointsInTension object, float[] noise, SharedSamples samples, LocalProposal proposal) {
    float[] logWeight = samples.logWeight();
    if (logWeight == null) {
      return samples;
    }
    float[][] draws = new float[WideNoise.BLOCKS_IN_TENSION][];
    draws[0] = logWeight;
    for (int k = 1; k < draws.length; k++) {
      float[] base = block(noise, k);
      for (int s = 0; s < base.length; s += layout.dimensions()) {
        for (int index : layout.shared()) {
          base[s + index] = noise[s + index];
        }
      }
      float[] points = proposal.of(base);
      draws[k] = Objects.requireNonNull(at(object, points, proposal).logWeight(), "weights");
    }
    return new SharedSamples(samples.theta(), samples.logDensity(), means(draws));
  }

  private float[] block(float[] noise, int k) {
    int length = WideNoise.COUNT_IN_TENSION * layout.dimensions();
    return Arrays.copyOfRange(noise, k * length, (k + 1) * length);
  }

  /** Logarithms of the mean weights of draws [draws, S]. */
  private static float[] means(float[][] draws) {
    float[] means = new float[draws[0].length];
    for (int s = 0; s < means.length; s++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (float[] draw : draws) {
        largest = Math.max(largest, draw[s]);
      }
      double sum = 0;
      for (float[] draw : draws) {
        sum += Math.exp(draw[s] - largest);
      }
      boolean counts = largest > Double.NEGATIVE_INFINITY;
      means[s] = (float) (counts ? largest + Math.log(sum / draws.length) : largest);
    }
    return means;
  }

  /** The samples at points, with weights for local noise of a proposal. */
  private static SharedSamples at(
      PointsInTension object, float[] points, @Nullable LocalProposal proposal) {
    SharedSamples samples = object.at(points);
    float[] logWeight = samples.logWeight();
    for (int s = 0; proposal != null && logWeight != null && s < logWeight.length; s++) {
      logWeight[s] -= (float) proposal.logRatio(points, s);
    }
    return samples;
  }

  /** Takes the weights at given shared parameters; returns the share of effective samples. */
  private double share(float[] points) {
    fit.residualsOfWide(differences, depth);
    return weights.take(points, differences, depth);
  }
}
