package org.sidereus.engine.combination;

import java.util.Map;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.TruncatedNormal;

/**
 * The range of the shared parameters for which the emulator of a bundle was trained: the mean of
 * the prior plus and minus the standard deviations that {@code provenance.recipe.simulation.sigmas}
 * of the manifest names, {@value #USUAL_SIGMAS} where it names none. Where the prior itself ends
 * before, the range has no end there: the prior excludes what is beyond. Immutable.
 */
final class TrainingRange {
  static final double USUAL_SIGMAS = 5;

  private final int[] shared;
  private final double[] lower;
  private final double[] upper;

  TrainingRange(Manifest manifest) {
    shared = manifest.sharedIndices();
    lower = new double[shared.length];
    upper = new double[shared.length];
    double sigmas = sigmas(manifest);
    for (int i = 0; i < shared.length; i++) {
      Parameter parameter = manifest.parameters().get(shared[i]);
      Prior prior = parameter.prior();
      double centre = prior.mean();
      double sd = Double.POSITIVE_INFINITY;
      if (prior instanceof Normal normal) {
        sd = normal.sd();
      } else if (prior instanceof TruncatedNormal cut) {
        centre = cut.untruncatedMean();
        sd = cut.untruncatedSd();
      }
      double lowest = centre - sigmas * sd;
      double highest = centre + sigmas * sd;
      lower[i] = prior.lower() >= lowest ? Double.NEGATIVE_INFINITY : lowest;
      upper[i] = prior.upper() <= highest ? Double.POSITIVE_INFINITY : highest;
    }
  }

  private static double sigmas(Manifest manifest) {
    Object at = manifest.provenance();
    for (String key : new String[] {"recipe", "simulation", "sigmas"}) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at instanceof Number number && number.doubleValue() > 0
        ? number.doubleValue()
        : USUAL_SIGMAS;
  }

  /**
   * Whether an object's posterior mean is outside.
   *
   * @param mean of all parameters of the object [D]
   */
  boolean isObjectOutside(double[] mean) {
    for (int i = 0; i < shared.length; i++) {
      if (mean[shared[i]] < lower[i] || mean[shared[i]] > upper[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * The point of the range that is nearest to shared parameters.
   *
   * @param mean [K] in their units
   */
  double[] nearest(double[] mean) {
    double[] nearest = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      nearest[i] = Math.min(upper[i], Math.max(lower[i], mean[i]));
    }
    return nearest;
  }

  /** Whether the mean plus and minus one standard deviation of a group is not all inside. */
  boolean isOutside(FactorizedPosterior group) {
    for (int i = 0; i < shared.length; i++) {
      double sd = group.sd(i);
      if (!(group.mean()[i] - sd >= lower[i] && group.mean()[i] + sd <= upper[i])) {
        return true;
      }
    }
    return false;
  }
}
