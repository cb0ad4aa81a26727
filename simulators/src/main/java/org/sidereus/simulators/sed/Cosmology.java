package org.sidereus.simulators.sed;

/**
 * The flat cosmology of Planck Collaboration (2014), table 5: age of the universe and luminosity
 * distance at small redshifts. Photons and neutrinos, one of which has a mass, are counted as in
 * Komatsu et al. (2011), section 3.3.
 */
final class Cosmology {
  /** Largest redshift of the tables. */
  static final double LARGEST_REDSHIFT = 0.2;

  private static final double HUBBLE_KM_S_MPC = 67.77;
  private static final double MATTER = 0.30712;
  private static final double PHOTONS_K = 2.7255;
  private static final double EFFECTIVE_NEUTRINOS = 3.046;
  private static final int NEUTRINOS = 3;
  private static final double NEUTRINO_MASS_EV = 0.06;

  private static final double KM_PER_MPC = 3.0856775814913674e19;
  private static final double CM_PER_MPC = 1e5 * KM_PER_MPC;
  private static final double SECONDS_PER_GYR = 1e9 * 365.25 * 86400;
  private static final double LIGHT_KM_S = 299792.458;
  private static final double STEFAN_BOLTZMANN = 5.670374419e-8; // W m^-2 K^-4
  private static final double GRAVITATION = 6.6743e-11; // m^3 kg^-1 s^-2
  private static final double BOLTZMANN_EV = 8.617333262e-5; // eV/K

  private static final int CELLS = 2000;
  private static final double STEP = LARGEST_REDSHIFT / CELLS;

  private final double[] agesGyr = new double[CELLS + 1];
  private final double[] distancesMpc = new double[CELLS + 1]; // comoving

  Cosmology() {
    double hubbleTimeGyr = KM_PER_MPC / HUBBLE_KM_S_MPC / SECONDS_PER_GYR;
    // age(0): integral of 1 / E over the logarithm of the scale factor
    double sum = 0;
    int steps = 20_000;
    double lowest = Math.log(1e-10);
    for (int i = 0; i < steps; i++) {
      double a = Math.exp(lowest * (1 - (i + 0.5) / steps));
      sum += -lowest / steps / expansion(1 / a - 1);
    }
    agesGyr[0] = hubbleTimeGyr * sum;
    for (int i = 1; i <= CELLS; i++) {
      double z = i * STEP;
      double middle = z - STEP / 2;
      // Simpson's rule in each cell
      double inverse =
          (1 / expansion(z - STEP) + 4 / expansion(middle) + 1 / expansion(z)) * STEP / 6;
      double times =
          (1 / expansion(z - STEP) / (1 + z - STEP)
                  + 4 / expansion(middle) / (1 + middle)
                  + 1 / expansion(z) / (1 + z))
              * STEP
              / 6;
      distancesMpc[i] = distancesMpc[i - 1] + LIGHT_KM_S / HUBBLE_KM_S_MPC * inverse;
      agesGyr[i] = agesGyr[i - 1] - hubbleTimeGyr * times;
    }
  }

  /** Hubble rate over that of today. */
  private static double expansion(double z) {
    double hubble = HUBBLE_KM_S_MPC / KM_PER_MPC; // 1/s
    double critical = 3 * hubble * hubble / (8 * Math.PI * GRAVITATION); // kg/m^3
    double light = 1e3 * LIGHT_KM_S; // m/s
    double photons = 4 * STEFAN_BOLTZMANN * Math.pow(PHOTONS_K, 4) / Math.pow(light, 3) / critical;
    double dark = 1 - MATTER - photons * (1 + neutrinos(0));
    double a = 1 + z;
    return Math.sqrt(a * a * a * (MATTER + a * photons * (1 + neutrinos(z))) + dark);
  }

  /** Energy of the neutrinos over that of the photons, Komatsu et al. (2011), equation 26. */
  private static double neutrinos(double z) {
    double temperature = 0.7137658555036082 * PHOTONS_K * (1 + z);
    double y = 0.3173 * NEUTRINO_MASS_EV / (BOLTZMANN_EV * temperature);
    double massive = Math.pow(1 + Math.pow(y, 1.83), 1 / 1.83);
    return 0.22710731766023898 * EFFECTIVE_NEUTRINOS / NEUTRINOS * (NEUTRINOS - 1 + massive);
  }

  /** Age of the universe in Gyr. */
  double ageGyr(double redshift) {
    return at(agesGyr, redshift);
  }

  /** Luminosity distance in cm. */
  double luminosityDistanceCm(double redshift) {
    return CM_PER_MPC * (1 + redshift) * at(distancesMpc, redshift);
  }

  private static double at(double[] table, double redshift) {
    if (!(redshift >= 0 && redshift <= LARGEST_REDSHIFT)) {
      throw new IllegalArgumentException(
          "the redshift must be within 0 and " + LARGEST_REDSHIFT + " but is " + redshift);
    }
    int cell = Math.min(CELLS - 1, (int) (redshift / STEP));
    double share = redshift / STEP - cell;
    return table[cell] + share * (table[cell + 1] - table[cell]);
  }
}
