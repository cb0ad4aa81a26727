package org.sidereus.engine.combination;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.polynomial.PolynomialBasis;
import org.sidereus.engine.polynomial.ScatteredFit;
import org.sidereus.engine.polynomial.SharedCoordinates;

/**
 * Infers from sums alone the centre mu and the scatter T of a population whose objects have
 * parameters theta_i ~ N(mu, T).
 *
 * <p>For each of a few scatters T_k, the logarithm of the object's likelihood convolved with N(0,
 * T_k) is a polynomial of mu ({@link ScatteredFit}). The polynomials of all objects are summed. So
 * the sums are the joint log likelihood of mu and T at the nodes T_k. Between the nodes the sums
 * are interpolated ({@link ScatterScale}). T = 0 is fitted in the same way, so that errors of the
 * fits cancel in differences. What the fit lacks there beside the sum of {@link
 * PolynomialFactorization} is added, less and less with T: the slice T = 0 is exactly that sum.
 *
 * <p>There is one family of scatters for each shared parameter, in which it alone scatters, and one
 * in which all scatter by the same number of prior standard deviations. The families have equal
 * prior probabilities. The standard deviation, in units of the prior's, is half-normal with scale
 * {@value #SCALE} and ends at {@value #LARGEST}.
 *
 * <p>Thread-safe and without state.
 */
final class PopulationStatistics {
  /** With more shared parameters a contribution becomes too long. */
  static final int MOST_PARAMETERS = 2;

  /** Largest standard deviation, in units of the prior's. */
  static final double LARGEST = 0.8;

  /** Standard deviations of the nodes, in units of the prior's. All families share the first. */
  private static final double[] NODES = {0, 0.05, 0.1, 0.2, 0.4, LARGEST};

  /** Scale of the half-normal prior of the standard deviation. */
  static final double SCALE = 0.5;

  private final int k;
  private final SharedPriors priors;
  private final SharedCoordinates coordinates;
  private final PolynomialBasis basis;
  private final ScatteredFit fit;
  private final int[] shared;

  /** [families][K]: whether a parameter scatters. */
  private final boolean[][] families;

  /** [1 + families * nodes above 0][K] */
  private final double[][] scatters;

  private final PopulationGrid grid;
  private final NormalProbability normal = new NormalProbability();

  PopulationStatistics(Manifest manifest) {
    priors = new SharedPriors(manifest);
    k = priors.size();
    coordinates = new SharedCoordinates(manifest);
    basis = coordinates.basis();
    fit = new ScatteredFit(basis);
    shared = manifest.sharedIndices();
    families = new boolean[k > 1 ? k + 1 : k][k];
    for (int i = 0; i < k; i++) {
      families[i][i] = true;
    }
    if (k > 1) {
      Arrays.fill(families[k], true);
    }
    scatters = new double[1 + families.length * (NODES.length - 1)][k];
    for (int f = 0; f < families.length; f++) {
      for (int n = 1; n < NODES.length; n++) {
        for (int i = 0; i < k; i++) {
          scatters[place(f, n)][i] = families[f][i] ? NODES[n] : 0;
        }
      }
    }
    grid = new PopulationGrid(coordinates);
  }

  /** Where the scatter of a family is at a node. */
  private static int place(int family, int node) {
    return node == 0 ? 0 : family * (NODES.length - 1) + node;
  }

  /** Whether the populations of a bundle can be inferred. */
  static boolean fits(Manifest manifest) {
    int shared = manifest.sharedParameters().size();
    return shared > 0 && shared <= MOST_PARAMETERS;
  }

  /** The polynomials of all nodes, then a count of 1. */
  int length() {
    return scatters.length * fit.basis().size() + 1;
  }

  /** What the numbers of a contribution are, for {@link Combiner#layout()}. */
  String family() {
    return "population of degree " + fit.basis().degree() + " at " + Arrays.toString(NODES);
  }

  /**
   * Writes what an object adds.
   *
   * @param coefficients of the object's polynomial, with the constant that is summed
   * @param contribution filled with {@link #length()} entries from {@code at} on; all are zero
   *     where the object determines no polynomials
   */
  void fill(double[] coefficients, ObjectSummary posterior, double[] contribution, int at) {
    double[] physical = new double[k];
    double[][] covariance = new double[k][k];
    int parameters = posterior.mean().length;
    for (int i = 0; i < k; i++) {
      physical[i] = posterior.mean()[shared[i]];
      for (int j = 0; j < k; j++) {
        covariance[i][j] =
            posterior.covariance()[shared[i] * parameters + shared[j]]
                / (coordinates.sd(i) * coordinates.sd(j));
      }
    }
    double[] mean = new double[k];
    coordinates.standardise(physical, mean);
    double[][] fits = fit.fit(coefficients, mean, covariance, scatters);
    if (fits == null) {
      return;
    }
    int next = at;
    for (double[] one : fits) {
      System.arraycopy(one, 0, contribution, next, one.length);
      next += one.length;
    }
    contribution[next] = 1;
  }

  /**
   * The posterior of a population.
   *
   * @param objects number of objects in the sums
   * @param factorized the posterior without a scatter
   * @param natural begins with the sum of the contributions of {@link GaussianFactorization}
   * @param coefficients sum of the objects' polynomials
   * @param sums begins at {@code at} with the sum of what the objects added
   * @return null for fewer than two objects, and where it is not known
   */
  @Nullable Population judge(
      long objects,
      FactorizedPosterior factorized,
      double[] natural,
      double[] coefficients,
      double[] sums,
      int at) {
    if (objects < 2 || Math.round(sums[at + length() - 1]) != objects) {
      return null;
    }
    Moments start = Moments.of(factorized, coordinates);
    if (start == null) {
      return null;
    }
    NaturalLayout layout = new NaturalLayout(k);
    PopulationGrid.Family[] posteriors = new PopulationGrid.Family[families.length];
    double[] error = coefficients.clone();
    double[] first = polynomial(sums, at, 0);
    for (int i = 0; i < error.length; i++) {
      error[i] -= first[i];
    }
    for (int f = 0; f < families.length; f++) {
      double precision = 1;
      for (int i = 0; i < k; i++) {
        if (families[f][i]) {
          precision = Math.max(precision, natural[layout.precision(i, i)] / objects);
        }
      }
      double[][] polynomials = new double[NODES.length][];
      for (int n = 0; n < NODES.length; n++) {
        polynomials[n] = polynomial(sums, at, place(f, n));
      }
      PopulationGrid.Family posterior =
          grid.integrate(
              polynomials, error, new ScatterScale(NODES, 1 / precision), SCALE, start, objects);
      if (posterior == null) {
        return null;
      }
      posteriors[f] = posterior;
    }
    return new PopulationMixture(families, posteriors, normal).inUnits(priors);
  }

  /** The sum of the fits for a scatter; monomials are ordered by degree, those of the fit first. */
  private double[] polynomial(double[] sums, int at, int place) {
    int size = fit.basis().size();
    double[] polynomial = new double[basis.size()];
    System.arraycopy(sums, at + place * size, polynomial, 0, size);
    return polynomial;
  }
}
