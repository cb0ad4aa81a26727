package org.sidereus.simulators.gce;

import java.util.Arrays;

/**
 * Initial mass function of Chabrier (2001, table 1, IMF 3 form) with a free slope above 1 Msun, as
 * the share of the stellar mass in the points of the {@link MassGrid}; the shares sum to 1 over 0.1
 * to 100 Msun.
 *
 * <p>The model only needs sums of shares over runs of points. Below 1 Msun they are tabulated once.
 * Above, a share is a power of the mass on equidistant points, and the formula of Euler and
 * Maclaurin gives the sum from the ends of the run with an error below 1e-13, so a change of the
 * slope costs one exponential per end instead of 5000.
 *
 * <p>Holds the sums of the current slope; not safe for use by several threads.
 */
final class InitialMassFunction {
  private static final double LOGNORMAL_AMPLITUDE = 0.852464;
  private static final double LOGNORMAL_MASS_MSUN = 0.079;
  private static final double LOGNORMAL_WIDTH_DEX = 0.69;
  private static final double POWER_LAW_AMPLITUDE = 0.237912;
  private static final double BREAK_MSUN = 1;

  /** Exponents below this lose digits in (m^q - 1)/q. */
  private static final double SMALL_EXPONENT = 0.1;

  private final int firstAboveBreak;

  /** Mass in the points below point i, for i up to the break; before normalisation. */
  private final double[] massBelowBreak;

  /** Natural logarithm of the mass of the points, and of one more beyond the end. */
  private final double[] logMass = new double[MassGrid.SIZE + 1];

  private final double[] stepOverMass = new double[MassGrid.SIZE + 1];

  private double slope = Double.NaN;
  private double exponent;
  private double firstDerivative;
  private double thirdDerivative;
  private double fifthDerivative;
  private double sumAtBreak;
  private double norm;

  // share below point i, filled when asked for; NaN where not yet known for this slope
  private final double[] shareBelow = new double[MassGrid.SIZE + 1];

  InitialMassFunction(MassGrid grid) {
    firstAboveBreak = grid.firstAtOrAbove(BREAK_MSUN);
    massBelowBreak = new double[firstAboveBreak + 1];
    for (int i = 0; i < firstAboveBreak; i++) {
      double m = grid.mass(i);
      double x = Math.log10(m / LOGNORMAL_MASS_MSUN) / LOGNORMAL_WIDTH_DEX;
      // number n(m) = amplitude / m * exp(-x^2/2), times the mass
      massBelowBreak[i + 1] = massBelowBreak[i] + LOGNORMAL_AMPLITUDE * Math.exp(-0.5 * x * x);
    }
    for (int i = 0; i <= MassGrid.SIZE; i++) {
      double m = MassGrid.LOWEST_MSUN + MassGrid.STEP_MSUN * i;
      logMass[i] = Math.log(m);
      stepOverMass[i] = MassGrid.STEP_MSUN / m;
    }
  }

  /**
   * Sets the slope.
   *
   * @param alpha dn/dm is proportional to m^alpha above 1 Msun
   */
  void slope(double alpha) {
    if (alpha == slope) {
      return;
    }
    slope = alpha;
    Arrays.fill(shareBelow, Double.NaN);
    double p = alpha + 1;
    double third = p * (p - 1) * (p - 2);
    exponent = alpha + 2;
    firstDerivative = p / 12;
    thirdDerivative = -third / 720;
    fifthDerivative = third * (p - 3) * (p - 4) / 30240;
    sumAtBreak = indefiniteSum(firstAboveBreak);
    norm = 1;
    norm = 1 / massBelow(MassGrid.SIZE);
  }

  /**
   * Share of the stellar mass in the points 0 .. i-1.
   *
   * @param i a number of points, 0 to {@link MassGrid#SIZE}
   */
  double shareBelow(int i) {
    double share = shareBelow[i];
    if (Double.isNaN(share)) {
      share = norm * massBelow(i);
      shareBelow[i] = share;
    }
    return share;
  }

  private double massBelow(int i) {
    if (i <= firstAboveBreak) {
      return massBelowBreak[i];
    }
    return massBelowBreak[firstAboveBreak] + POWER_LAW_AMPLITUDE * (indefiniteSum(i) - sumAtBreak);
  }

  /**
   * A function whose difference between two points is the sum of m^p, p = alpha + 1, over the
   * points from the first to before the second: with step h and q = p + 1, the antiderivative m^q /
   * (q h) and the terms of Euler and Maclaurin up to the fifth derivative, in powers of h / m.
   */
  private double indefiniteSum(int i) {
    double power = Math.exp(exponent * logMass[i]);
    double integral =
        Math.abs(exponent) < SMALL_EXPONENT ? smallPowerIntegral(logMass[i]) : power / exponent;
    double x = stepOverMass[i];
    double x2 = x * x;
    return (integral
            + power
                * x
                * (-0.5 + x * (firstDerivative + x2 * (thirdDerivative + x2 * fifthDerivative))))
        / MassGrid.STEP_MSUN;
  }

  private double smallPowerIntegral(double logMass) {
    return exponent == 0 ? logMass : Math.expm1(exponent * logMass) / exponent;
  }
}
