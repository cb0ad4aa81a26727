package org.sidereus.engine.combination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Combination of the shared parameters without the Gaussian approximation: Buck et al. (2025),
 * equation 5, for log densities that are polynomials.
 *
 * <p>Object i contributes the coefficients of log(posterior_i / prior) of the shared parameters
 * ({@link ObjectSummary#sharedLogRatio()}): the natural parameters of an exponential family whose
 * statistics are monomials. The group's log density is the log prior plus the sum. Its mean and
 * covariance are integrals over a grid that is centred and scaled on the group's own posterior, so
 * it makes no difference how much narrower than one object's posterior that is.
 *
 * <p>The Gaussian contribution is summed beside it. It is the starting point, and the result where
 * the sum of the polynomials has no proper maximum near it, as with very few objects. An object
 * without a polynomial contributes the quadratic one of its mean and covariance.
 */
final class PolynomialFactorization implements Factorization {
  private static final int CENTRINGS = 5;

  /** Share of the probability that may lie on the border of the grid. */
  private static final double BORDER_SHARE = 1e-4;

  /** The polynomial is believed where its mean is at most this many Gaussian sd away. */
  private static final double TRUST = 5;

  /**
   * Or this many standard deviations of a typical object: there its own polynomial was fitted,
   * however narrow the posterior of a large group is.
   */
  private static final double TRUST_OF_OBJECT = 2;

  /**
   * Where a polynomial has no moments (it may rise again far from the objects), the Gaussian result
   * is the one of the objects' moments as long as the peak is at most this many of its standard
   * deviations away: moments are the better description of few objects. Beyond, the objects'
   * skewness has added up, and the Gaussian is that of the peak's curvature.
   */
  private static final double BELIEF = 1;

  private final GaussianFactorization gaussian;
  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;

  /**
   * The combiner of a bundle.
   *
   * @param manifest of a bundle with 1 to {@value SharedCoordinates#MOST_PARAMETERS} shared
   *     parameters
   */
  PolynomialFactorization(Manifest manifest) {
    gaussian = new GaussianFactorization(manifest);
    coordinates = new SharedCoordinates(manifest);
    if (coordinates.size() > SharedCoordinates.MOST_PARAMETERS) {
      throw new IllegalArgumentException(
          "polynomials combine at most "
              + SharedCoordinates.MOST_PARAMETERS
              + " shared parameters but the bundle has "
              + coordinates.size());
    }
    basis = coordinates.basis();
  }

  /** The Gaussian contribution, then the coefficients of the polynomial without its constant. */
  @Override
  public int length() {
    return gaussian.length() + basis.size() - 1;
  }

  @Override
  public String family() {
    return "polynomial of degree " + basis.degree();
  }

  @Override
  public double[] contribution(ObjectSummary posterior) {
    double[] natural = gaussian.contribution(posterior);
    double[] polynomial = posterior.sharedLogRatio();
    if (polynomial == null) {
      polynomial = quadratic(natural);
    }
    double[] contribution = Arrays.copyOf(natural, length());
    System.arraycopy(polynomial, 1, contribution, natural.length, basis.size() - 1);
    return contribution;
  }

  /** -z' P z / 2 + h' z for the natural parameters P and h of {@link GaussianFactorization}. */
  private double[] quadratic(double[] natural) {
    int k = coordinates.size();
    double[] coefficients = new double[basis.size()];
    NaturalLayout layout = new NaturalLayout(k);
    for (int i = 0; i < k; i++) {
      coefficients[basis.indexOf(i)] = natural[layout.shift(i)];
      for (int j = 0; j <= i; j++) {
        coefficients[basis.indexOf(i, j)] -= natural[layout.precision(i, j)] * (i == j ? 0.5 : 1);
      }
    }
    return coefficients;
  }

  @Override
  public FactorizedPosterior combine(long objects, double[] sum) {
    if (sum.length != length()) {
      throw new IllegalArgumentException(
          "a sum of " + sum.length + " entries does not fit the " + length() + " of the bundle");
    }
    FactorizedPosterior start = gaussian.combine(objects, Arrays.copyOf(sum, gaussian.length()));
    if (objects == 0) {
      return start;
    }
    double[] coefficients = new double[basis.size()];
    System.arraycopy(sum, gaussian.length(), coefficients, 1, basis.size() - 1);
    Moments initial = standardised(start);
    if (initial == null) {
      return start;
    }
    double trust = Math.max(TRUST, TRUST_OF_OBJECT * Math.sqrt((double) objects));
    Moments peak = new PeakSearch(basis, coefficients).from(initial, trust);
    FactorizedPosterior otherwise =
        initial.distanceOf(peak.mean()) > BELIEF ? gaussian(objects, peak) : start;
    DensityGrid grid =
        new DensityGrid(coordinates, new PolynomialDensity(coordinates, coefficients));
    DensityGrid.Integral integral = new DensityGrid.Integral(peak, 0);
    for (int i = 0; i < CENTRINGS; i++) {
      integral = grid.integrate(integral.moments());
      if (integral == null || initial.distanceOf(integral.moments().mean()) > trust) {
        return otherwise;
      }
    }
    if (integral.borderShare() > BORDER_SHARE) {
      return otherwise;
    }
    FactorizedPosterior polynomial = inUnits(objects, integral.moments(), grid);
    return polynomial == null ? otherwise : polynomial;
  }

  private @Nullable Moments standardised(FactorizedPosterior summary) {
    int k = coordinates.size();
    double[] mean = new double[k];
    coordinates.standardise(summary.mean(), mean);
    double[][] covariance = new double[k][k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i][j] =
            summary.covariance()[i * k + j] / (coordinates.sd(i) * coordinates.sd(j));
      }
    }
    return Moments.of(mean, covariance);
  }

  private FactorizedPosterior gaussian(long objects, Moments moments) {
    return FactorizedPosterior.gaussian(
        objects, coordinates.physical(moments.mean()), covarianceInUnits(moments));
  }

  private double[] covarianceInUnits(Moments moments) {
    int k = coordinates.size();
    double[] covariance = new double[k * k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        covariance[i * k + j] = moments.covariance()[i][j] * coordinates.sd(i) * coordinates.sd(j);
      }
    }
    return covariance;
  }

  /** The posterior of a group on the grid; null where a marginal density is degenerate. */
  private @Nullable FactorizedPosterior inUnits(long objects, Moments moments, DensityGrid grid) {
    int k = coordinates.size();
    double[][] quantiles = new double[k][];
    List<MarginalDensity> densities = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      GridDensity marginal = grid.marginal(i, moments);
      if (marginal == null) {
        return null;
      }
      quantiles[i] = marginal.quantiles(FactorizedPosterior.LEVELS);
      densities.add(marginal.plotted(MarginalDensity.POINTS));
    }
    return new FactorizedPosterior(
        objects,
        coordinates.physical(moments.mean()),
        covarianceInUnits(moments),
        quantiles,
        densities,
        CombinationMethod.POLYNOMIAL);
  }
}
