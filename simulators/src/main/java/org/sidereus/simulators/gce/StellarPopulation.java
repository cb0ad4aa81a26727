package org.sidereus.simulators.gce;

/**
 * What a generation of stars returns to the gas as it ages. Holds the work arrays of one run; not
 * safe for use by several threads.
 */
final class StellarPopulation {
  /** Hydrogen that a white dwarf accretes before it explodes, Msun: 0.3 times 2.156. */
  private static final double ACCRETED_HYDROGEN_MSUN = 0.6468;

  private final MassGrid grid;
  private final YieldSet yields;
  private final int lowestAgbPoint;
  private final int lowestSupernovaPoint;
  private final InitialMassFunction imf;
  private final SupernovaIaRate supernovaIaRate = new SupernovaIaRate();
  private final double[] log10AgeGyr = new double[StarFormation.STEPS];

  // what one supernova Ia adds to the gas, Msun
  private final double[] supernovaIa = new double[Element.COUNT];

  private double stepGyr;

  StellarPopulation(MassGrid grid, YieldSet yields) {
    this.grid = grid;
    this.yields = yields;
    imf = new InitialMassFunction(grid);
    lowestAgbPoint = grid.firstAtOrAbove(YieldSet.LOWEST_AGB_MSUN);
    lowestSupernovaPoint = grid.firstAtOrAbove(YieldSet.LOWEST_SUPERNOVA_MSUN);
    SupernovaIaYield ejecta = yields.supernovaIa();
    System.arraycopy(ejecta.elements(), 0, supernovaIa, 0, Element.COUNT);
    // the accreted hydrogen is taken from the gas at the explosion (section 6)
    supernovaIa[Element.H.ordinal()] -= ejecta.ejectedMass() - ACCRETED_HYDROGEN_MSUN;
  }

  /**
   * Sets what all generations of a run have in common.
   *
   * @param slope slope of the initial mass function above 1 Msun
   * @param supernovaePerMsun supernovae Ia per Msun formed, over 13.8 Gyr
   * @param stepGyr step of the time grid, Gyr
   */
  void set(double slope, double supernovaePerMsun, double stepGyr) {
    this.stepGyr = stepGyr;
    imf.slope(slope);
    supernovaIaRate.set(supernovaePerMsun, stepGyr);
    for (int k = 1; k < log10AgeGyr.length; k++) {
      log10AgeGyr[k] = Math.log10(k * stepGyr);
    }
  }

  /**
   * Adds what the supernovae II and the AGB stars of one generation return in each step of its
   * life.
   *
   * @param mass stellar mass formed; the returned masses are in the same unit
   * @param metallicity mass fraction of metals at birth, which selects yields and lifetimes
   * @param birth composition [9] of the unprocessed ejecta, mass fractions
   * @param ages number of steps; the return at ages 1 .. {@code ages} is added
   * @param target the return at age k is added to the 9 elements from {@code offset + 9 k}
   * @param offset index in {@code target} of the return at age 0, which is nothing
   */
  void addReturn(
      double mass, double metallicity, double[] birth, int ages, double[] target, int offset) {
    StellarLifetimes lifetimes = new StellarLifetimes(grid, metallicity);
    YieldChannel.Yields supernovaII = yields.supernovaII().at(metallicity);
    YieldChannel.Yields agb = yields.agb().at(metallicity);

    // The points from this one on are dead. At birth that is the point at 100 Msun, which is never
    // returned.
    int deadFrom = MassGrid.SIZE - 1;
    for (int k = 1; k <= ages && deadFrom > lowestAgbPoint; k++) {
      int at = offset + k * Element.COUNT;
      int deadNow = Math.min(lifetimes.dyingInterval(log10AgeGyr[k]) + 1, MassGrid.SIZE - 1);
      double unchanged = 0;
      int from = Math.max(deadNow, lowestSupernovaPoint);
      if (from < deadFrom) {
        unchanged += supernovaII.addNetYields(imf, from, deadFrom, mass, target, at);
      }
      int to = Math.min(deadFrom, lowestSupernovaPoint);
      if (deadNow < to && isAboveAgbLimit(lifetimes, deadNow, k)) {
        unchanged += agb.addNetYields(imf, deadNow, to, mass, target, at);
      }
      for (int x = 0; x < Element.COUNT; x++) {
        target[at + x] += unchanged * birth[x];
      }
      deadFrom = deadNow;
    }
  }

  /** The step in which the dying mass passes below 1 Msun returns nothing (section 6). */
  private boolean isAboveAgbLimit(StellarLifetimes lifetimes, int deadNow, int k) {
    return deadNow > lowestAgbPoint
        || (deadNow == lowestAgbPoint
            && lifetimes.dyingMass(k * stepGyr) >= YieldSet.LOWEST_AGB_MSUN);
  }

  /** Number of supernovae Ia per Msun formed in the step that ends at an age of k steps. */
  double supernovaeIa(int k) {
    return supernovaIaRate.explosions(k);
  }

  /**
   * Adds what the supernovae Ia of all generations return in one step.
   *
   * @param formed stellar mass formed in each step
   * @param generations number of steps, from the first, whose stars count
   * @param k the step, not below {@code generations}
   * @param target the return is added to the 9 elements from {@code 9 k}
   */
  void addSupernovaeIa(double[] formed, int generations, int k, double[] target) {
    double explosions = 0;
    for (int b = 0; b < generations; b++) {
      explosions += formed[b] * supernovaIaRate.explosions(k - b);
    }
    int at = k * Element.COUNT;
    for (int x = 0; x < Element.COUNT; x++) {
      target[at + x] += explosions * supernovaIa[x];
    }
  }
}
