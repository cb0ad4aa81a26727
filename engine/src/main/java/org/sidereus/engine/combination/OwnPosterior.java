package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;

/**
 * The posterior of a group of one object: mean, covariance and quantiles of the object's samples.
 * What it needs is part of every contribution and is meaningful for one object only: the natural
 * parameters of the object as they are, then the quantiles of each shared parameter at {@link
 * FactorizedPosterior#LEVELS}, standardised; zeros where they are not known.
 */
final class OwnPosterior {
  private static final int LEVELS = FactorizedPosterior.LEVELS.size();

  private final GaussianFactorization gaussian;
  private final SharedPriors priors;
  private final int[] shared;

  OwnPosterior(Manifest manifest) {
    gaussian = new GaussianFactorization(manifest);
    priors = new SharedPriors(manifest);
    shared = manifest.sharedIndices();
  }

  int length() {
    return gaussian.length() + LEVELS * shared.length;
  }

  /** Writes what an object adds, {@link #length()} entries from {@code at} on. */
  void fill(ObjectSummary posterior, double[] contribution, int at) {
    double[] natural = gaussian.natural(posterior);
    System.arraycopy(natural, 0, contribution, at, natural.length);
    double[][] tails = posterior.tails();
    if (tails == null) {
      return;
    }
    int next = at + natural.length;
    for (int i = 0; i < shared.length; i++) {
      double[] inner = posterior.quantiles()[shared[i]];
      double[] outer = tails[shared[i]];
      for (double value : new double[] {outer[0], inner[0], inner[1], inner[2], outer[1]}) {
        contribution[next++] = priors.standardised(i, value);
      }
    }
  }

  /**
   * The posterior of the only object of a sum; the Gaussian one of its mean and covariance where
   * its quantiles are not known or not in order.
   */
  FactorizedPosterior of(double[] sum, int at) {
    double[] natural = Arrays.copyOfRange(sum, at, at + gaussian.length());
    FactorizedPosterior normal = gaussian.exact(natural);
    int k = shared.length;
    double[][] quantiles = new double[k][LEVELS];
    List<MarginalDensity> densities = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      for (int q = 0; q < LEVELS; q++) {
        quantiles[i][q] = priors.physical(i, sum[at + natural.length + i * LEVELS + q]);
      }
      if (!PublishedChecks.inOrder(quantiles[i], normal.mean()[i])) {
        return normal;
      }
      densities.add(QuantileDensity.of(quantiles[i]));
    }
    FactorizedPosterior own =
        new FactorizedPosterior(
            1,
            normal.mean(),
            normal.covariance(),
            quantiles,
            densities,
            List.of(),
            CombinationMethod.SAMPLES,
            true);
    return k > 0 && PublishedChecks.isSound(own) ? own : normal;
  }
}
