package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.engine.numerics.PositiveMatrix;
import org.sidereus.engine.polynomial.SharedCoordinates;

/** The posterior of a group whose likelihood is normal, near a bound of a uniform prior or both. */
class CutPosteriorTest {
  /** Nodes for each direction of the sums that the posteriors are compared with. */
  private static final int NODES = 400;

  private static final double[] LEVELS = {0.025, 0.16, 0.5, 0.84, 0.975};

  /**
   * The maximum of the likelihood is by a number of its standard deviations within the bound, or
   * beyond it.
   */
  @ParameterizedTest
  @CsvSource({
    "2, 4, 0",
    "2, 1.5, 0",
    "2, 0.5, 0.8",
    "2, 0, -0.8",
    "2, -1, 0.5",
    "2, -2, -0.9",
    "1, 1, 0",
    "1, 0, 0",
    "1, -1.5, 0",
    "3, 0.5, 0.4",
    "3, -1, -0.4"
  })
  void shouldBeTheNormalDensityThatTheBoundCuts(int shared, double inside, double correlation) {
    SplittableRandom random = new SplittableRandom(7);
    for (int turn = 0; turn < 4; turn++) {
      boolean atUpper = turn % 2 == 0;
      check(normal(shared, inside, correlation, atUpper, random), turn);
    }
  }

  /** A normal likelihood in standardised coordinates. */
  private record Likelihood(Manifest manifest, double[] peak, double[][] precision) {
    double logDensity(double[] z) {
      double sum = 0;
      for (int i = 0; i < z.length; i++) {
        for (int j = 0; j < z.length; j++) {
          sum -= 0.5 * precision[i][j] * (z[i] - peak[i]) * (z[j] - peak[j]);
        }
      }
      return sum;
    }
  }

  private static Likelihood normal(
      int shared, double inside, double correlation, boolean atUpper, SplittableRandom random) {
    List<Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < shared; i++) {
      // the last shared parameter is normal where there are several
      Prior prior = shared > 1 && i == shared - 1 ? new Normal(1, 2) : new Uniform(0.2, 0.8);
      parameters.add(new Parameter("p" + i, "", Role.SHARED, prior));
    }
    Manifest manifest =
        Manifest.builder()
            .name("cut")
            .version("1")
            .parameters(parameters)
            .observables(List.of(new Observable("y", "", 0.05)))
            .features(List.of(new Feature(Feature.Kind.VALUE, "y")))
            .samples(4096)
            .files(Map.of("posterior.onnx", new FileEntry("0".repeat(64), 1)))
            .build();
    SharedCoordinates coordinates = new SharedCoordinates(manifest);
    double[][] covariance = new double[shared][shared];
    double[] peak = new double[shared];
    double[] sds = new double[shared];
    for (int i = 0; i < shared; i++) {
      sds[i] = 0.05 + 0.1 * random.nextDouble();
    }
    for (int i = 0; i < shared; i++) {
      for (int j = 0; j < shared; j++) {
        covariance[i][j] = sds[i] * sds[j] * (i == j ? 1 : correlation);
      }
    }
    peak[0] =
        atUpper
            ? coordinates.upper()[0] - inside * sds[0]
            : coordinates.lower()[0] + inside * sds[0];
    return new Likelihood(manifest, peak, PositiveMatrix.inverse(covariance));
  }

  private static void check(Likelihood likelihood, int turn) {
    PolynomialFactorization combiner = new PolynomialFactorization(likelihood.manifest());
    SharedCoordinates coordinates = new SharedCoordinates(likelihood.manifest());
    int k = coordinates.size();
    double[] sum = new double[combiner.length()];
    int constant = combiner.length() - (coordinates.basis().size() - 1) - 1;
    GaussianFactorization gaussian = new GaussianFactorization(likelihood.manifest());
    NaturalLayout layout = new NaturalLayout(k);
    for (int i = 0; i < k; i++) {
      double shift = 0;
      for (int j = 0; j < k; j++) {
        shift += likelihood.precision()[i][j] * likelihood.peak()[j];
        if (j <= i) {
          double value = likelihood.precision()[i][j];
          sum[constant + coordinates.basis().indexOf(i, j)] = -value * (i == j ? 0.5 : 1);
          sum[layout.precision(i, j)] = value;
        }
      }
      sum[constant + coordinates.basis().indexOf(i)] = shift;
      sum[layout.shift(i)] = shift;
    }
    assertThat(constant).isEqualTo(gaussian.length() - 1);
    FactorizedPosterior found = combiner.combine(100, sum);
    assertThat(found.method()).as("turn " + turn).isEqualTo(CombinationMethod.POLYNOMIAL);
    assertThat(found.reliable()).isTrue();
    Sums exact = sums(likelihood, coordinates);
    for (int i = 0; i < k; i++) {
      double sd = exact.sd[i] * coordinates.sd(i);
      double mean = coordinates.physical(exact.mean)[i];
      assertThat(found.mean()[i]).as("mean %d", i).isCloseTo(mean, within(0.01 * sd));
      assertThat(found.sd(i)).as("sd %d", i).isCloseTo(sd, within(0.01 * sd));
      Prior prior = likelihood.manifest().sharedParameters().get(i).prior();
      for (int q = 0; q < LEVELS.length; q++) {
        double quantile = found.quantiles()[i][q];
        assertThat(quantile).isBetween(prior.lower(), prior.upper());
        double z = (quantile - coordinates.physical(new double[k])[i]) / coordinates.sd(i);
        assertThat(exact.shareBelow(i, z)).as("level").isCloseTo(LEVELS[q], within(0.005));
      }
      double[] nodes = found.densities().get(i).nodes();
      assertThat(nodes[0]).isGreaterThanOrEqualTo(prior.lower());
      assertThat(nodes[nodes.length - 1]).isLessThanOrEqualTo(prior.upper());
    }
  }

  /** Sums over a fine grid of the density, whose first parameter ends at the bound. */
  private record Sums(double[] mean, double[] sd, double[][] places, double[][] shares) {
    double shareBelow(int i, double z) {
      double sum = 0;
      for (int n = 0; n < places[i].length; n++) {
        double width = places[i][1] - places[i][0];
        double part = (z - places[i][n]) / width + 0.5;
        sum += shares[i][n] * Math.max(0, Math.min(1, part));
      }
      return sum;
    }
  }

  private static Sums sums(Likelihood likelihood, SharedCoordinates coordinates) {
    int k = coordinates.size();
    int nodes = k == 3 ? 120 : NODES;
    double[][] covariance = PositiveMatrix.inverse(likelihood.precision());
    double[][] places = new double[k][nodes];
    for (int i = 0; i < k; i++) {
      double width = 7 * Math.sqrt(covariance[i][i]);
      double low = Math.max(coordinates.lower()[i], likelihood.peak()[i] - width);
      double high = Math.min(coordinates.upper()[i], likelihood.peak()[i] + width);
      for (int n = 0; n < nodes; n++) {
        places[i][n] = low + (high - low) * (n + 0.5) / nodes;
      }
    }
    double[][] shares = new double[k][nodes];
    double[] mean = new double[k];
    double[] square = new double[k];
    double total = 0;
    double[] z = new double[k];
    int all = (int) Math.pow(nodes, k);
    for (int p = 0; p < all; p++) {
      for (int i = 0, rest = p; i < k; i++, rest /= nodes) {
        z[i] = places[i][rest % nodes];
      }
      double log = likelihood.logDensity(z);
      for (int i = 0; i < k; i++) {
        log += coordinates.upper()[i] < Double.POSITIVE_INFINITY ? 0 : -0.5 * z[i] * z[i];
      }
      double weight = Math.exp(log);
      total += weight;
      for (int i = 0, rest = p; i < k; i++, rest /= nodes) {
        shares[i][rest % nodes] += weight;
        mean[i] += weight * z[i];
        square[i] += weight * z[i] * z[i];
      }
    }
    double[] sd = new double[k];
    for (int i = 0; i < k; i++) {
      mean[i] /= total;
      sd[i] = Math.sqrt(square[i] / total - mean[i] * mean[i]);
      for (int n = 0; n < nodes; n++) {
        shares[i][n] /= total;
      }
    }
    return new Sums(mean, sd, places, shares);
  }
}
