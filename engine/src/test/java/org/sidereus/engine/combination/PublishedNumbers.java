package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;

/** What holds of the numbers of every group, whatever its objects are. */
final class PublishedNumbers {
  private PublishedNumbers() {}

  /** All numbers are finite, of one density each, and the robust posterior is no narrower. */
  static void assertSound(Manifest manifest, GroupSummary group) {
    SharedPriors priors = new SharedPriors(manifest);
    FactorizedPosterior posterior = group.factorized();
    assertThat(group.combined()).isBetween(0L, group.objects());
    assertPositive(group.covariance(), priors);
    assertPositive(group.robustCovariance(), priors);
    for (int i = 0; i < priors.size(); i++) {
      double sd = posterior.sd(i);
      assertQuantiles(posterior.quantiles()[i], posterior.mean()[i], sd);
      assertThat(mass(posterior.densities().get(i)))
          .as("%s", posterior.method())
          .isCloseTo(1, within(0.02));
      assertThat(group.robustMean()[i]).isFinite();
      if (group.isMeasurement()) {
        assertThat(group.robustSd(i)).isGreaterThanOrEqualTo((1 - 1e-9) * sd);
      } else {
        assertThat(group.robustMean()[i]).isEqualTo(priors.physical(i, 0));
        assertThat(group.robustSd(i)).isCloseTo(priors.sd(i), within(1e-9 * priors.sd(i)));
      }
    }
    Population population = group.population();
    if (population != null) {
      assertPositive(population.covariance(), priors);
      assertThat(population.logBayesFactor()).isFinite();
      for (int i = 0; i < priors.size(); i++) {
        assertQuantiles(population.quantiles()[i], population.mean()[i], population.sd(i));
        double[] scatter = population.scatterQuantiles()[i];
        assertThat(scatter).isSorted();
        assertThat(scatter[0]).isNotNegative();
        // the mean may be above the quantile of 97.5 % by the last 2.5 %
        double last = 0.025 * PopulationStatistics.LARGEST * priors.sd(i);
        assertThat(population.scatter()[i]).isBetween(scatter[0], scatter[4] + last);
      }
    }
    for (OutlierShare outliers : group.outliers()) {
      assertThat(outliers.shareQuantiles()).isSorted();
      assertThat(outliers.share())
          .isBetween(outliers.shareQuantiles()[0], outliers.shareQuantiles()[4]);
      assertThat(outliers.shareQuantiles()[4]).isLessThanOrEqualTo(OutlierStatistics.LARGEST);
      assertThat(outliers.logBayesFactor()).isFinite();
      assertThat(outliers.mean()).isFinite();
      assertThat(outliers.sd()).isFinite().isPositive();
    }
    if (group.informationLoss() != null) {
      assertThat(group.informationLoss()).isFinite().isNotNegative();
    }
    if (group.disagreement() != null) {
      assertThat(group.disagreement().ratio()).isFinite().isNotNegative();
      assertThat(group.disagreement().pValue()).isBetween(0.0, 1.0);
      for (double scatter : group.disagreement().scatter()) {
        assertThat(scatter).isFinite().isNotNegative();
      }
    }
    if (group.misfit() != null) {
      assertThat(group.misfit().ratio()).isFinite().isNotNegative();
      assertThat(group.misfit().pValue()).isBetween(0.0, 1.0);
    }
  }

  private static void assertQuantiles(double[] quantiles, double mean, double sd) {
    assertThat(sd).isFinite().isPositive();
    assertThat(mean).isFinite().isBetween(quantiles[0], quantiles[4]);
    for (int q = 1; q < quantiles.length; q++) {
      assertThat(quantiles[q]).isFinite().isGreaterThan(quantiles[q - 1]);
    }
    assertThat(Math.abs(quantiles[2] - mean)).isLessThan(sd);
  }

  private static void assertPositive(double[] covariance, SharedPriors priors) {
    int k = priors.size();
    RealMatrix standardised = MatrixUtils.createRealMatrix(k, k);
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        double entry = covariance[k * i + j] / (priors.sd(i) * priors.sd(j));
        assertThat(entry).isFinite();
        standardised.setEntry(i, j, entry);
      }
    }
    assertThat(new EigenDecompositionSymmetric(standardised).getEigenvalue(k - 1)).isPositive();
  }

  /** The trapezoidal integral of a plotted density. */
  static double mass(MarginalDensity density) {
    double sum = 0;
    double[] nodes = density.nodes();
    double[] values = density.values();
    for (int p = 1; p < nodes.length; p++) {
      assertThat(values[p]).isFinite().isNotNegative();
      sum += 0.5 * (values[p] + values[p - 1]) * (nodes[p] - nodes[p - 1]);
    }
    return sum;
  }
}
