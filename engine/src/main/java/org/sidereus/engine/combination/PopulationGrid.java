package org.sidereus.engine.combination;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * The joint posterior of the centre of a population and of the size of its scatter, for one family
 * of scatters: the integral over the centre at some sizes, and a spline of its logarithm between
 * them. Immutable and safe for threads.
 */
final class PopulationGrid {
  /** Sizes at which the integral over the centre is taken. */
  private static final int SIZES = 13;

  /** Sizes on which the posterior of the size is taken. */
  private static final int FINE = 1201;

  /** Radius of the ellipsoid of the integrals over the centre, and its points for each sd. */
  private static final double REACH = 4.5;

  private static final int POINTS = 2;

  private static final int CENTRINGS = 3;

  /** How much means (in sds) and variances may differ from those of the ellipsoid. */
  private static final double SAME = 0.4;

  /** How far the centre may be from the start, in its sds, and in those of a typical object. */
  private static final double TRUST = 5;

  private static final double TRUST_OF_OBJECT = 2;

  /** Largest share of the probability in the outermost shell of the ellipsoid. */
  private static final double BORDER_SHARE = 0.01;

  /**
   * Sizes are excluded where the logarithm of the integral is this far below its maximum. The
   * objects are then far from each other beside their own widths, and their polynomials may say
   * nothing there.
   */
  private static final double EXCLUDED = 15;

  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final DensityGrid grid;

  PopulationGrid(SharedCoordinates coordinates) {
    this.coordinates = coordinates;
    basis = coordinates.basis();
    grid = new DensityGrid(coordinates, REACH, POINTS, POINTS);
  }

  /**
   * The posterior of one family.
   *
   * @param logEvidence logarithm of the evidence; of all families of a group in the same unit
   * @param logWithout logarithm of the evidence without a scatter, or of an upper bound of it
   * @param sizes sizes of the scatter, evenly spaced from 0
   * @param probabilities of the sizes, sum 1
   * @param components moments of the centre at some sizes
   * @param weights of the components, sum 1
   */
  record Family(
      double logEvidence,
      double logWithout,
      double[] sizes,
      double[] probabilities,
      Moments[] components,
      double[] weights) {}

  /**
   * Integrates over the centre and the size of the scatter, from the largest size to 0. Where sizes
   * are excluded and the integral cannot be taken or rises again, it keeps its last value: the
   * evidence for a scatter is then a lower bound.
   *
   * @param polynomials fits of the log likelihood of the centre at the nodes of the scale
   * @param error of the first of them: the log likelihood without a scatter minus its fit
   * @param prior scale of the half-normal prior of the size
   * @param start moments of the centre without a scatter
   * @return null where the density has no moments
   */
  @Nullable Family integrate(
      double[][] polynomials,
      double[] error,
      ScatterScale scale,
      double prior,
      Moments start,
      long objects) {
    double end = Math.sqrt(scale.end());
    double[] places = new double[SIZES];
    double[] logs = new double[SIZES];
    Moments[] moments = new Moments[SIZES];
    Moments from = start;
    double highest = Double.NEGATIVE_INFINITY;
    double last = Double.NEGATIVE_INFINITY;
    boolean isKnown = true;
    for (int n = SIZES - 1; n >= 0; n--) {
      // roots of the coordinate: evenly spaced in the size near 0, where the log is even in it
      places[n] = end * n / (SIZES - 1);
      double[] coefficients =
          coefficients(polynomials, error, scale, scale.sd(places[n] * places[n]));
      DensityGrid.Integral integral = isKnown ? integral(coefficients, from, objects) : null;
      boolean isExcluded = last < highest - EXCLUDED;
      double log =
          integral == null ? Double.NaN : integral.logTotal() + logVolume(integral.around());
      if (integral != null && Double.isFinite(log) && !(isExcluded && log > last)) {
        from = integral.moments();
        last = log;
        highest = Math.max(highest, log);
      } else if (isExcluded) {
        isKnown = false;
      } else {
        return null;
      }
      logs[n] = last;
      moments[n] = from;
    }
    return family(scale, prior, places, logs, moments);
  }

  private double[] coefficients(
      double[][] polynomials, double[] error, ScatterScale scale, double sd) {
    double[] coefficients = new double[basis.size()];
    double share = scale.shareOfFirst(sd);
    for (int i = 0; i < coefficients.length; i++) {
      coefficients[i] = share * error[i];
    }
    double[] weights = scale.weights(sd);
    for (int p = 0; p < polynomials.length; p++) {
      for (int i = 0; i < coefficients.length; i++) {
        coefficients[i] += weights[p] * polynomials[p][i];
      }
    }
    return coefficients;
  }

  /** Moments on the ellipsoid; null where there are none or its border has too much. */
  private DensityGrid.@Nullable Integral integral(
      double[] coefficients, Moments start, long objects) {
    PolynomialDensity density = new PolynomialDensity(coordinates, coefficients);
    DensityGrid.Integral near = around(density, start);
    if (near != null) {
      return near;
    }
    double trust = TRUST + TRUST_OF_OBJECT * Math.sqrt((double) objects);
    return around(density, new PeakSearch(basis, coefficients).from(start.mean(), start, trust));
  }

  private DensityGrid.@Nullable Integral around(PolynomialDensity density, Moments start) {
    DensityGrid.Integral integral = grid.integrate(density, start);
    for (int i = 1; i < CENTRINGS && integral != null && !isCentred(integral); i++) {
      integral = grid.integrate(density, integral.moments());
    }
    return integral != null && integral.borderShare() <= BORDER_SHARE ? integral : null;
  }

  /** Whether the ellipsoid fits the density well enough for its integral to be exact. */
  private static boolean isCentred(DensityGrid.Integral integral) {
    Moments around = integral.around();
    Moments found = integral.moments();
    for (int i = 0; i < found.mean().length; i++) {
      double ratio = found.covariance()[i][i] / around.covariance()[i][i];
      if (Math.abs(ratio - 1) > SAME) {
        return false;
      }
    }
    return around.distanceOf(found.mean()) <= SAME;
  }

  private static double logVolume(Moments around) {
    double sum = 0;
    for (int i = 0; i < around.root().length; i++) {
      sum += Math.log(around.root()[i][i]);
    }
    return sum;
  }

  /** Square of the size at a place. */
  private static double square(ScatterScale scale, double place) {
    double size = scale.sd(place * place);
    return size * size;
  }

  private static double logPrior(double score) {
    return -0.5 * score * score;
  }

  /** The cubic spline of a function that is even in the place. */
  private static EvenSpline symmetricSpline(double[] places, double[] values) {
    int last = places.length - 1;
    double[] x = new double[2 * last + 1];
    double[] y = new double[x.length];
    for (int n = 0; n <= last; n++) {
      x[last + n] = places[n];
      x[last - n] = -places[n];
      y[last + n] = values[n];
      y[last - n] = values[n];
    }
    return new EvenSpline(x, y);
  }

  private static @Nullable Family family(
      ScatterScale scale, double prior, double[] places, double[] logs, Moments[] moments) {
    EvenSpline spline = symmetricSpline(places, logs);
    double largest = scale.sd(scale.end());
    double[] sizes = new double[FINE];
    double[] logDensity = new double[FINE];
    double[] at = new double[FINE];
    double highest = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < FINE; s++) {
      sizes[s] = largest * s / (FINE - 1);
      at[s] = Math.min(places[places.length - 1], Math.sqrt(scale.coordinate(sizes[s])));
      logDensity[s] = spline.at(at[s]) + logPrior(sizes[s] / prior);
      highest = Math.max(highest, logDensity[s]);
    }
    double[] probabilities = new double[FINE];
    double[] weights = new double[places.length];
    double total = 0;
    double normalisation = 0;
    for (int s = 0; s < FINE; s++) {
      double cell = s == 0 || s == FINE - 1 ? 0.5 : 1;
      probabilities[s] = cell * Math.exp(logDensity[s] - highest);
      total += probabilities[s];
      normalisation += cell * Math.exp(logPrior(sizes[s] / prior));
    }
    if (!(total > 0) || !Double.isFinite(total)) {
      return null;
    }
    double step = places[1];
    double[] variances = new double[places.length];
    for (int n = 0; n < places.length; n++) {
      variances[n] = square(scale, places[n]);
    }
    for (int s = 0; s < FINE; s++) {
      probabilities[s] /= total;
      int below = Math.min(places.length - 2, (int) (at[s] / step));
      // the covariance of the centre is nearly a line in the variance of the scatter
      double low = variances[below];
      double share = (sizes[s] * sizes[s] - low) / (variances[below + 1] - low);
      weights[below] += (1 - share) * probabilities[s];
      weights[below + 1] += share * probabilities[s];
    }
    double logEvidence = highest + Math.log(total / normalisation);
    return Double.isFinite(logEvidence - logs[0])
        ? new Family(logEvidence, logs[0], sizes, probabilities, moments, weights)
        : null;
  }
}
