package org.sidereus.simulators.gce;

/**
 * Lifetimes of the stars of one metallicity: the fit of Argast et al. (2000) to the tables of
 * Portinari et al. (1998), a parabola of log lifetime in log mass whose coefficients depend on the
 * metallicity.
 */
final class StellarLifetimes {
  private static final double LOG10_Z_WITHOUT_METALS = -5;
  private static final double LOG10_YEARS_PER_GYR = 9;

  private final MassGrid grid;
  // log10 lifetime[yr] = constant + linear L + quadratic L^2, L = log10 mass[Msun]
  private final double constant;
  private final double linear;
  private final double quadratic;

  /**
   * Lifetimes at a metallicity.
   *
   * @param metallicity mass fraction of metals. Only values not above 0 are replaced; the fit is
   *     extrapolated to any other, such as 1e-11 of the second generation (section 5)
   */
  StellarLifetimes(MassGrid grid, double metallicity) {
    this.grid = grid;
    double z = metallicity <= 0 ? LOG10_Z_WITHOUT_METALS : Math.log10(metallicity);
    constant = 10.0153615 - 0.03601771 * z - 0.03218365 * z * z;
    linear = -3.91089893 - 0.31139679 * z - 0.01323112 * z * z;
    quadratic = 0.99947209 + 0.09109059 * z;
  }

  /** Lifetime of the stars at a point of the grid, Gyr. */
  double lifetimeGyr(int point) {
    double l = grid.log10Mass(point);
    return Math.pow(10, constant + l * (linear + l * quadratic) - LOG10_YEARS_PER_GYR);
  }

  /**
   * The interval of the mass grid in which stars die at an age.
   *
   * <p>The reference tabulates the lifetimes of all points and searches the age among them. The
   * inverse of the parabola gives the same interval. The parabola has two branches. Only the one
   * with shorter lives for larger masses is used. At high metallicity the other one begins above 97
   * Msun; those stars are dead after the first step.
   *
   * @param log10AgeGyr decimal logarithm of the age in Gyr
   * @return point i with lifetime(i) &gt;= age &gt; lifetime(i + 1); SIZE - 1 while all stars live,
   *     and -1 when all are dead
   */
  int dyingInterval(double log10AgeGyr) {
    double c = constant - log10AgeGyr - LOG10_YEARS_PER_GYR;
    double discriminant = linear * linear - 4 * quadratic * c;
    if (!(discriminant >= 0)) {
      return MassGrid.SIZE - 1;
    }
    // the form of the root that stays accurate where the quadratic term vanishes (log10 Z = -11)
    double l = 2 * c / (Math.sqrt(discriminant) - linear);
    if (l >= grid.log10Mass(MassGrid.SIZE - 1)) {
      return MassGrid.SIZE - 1;
    }
    if (l < grid.log10Mass(0)) {
      return -1;
    }
    return grid.interval(l);
  }

  /**
   * The mass of the stars that die at an age, Msun: lifetimes interpolated linearly between the
   * points of the grid; 100 while all stars live, 0.1 when all are dead.
   *
   * @param ageGyr age, Gyr
   */
  double dyingMass(double ageGyr) {
    if (ageGyr <= 0) {
      return MassGrid.HIGHEST_MSUN;
    }
    int i = dyingInterval(Math.log10(ageGyr));
    if (i == MassGrid.SIZE - 1) {
      return MassGrid.HIGHEST_MSUN;
    }
    if (i < 0) {
      return MassGrid.LOWEST_MSUN;
    }
    double longer = lifetimeGyr(i);
    double shorter = lifetimeGyr(i + 1);
    return grid.mass(i)
        + (grid.mass(i + 1) - grid.mass(i)) * (longer - ageGyr) / (longer - shorter);
  }
}
