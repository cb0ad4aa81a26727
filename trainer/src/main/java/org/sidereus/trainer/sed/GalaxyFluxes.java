package org.sidereus.trainer.sed;

import java.util.List;

/** Fluxes of batches of galaxies; the memory of one thread. */
final class GalaxyFluxes {
  /** Galaxies that are computed together: weights are read once for all of them. */
  static final int BATCH = 32;

  private static final double SUN_ERG_S = 3.846e33;

  private final StellarSpectra spectra;
  private final float[][] first;
  private final float[][] second;
  private final float[][] history;
  private final float[][] burst;

  GalaxyFluxes(StellarSpectra spectra) {
    this.spectra = spectra;
    int widest = 0;
    for (List<SpectrumNetwork> networks :
        List.of(spectra.historyNetworks(), spectra.burstNetworks())) {
      for (SpectrumNetwork network : networks) {
        widest = Math.max(widest, network.widest());
      }
    }
    first = new float[BATCH][widest];
    second = new float[BATCH][widest];
    history = new float[BATCH][spectra.wavelengths().length];
    burst = new float[BATCH][spectra.wavelengths().length];
  }

  /** Fluxes in nanomaggies of any number of galaxies, [galaxies][filters]. */
  double[][] nanomaggies(List<Galaxy> galaxies) {
    double[][] result = new double[galaxies.size()][];
    for (int from = 0; from < result.length; from += BATCH) {
      int to = Math.min(result.length, from + BATCH);
      List<Galaxy> batch = galaxies.subList(from, to);
      luminosities(batch);
      for (int i = 0; i < batch.size(); i++) {
        result[from + i] = through(spectra.filters(), batch.get(i), history[i]);
      }
    }
    return result;
  }

  /** Luminosity in Lsun/A at the wavelengths of the spectra. */
  double[] luminosity(Galaxy galaxy) {
    luminosities(List.of(galaxy));
    double mass = Math.pow(10, galaxy.logMass());
    double[] result = new double[history[0].length];
    for (int j = 0; j < result.length; j++) {
      result[j] = mass * history[0][j];
    }
    return result;
  }

  /** Luminosities for each Msun, into {@link #history}. */
  private void luminosities(List<Galaxy> batch) {
    int rows = batch.size();
    int from = 0;
    for (SpectrumNetwork network : spectra.historyNetworks()) {
      for (int i = 0; i < rows; i++) {
        spectra.historyInputs(batch.get(i), first[i]);
      }
      from = evaluate(network, rows, history, from);
    }
    from = 0;
    for (SpectrumNetwork network : spectra.burstNetworks()) {
      for (int i = 0; i < rows; i++) {
        spectra.burstInputs(batch.get(i), first[i]);
      }
      from = evaluate(network, rows, burst, from);
    }
    for (int i = 0; i < rows; i++) {
      mix(
          (float) spectra.historyShare(batch.get(i)),
          history[i],
          (float) spectra.burstShare(batch.get(i)),
          burst[i]);
    }
  }

  private int evaluate(SpectrumNetwork network, int rows, float[][] luminosities, int from) {
    float[][] logarithms = network.logLuminosities(first, second, rows);
    int count = network.wavelengths().length;
    for (int i = 0; i < rows; i++) {
      VectorFunctions.exp(logarithms[i], count, luminosities[i], from);
    }
    return from + count;
  }

  private static void mix(float share, float[] into, float otherShare, float[] other) {
    for (int j = 0; j < into.length; j++) {
      into[j] = share * into[j] + otherShare * other[j];
    }
  }

  private double[] through(List<FilterCurve> filters, Galaxy galaxy, float[] luminosity) {
    double stretch = 1 + galaxy.redshift();
    double distance = spectra.cosmology().luminosityDistanceCm(galaxy.redshift());
    double scale =
        Math.pow(10, galaxy.logMass())
            * (SUN_ERG_S / (4 * Math.PI * distance * distance) / stretch);
    double[] fluxes = new double[filters.size()];
    for (int band = 0; band < fluxes.length; band++) {
      fluxes[band] =
          scale * filters.get(band).nanomaggies(spectra.wavelengths(), luminosity, stretch);
    }
    return fluxes;
  }
}
