package org.sidereus.trainer.gce;

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
   * Adds what one generation returns in each step of its life.
   *
   * @param mass stellar mass formed; the returned masses are in the same unit
   * @param metallicity mass fraction of metals at birth, which selects yields and lifetimes
   * @param birth array that holds the composition [9] of the unprocessed ejecta, mass fractions
   * @param birthOffset index of its first element
   * @param ages number of steps; the return at ages 1 .. {@code ages} is added
   * @param target the return at age k is added to the 9 elements from {@code offset + 9 k}
   * @param offset index in {@code target} of the return at age 0, which is nothing
   */
  void addReturn(
      double mass,
      double metallicity,
      double[] birth,
      int birthOffset,
      int ages,
      double[] target,
      int offset) {
    StellarLifetimes lifetimes = new StellarLifetimes(grid, metallicity);
    int lowerSupernova = yields.supernovaII().lower(metallicity);
    double upperSupernovaWeight = yields.supernovaII().upperWeight(lowerSupernova, metallicity);
    int lowerAgb = yields.agb().lower(metallicity);
    double upperAgbWeight = yields.agb().upperWeight(lowerAgb, metallicity);

    // the points from this one on are dead; at birth all but the point at 100 Msun, which is never
    // returned, are alive
    int deadFrom = MassGrid.SIZE - 1;
    for (int k = 1; k <= ages; k++) {
      int at = offset + k * Element.COUNT;
      double explosions = mass * supernovaIaRate.explosions(k);
      for (int x = 0; x < Element.COUNT; x++) {
        target[at + x] += explosions * supernovaIa[x];
      }
      if (deadFrom <= lowestAgbPoint) {
        continue;
      }
      int dying = lifetimes.dyingInterval(log10AgeGyr[k]);
      int deadNow = Math.min(dying + 1, MassGrid.SIZE - 1);
      if (deadFrom > lowestSupernovaPoint) {
        add(
            yields.supernovaII(),
            lowerSupernova,
            upperSupernovaWeight,
            Math.max(deadNow, lowestSupernovaPoint),
            deadFrom,
            mass,
            birth,
            birthOffset,
            target,
            at);
      }
      // the step in which the dying mass passes below 1 Msun returns nothing (section 6)
      boolean aboveAgbLimit =
          deadNow > lowestAgbPoint
              || deadNow == lowestAgbPoint
                  && lifetimes.dyingMass(k * stepGyr) >= YieldSet.LOWEST_AGB_MSUN;
      if (aboveAgbLimit && deadNow < lowestSupernovaPoint) {
        add(
            yields.agb(),
            lowerAgb,
            upperAgbWeight,
            deadNow,
            Math.min(deadFrom, lowestSupernovaPoint),
            mass,
            birth,
            birthOffset,
            target,
            at);
      }
      deadFrom = deadNow;
    }
  }

  private void add(
      YieldChannel channel,
      int lower,
      double upperWeight,
      int from,
      int to,
      double mass,
      double[] birth,
      int birthOffset,
      double[] target,
      int at) {
    if (from >= to) {
      return;
    }
    channel
        .tables()
        .get(lower)
        .addReturn(imf, from, to, mass * (1 - upperWeight), birth, birthOffset, target, at);
    if (upperWeight != 0) {
      channel
          .tables()
          .get(lower + 1)
          .addReturn(imf, from, to, mass * upperWeight, birth, birthOffset, target, at);
    }
  }
}
