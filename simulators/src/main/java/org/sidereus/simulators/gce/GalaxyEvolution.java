package org.sidereus.simulators.gce;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/**
 * One run: the gas of the galaxy and of the corona around it, step by step, until the star is born.
 * Masses are in units of the stellar mass formed by then. Holds the work arrays; not safe for use
 * by several threads.
 */
final class GalaxyEvolution implements ForwardModel.Runner {
  private static final double PRIMORDIAL_H = 0.76;
  private static final double PRIMORDIAL_HE = 0.24;

  private final double accretion;
  private final StellarPopulation population;
  private final StarFormation starFormation = new StarFormation();

  // at step k, element x: index 9 k + x
  private final double[] ism = new double[StarFormation.STEPS * Element.COUNT];
  private final double[] corona = new double[StarFormation.STEPS * Element.COUNT];
  private final double[] returned = new double[StarFormation.STEPS * Element.COUNT];
  private final double[] infall = new double[StarFormation.STEPS];
  private final double[] birth = new double[Element.COUNT];

  GalaxyEvolution(MassGrid grid, YieldSet yields, double accretion) {
    this.accretion = accretion;
    population = new StellarPopulation(grid, yields);
  }

  @Override
  public SimulationResult run(double[] theta) {
    if (theta.length != GceModel.PARAMETER_COUNT) {
      throw new IllegalArgumentException(
          "theta must hold " + GceModel.PARAMETER_COUNT + " values but holds " + theta.length);
    }
    for (double value : theta) {
      if (!Double.isFinite(value)) {
        return new SimulationResult.Failed(GceFailure.NOT_A_NUMBER);
      }
    }
    @Nullable GceFailure reason = evolve(theta);
    if (reason != null) {
      return new SimulationResult.Failed(reason);
    }
    double[] y = abundances((starFormation.steps() - 1) * Element.COUNT);
    for (double value : y) {
      if (!Double.isFinite(value)) {
        return new SimulationResult.Failed(GceFailure.NOT_FINITE);
      }
    }
    return new SimulationResult.Observables(y);
  }

  private @Nullable GceFailure evolve(double[] theta) {
    double slope = theta[0];
    double supernovaePerMsun = Math.pow(10, theta[1]);
    double efficiencyPerGyr = Math.pow(10, theta[2]);
    double peakGyr = Math.pow(10, theta[3]);
    double feedback = theta[4];
    double birthGyr = theta[5];

    @Nullable GceFailure reason = starFormation.set(peakGyr, birthGyr);
    if (reason != null) {
      return reason;
    }
    int steps = starFormation.steps();
    population.set(slope, supernovaePerMsun, starFormation.stepGyr());
    Arrays.fill(returned, 0);
    double gasPerStar = 1 / (efficiencyPerGyr * starFormation.stepGyr());

    double first = starFormation.formed(0);
    double gas = Math.max(1.0000001 * first, first * gasPerStar);
    setPrimordial(ism, gas - first);
    // holds the gas of all stars that the galaxy will ever form, not only by birth (section 4)
    setPrimordial(corona, 1 / starFormation.shareByBirth() - gas + accretion * first);
    infall[0] = gas;
    if (isNegative(0)) {
      return GceFailure.NEGATIVE_MASS;
    }
    for (int k = 1; k < steps; k++) {
      ageGeneration(k - 1, steps);
      population.addSupernovaeIa(starFormation.formed(), k, k, returned);
      reason = advance(k, feedback, gasPerStar);
      if (reason != null) {
        return reason;
      }
      // the last step is not checked (section 4)
      if (k < steps - 1 && isNegative(k)) {
        return GceFailure.NEGATIVE_MASS;
      }
    }
    return null;
  }

  private static void setPrimordial(double[] gas, double mass) {
    Arrays.fill(gas, 0, Element.COUNT, 0);
    gas[Element.H.ordinal()] = PRIMORDIAL_H * mass;
    gas[Element.HE.ordinal()] = PRIMORDIAL_HE * mass;
  }

  /** Adds to the later steps what the stars born at step b return. */
  private void ageGeneration(int b, int steps) {
    int at = b * Element.COUNT;
    double metallicity = metals(ism, at) / total(ism, at);
    // the composition is that of one step before the metallicity (section 5)
    int before = Math.max(b - 1, 0) * Element.COUNT;
    double mass = total(ism, before);
    for (int x = 0; x < Element.COUNT; x++) {
      birth[x] = ism[before + x] / mass;
    }
    population.addReturn(starFormation.formed(b), metallicity, birth, steps - 1 - b, returned, at);
  }

  /** Gas flows of step k, in the order of section 4. */
  private @Nullable GceFailure advance(int k, double feedback, double gasPerStar) {
    int now = k * Element.COUNT;
    int before = now - Element.COUNT;
    double stars = starFormation.formed(k);
    for (int x = 0; x < Element.COUNT; x++) {
      ism[now + x] = ism[before + x] + (1 - feedback) * returned[now + x];
      corona[now + x] = corona[before + x] + feedback * returned[now + x];
    }
    corona[now + Element.H.ordinal()] += accretion * stars * PRIMORDIAL_H;
    corona[now + Element.HE.ordinal()] += accretion * stars * PRIMORDIAL_HE;

    double gas = total(ism, now);
    double reservoir = total(corona, now);
    double inflow = Math.max(0, (stars * gasPerStar - gas) * 1.00000001);
    if (inflow + gas <= stars) {
      inflow = 1.01 * (stars - gas);
    }
    inflow = Math.min(inflow, reservoir);
    infall[k] = inflow;
    double drained = inflow / reservoir;
    for (int x = 0; x < Element.COUNT; x++) {
      double moved = drained * corona[now + x];
      ism[now + x] += moved;
      corona[now + x] -= moved;
    }
    gas = total(ism, now);
    if (gas < stars) {
      return GceFailure.GAS_EXHAUSTED;
    }
    double left = 1 - stars / gas;
    for (int x = 0; x < Element.COUNT; x++) {
      ism[now + x] *= left;
    }
    return null;
  }

  private boolean isNegative(int k) {
    int at = k * Element.COUNT;
    for (int x = 0; x < Element.COUNT; x++) {
      if (ism[at + x] < 0) {
        return true;
      }
    }
    return total(ism, at) < 0 || total(corona, at) < 0;
  }

  private static double total(double[] gas, int at) {
    double sum = 0;
    for (int x = 0; x < Element.COUNT; x++) {
      sum += gas[at + x];
    }
    return sum;
  }

  private static double metals(double[] gas, int at) {
    double sum = 0;
    for (int x = Element.FIRST_METAL; x < Element.COUNT; x++) {
      sum += gas[at + x];
    }
    return sum;
  }

  /** [X/Fe] and [Fe/H] of the gas, dex, in the order of {@link GceModel#observables()}. */
  private double[] abundances(int at) {
    double ironOverH = overHydrogen(at, Element.FE);
    double[] y = new double[GceModel.OBSERVABLE_COUNT];
    for (int i = 0; i < y.length; i++) {
      Element element = GceModel.OBSERVED.get(i);
      y[i] = element == Element.FE ? ironOverH : overHydrogen(at, element) - ironOverH;
    }
    return y;
  }

  private double overHydrogen(int at, Element element) {
    double number = ism[at + element.ordinal()] / element.atomicMass;
    double hydrogen = ism[at + Element.H.ordinal()] / Element.H.atomicMass;
    return Math.log10(number / hydrogen) + Element.H.solarAbundance - element.solarAbundance;
  }

  /** Mass of an element in the gas of the galaxy at step k of the last run. */
  double ism(int k, Element element) {
    return ism[k * Element.COUNT + element.ordinal()];
  }

  /** Mass of an element in the corona at step k of the last run. */
  double corona(int k, Element element) {
    return corona[k * Element.COUNT + element.ordinal()];
  }

  /** Mass of an element that all stars return at step k of the last run. */
  double returned(int k, Element element) {
    return returned[k * Element.COUNT + element.ordinal()];
  }

  /** Mass that flowed from the corona into the galaxy at step k of the last run. */
  double infall(int k) {
    return infall[k];
  }

  /** Number of steps of the last run. */
  int steps() {
    return starFormation.steps();
  }

  /** Mass of the stars formed at step k of the last run. */
  double formed(int k) {
    return starFormation.formed(k);
  }
}
