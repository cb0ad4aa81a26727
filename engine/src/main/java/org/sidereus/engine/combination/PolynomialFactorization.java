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
 * it may be much narrower than the posterior of one object.
 *
 * <p>Mean, covariance, quantiles and densities are integrals of one density over one ellipsoid, and
 * are checked against each other ({@link PublishedChecks}).
 *
 * <p>The Gaussian contribution is summed beside it. It is the starting point, and the result where
 * the sum of the polynomials has no proper maximum near it, as with very few objects, or does not
 * pass the checks. Where the maximum of the polynomials is more than {@value #BELIEF} standard
 * deviation from the Gaussian one, that is no other way that passes, and the result is not
 * reliable. An object without a polynomial, or whose samples do not support it, contributes the
 * quadratic one of its mean and covariance.
 */
final class PolynomialFactorization implements Factorization {
  private static final int CENTRINGS = 5;

  /** Radius of the ellipsoid on which a density is taken, in standard deviations. */
  private static final double REACH = 6;

  /** Share of the probability that may lie in the outermost shell of the ellipsoid. */
  private static final double BORDER_SHARE = 1e-4;

  /** Radius where the polynomial rises again farther out. */
  private static final double NEAR_REACH = 4.5;

  /** Share of the probability in its outermost shell; of a Gaussian it is at most 3e-4. */
  private static final double NEAR_BORDER_SHARE = 1e-3;

  /** The polynomial is used if its mean is at most this many Gaussian standard deviations away. */
  private static final double TRUST = 5;

  /**
   * Or this many standard deviations of a typical object: there its own polynomial was fitted,
   * however narrow the posterior of a large group is.
   */
  private static final double TRUST_OF_OBJECT = 2;

  /**
   * A polynomial may have no moments, because it can rise again far from the objects. Then the
   * result is the Gaussian of the objects' moments, and it is reliable if the peak is within this
   * many of its standard deviations: moments describe few objects better. Farther away, the
   * skewness of the objects has added up.
   */
  private static final double BELIEF = 1;

  /** Nodes in each direction of the grid on which the maximum is looked for. */
  private static final int SEARCH_NODES = 25;

  /** The same for three shared parameters. */
  private static final int FEW_NODES = 13;

  /** How often the radius of that grid is halved where its highest node is at its border. */
  private static final int SEARCH_HALVINGS = 3;

  /**
   * With this many objects that determine a parameter, the sum of the polynomials has a maximum if
   * the model is right. Without a maximum, errors of the Gaussian approximation have added up.
   */
  private static final long MANY = 30;

  /** Standard deviation in units of the prior's below which objects determine a parameter. */
  private static final double NARROW = 1.0 / 3;

  private final GaussianFactorization gaussian;
  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final GridNodes search;
  private final DensityGrid grid;
  private final DensityGrid nearGrid;

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
    int nodes = coordinates.size() < SharedCoordinates.MOST_PARAMETERS ? SEARCH_NODES : FEW_NODES;
    search = new GridNodes(coordinates.size(), 1, nodes, nodes);
    grid = new DensityGrid(coordinates, REACH);
    nearGrid = new DensityGrid(coordinates, NEAR_REACH);
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
    Moments initial = Moments.of(start, coordinates);
    if (initial == null) {
      return start.unreliable();
    }
    double trust = Math.max(TRUST, TRUST_OF_OBJECT * Math.sqrt((double) objects));
    PolynomialDensity density = new PolynomialDensity(coordinates, coefficients);
    Moments peak = within(peak(density, coefficients, initial, trust));
    for (DensityGrid some : List.of(grid, nearGrid)) {
      FactorizedPosterior polynomial = onGrid(some, objects, density, initial, peak, trust);
      if (polynomial != null) {
        return polynomial;
      }
    }
    if (initial.distanceOf(peak.mean()) > BELIEF) {
      // the two ways disagree, and neither is checked by the other
      return gaussian(objects, peak).unreliable();
    }
    return objects >= MANY && isNarrow(initial) ? start.unreliable() : start;
  }

  /**
   * Moments whose mean is moved into the bounds of the prior: where a bound cuts a normal density,
   * its highest point is there, with the other parameters at their conditional means.
   */
  private Moments within(Moments moments) {
    double[] lower = coordinates.lower();
    double[] upper = coordinates.upper();
    double[] mean = moments.mean().clone();
    for (int i = 0; i < mean.length; i++) {
      double move = Math.max(lower[i], Math.min(upper[i], mean[i])) - mean[i];
      for (int j = 0; j < mean.length && move != 0; j++) {
        mean[j] += move * moments.covariance()[i][j] / moments.covariance()[i][i];
      }
    }
    for (int i = 0; i < mean.length; i++) { // a move for one bound may cross another one
      mean[i] = Math.max(lower[i], Math.min(upper[i], mean[i]));
    }
    return Arrays.equals(mean, moments.mean())
        ? moments
        : new Moments(mean, moments.covariance(), moments.root());
  }

  /**
   * The highest maximum that is found from the Gaussian and from the highest node of a coarse grid
   * around it. Where a few objects are far from the others, the ascent from the Gaussian may end on
   * a lower hill.
   */
  private Moments peak(
      PolynomialDensity density, double[] coefficients, Moments initial, double trust) {
    PeakSearch ascent = new PeakSearch(basis, coefficients);
    Moments peak = ascent.from(initial.mean(), initial, trust);
    for (int halvings = 0; halvings < SEARCH_HALVINGS; halvings++) {
      double radius = trust / (1 << halvings);
      double[] node = highestNode(density, initial, radius);
      if (node != null) {
        Moments other = ascent.from(node, initial, trust);
        return valueAt(density, other.mean()) > valueAt(density, peak.mean()) ? other : peak;
      }
    }
    return peak;
  }

  /** The highest node within a radius; null where it is at the border, where polynomials rise. */
  private double @Nullable [] highestNode(
      PolynomialDensity density, Moments around, double radius) {
    double[][] root = around.root().clone();
    for (int i = 0; i < root.length; i++) {
      root[i] = Arrays.stream(root[i]).map(value -> value * radius).toArray();
    }
    double[][] z = search.at(around.mean(), root);
    double[] values = density.at(z);
    int highest = 0;
    for (int p = 1; p < values.length; p++) {
      highest = values[p] > values[highest] ? p : highest;
    }
    if (search.isBorder(highest)) {
      return null;
    }
    double[] node = new double[z.length];
    for (int i = 0; i < node.length; i++) {
      node[i] = z[i][highest];
    }
    return node;
  }

  private static double valueAt(PolynomialDensity density, double[] z) {
    double[][] point = new double[z.length][1];
    for (int i = 0; i < z.length; i++) {
      point[i][0] = z[i];
    }
    return density.at(point)[0];
  }

  private static boolean isNarrow(Moments moments) {
    for (int i = 0; i < moments.mean().length; i++) {
      if (moments.covariance()[i][i] > NARROW * NARROW) {
        return false;
      }
    }
    return true;
  }

  /** The posterior by integrals over a grid; null where it does not pass the checks. */
  private @Nullable FactorizedPosterior onGrid(
      DensityGrid some,
      long objects,
      PolynomialDensity density,
      Moments initial,
      Moments peak,
      double trust) {
    DensityGrid.Integral integral = null;
    Moments around = peak;
    for (int i = 0; i < CENTRINGS; i++) {
      integral = some.integrate(density, around);
      if (integral == null || !(initial.distanceOf(integral.moments().mean()) <= trust)) {
        return null;
      }
      // cut densities fall more slowly to one side than their moments say
      around = some.isCut(integral.moments()) ? integral.moments().widened() : integral.moments();
    }
    return integral == null
            || !(integral.borderShare() <= (some == grid ? BORDER_SHARE : NEAR_BORDER_SHARE))
        ? null
        : inUnits(some, objects, density, integral);
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

  /** The posterior of a group on the grid; null where its numbers do not agree. */
  private @Nullable FactorizedPosterior inUnits(
      DensityGrid some, long objects, PolynomialDensity density, DensityGrid.Integral integral) {
    int k = coordinates.size();
    double[] mean = coordinates.physical(integral.moments().mean());
    double[] covariance = covarianceInUnits(integral.moments());
    double[][] quantiles = new double[k][];
    List<MarginalDensity> densities = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      DensityGrid.MarginalIntegral marginal = some.marginal(density, i, integral);
      double sd = Math.sqrt(covariance[i * k + i]);
      if (marginal == null || !PublishedChecks.agree(marginal, integral.logTotal(), mean[i], sd)) {
        return null;
      }
      quantiles[i] = marginal.density().quantiles(FactorizedPosterior.LEVELS);
      densities.add(marginal.density().plotted(MarginalDensity.POINTS));
    }
    List<JointDensity> joints = new ArrayList<>();
    for (int i = 0; i < k; i++) {
      for (int j = i + 1; j < k; j++) {
        JointDensity joint = some.joint(density, i, j, integral);
        if (joint == null) {
          return null;
        }
        joints.add(joint);
      }
    }
    FactorizedPosterior posterior =
        new FactorizedPosterior(
            objects,
            mean,
            covariance,
            quantiles,
            densities,
            joints,
            CombinationMethod.POLYNOMIAL,
            true);
    return PublishedChecks.isSound(posterior) ? posterior : null;
  }
}
