package org.sidereus.simulators.sed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What all threads share to compute spectra and fluxes of galaxies. The rules are those of PROVABGS
 * with its networks, no velocity dispersion, no nebular lines and no absorption between the
 * galaxies.
 */
public final class StellarSpectra {
  /** A burst has at least this age. */
  static final double YOUNGEST_BURST_GYR = 0.01;

  static final double OLDEST_BURST_GYR = 13.27;

  private final List<SpectrumNetwork> history = new ArrayList<>();
  private final List<SpectrumNetwork> burst = new ArrayList<>();
  private final double[] wavelengths;
  private final boolean logarithmicBurst;
  private final Histories histories;
  private final List<FilterCurve> filters;
  private final Cosmology cosmology = new Cosmology();
  private final boolean keepsLateBurst;

  /**
   * The spectra of the files of PROVABGS.
   *
   * @param files folder of networks, tables and filters; see {@link ProvabgsFiles}
   */
  public static StellarSpectra of(Path files, LateBurst lateBurst) {
    ProvabgsFiles directory = ProvabgsFiles.of(files);
    return new StellarSpectra(
        directory.historyNetworks(),
        directory.burstNetworks(),
        directory.hasEarlierBurst(),
        directory.histories(),
        directory.filterCurves(),
        lateBurst == LateBurst.ABSENT);
  }

  /**
   * Spectra.
   *
   * @param historyNetworks by wavelength
   * @param burstNetworks by wavelength, at the same wavelengths where filters need them
   * @param logarithmicBurst whether the first two inputs of a burst are log10
   * @param keepsLateBurst whether the mass of a burst that is older than the universe counts;
   *     false: it gives no light, as in PROVABGS; true: there is no burst, and its mass belongs to
   *     the history, as in the star formation histories of PROVABGS
   */
  public StellarSpectra(
      List<SpectrumNetwork> historyNetworks,
      List<SpectrumNetwork> burstNetworks,
      boolean logarithmicBurst,
      Histories histories,
      List<FilterCurve> filters,
      boolean keepsLateBurst) {
    double lowest =
        filters.stream().mapToDouble(FilterCurve::lowest).min().orElseThrow()
            / (1 + Cosmology.LARGEST_REDSHIFT);
    double highest = filters.stream().mapToDouble(FilterCurve::highest).max().orElseThrow();
    double[] all = cut(historyNetworks, lowest, highest, history);
    double[] ofBurst = cut(burstNetworks, lowest, highest, burst);
    if (!Arrays.equals(all, ofBurst)) {
      throw new IllegalArgumentException(
          "the networks of histories and bursts have different wavelengths");
    }
    if (all.length < 2 || all[0] > lowest || all[all.length - 1] < highest) {
      throw new IllegalArgumentException("the networks do not cover the filters");
    }
    wavelengths = all;
    this.logarithmicBurst = logarithmicBurst;
    this.histories = histories;
    this.filters = filters;
    this.keepsLateBurst = keepsLateBurst;
  }

  private static double[] cut(
      List<SpectrumNetwork> networks, double lowest, double highest, List<SpectrumNetwork> cut) {
    for (SpectrumNetwork network : networks) {
      SpectrumNetwork needed = network.within(lowest, highest);
      if (needed != null) {
        cut.add(needed);
      }
    }
    return cut.stream().flatMapToDouble(n -> Arrays.stream(n.wavelengths())).toArray();
  }

  /** Wavelengths of the spectra in the frame of the galaxy, Angstrom; do not change them. */
  double[] wavelengths() {
    return wavelengths;
  }

  List<SpectrumNetwork> historyNetworks() {
    return history;
  }

  List<SpectrumNetwork> burstNetworks() {
    return burst;
  }

  List<FilterCurve> filters() {
    return filters;
  }

  Histories histories() {
    return histories;
  }

  Cosmology cosmology() {
    return cosmology;
  }

  /** Inputs of the networks of a history, into the first numbers of a row. */
  void historyInputs(Galaxy galaxy, float[] row) {
    for (int i = 0; i < 3; i++) {
      row[i] = (float) galaxy.history().sticks()[i];
    }
    row[3] = (float) galaxy.history().gamma1();
    row[4] = (float) galaxy.history().gamma2();
    row[5] = (float) galaxy.dust().birthCloudDepth();
    row[6] = (float) galaxy.dust().depth();
    row[7] = (float) galaxy.dust().index();
    row[8] = (float) cosmology.ageGyr(galaxy.redshift());
  }

  /** Inputs of the networks of a burst, into the first numbers of a row. */
  void burstInputs(Galaxy galaxy, float[] row) {
    double gyr =
        Math.max(YOUNGEST_BURST_GYR, Math.min(OLDEST_BURST_GYR, galaxy.history().burstGyr()));
    double metallicity =
        histories.metallicity(galaxy.history().gamma1(), galaxy.history().gamma2(), gyr);
    row[0] = (float) (logarithmicBurst ? Math.log10(gyr) : gyr);
    row[1] = (float) (logarithmicBurst ? Math.log10(metallicity) : metallicity);
    row[2] = (float) galaxy.dust().depth();
    row[3] = (float) galaxy.dust().index();
  }

  /** Whether the mass of a burst that is older than the universe belongs to the history. */
  boolean keepsLateBurst() {
    return keepsLateBurst;
  }

  /** Share of the mass whose light is that of the history. */
  double historyShare(Galaxy galaxy) {
    return keepsLateBurst && isTooEarly(galaxy) ? 1 : 1 - galaxy.history().burstShare();
  }

  /** Share of the mass whose light is that of the burst. */
  double burstShare(Galaxy galaxy) {
    return isTooEarly(galaxy) ? 0 : galaxy.history().burstShare();
  }

  private boolean isTooEarly(Galaxy galaxy) {
    return !(galaxy.history().burstGyr() < cosmology.ageGyr(galaxy.redshift()));
  }
}
