package org.sidereus.simulators.sed;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sidereus.simulators.model.SimulationResult;

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

  /**
   * Fluxes in nanomaggies.
   *
   * @param whole of the galaxy [filters]
   * @param history if all of its mass had the light of its history [filters]
   * @param burst if all of its mass had the light of its burst, whenever that was [filters]
   */
  record Fluxes(double[] whole, double[] history, double[] burst) {}

  /**
   * Results of any number of galaxies. Galaxies that the model does not describe fail.
   *
   * @param result what the fluxes of a galaxy give
   * @return results in the order of the galaxies
   */
  SimulationResult[] results(List<Galaxy> galaxies, Function<Fluxes, SimulationResult> result) {
    SimulationResult[] results = new SimulationResult[galaxies.size()];
    List<Galaxy> described = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < results.length; i++) {
      Optional<SedFailure> failure = SedFailure.of(galaxies.get(i));
      if (failure.isPresent()) {
        results[i] = new SimulationResult.Failed(failure.get());
      } else {
        described.add(galaxies.get(i));
        places.add(i);
      }
    }
    List<Fluxes> fluxes = of(described);
    for (int i = 0; i < fluxes.size(); i++) {
      results[places.get(i)] = result.apply(fluxes.get(i));
    }
    return results;
  }

  /** Fluxes of any number of galaxies that the model describes. */
  List<Fluxes> of(List<Galaxy> galaxies) {
    List<Fluxes> result = new ArrayList<>();
    for (int from = 0; from < galaxies.size(); from += BATCH) {
      int to = Math.min(galaxies.size(), from + BATCH);
      List<Galaxy> batch = galaxies.subList(from, to);
      luminosities(batch);
      for (int i = 0; i < batch.size(); i++) {
        result.add(fluxes(batch.get(i), history[i], burst[i]));
      }
    }
    return result;
  }

  private Fluxes fluxes(Galaxy galaxy, float[] ofHistory, float[] ofBurst) {
    double[] first = through(spectra.filters(), galaxy, ofHistory);
    double[] second = through(spectra.filters(), galaxy, ofBurst);
    double[] whole = new double[first.length];
    for (int band = 0; band < whole.length; band++) {
      whole[band] =
          spectra.historyShare(galaxy) * first[band] + spectra.burstShare(galaxy) * second[band];
    }
    return new Fluxes(whole, first, second);
  }

  /** Luminosity in Lsun/A at the wavelengths of the spectra. */
  double[] luminosity(Galaxy galaxy) {
    luminosities(List.of(galaxy));
    double mass = Math.pow(10, galaxy.logMass());
    double[] result = new double[history[0].length];
    for (int j = 0; j < result.length; j++) {
      result[j] =
          mass
              * (spectra.historyShare(galaxy) * history[0][j]
                  + spectra.burstShare(galaxy) * burst[0][j]);
    }
    return result;
  }

  /** Luminosities for each Msun, into {@link #history} and {@link #burst}. */
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
  }

  private int evaluate(SpectrumNetwork network, int rows, float[][] luminosities, int from) {
    float[][] logarithms = network.logLuminosities(first, second, rows);
    int count = network.wavelengths().length;
    for (int i = 0; i < rows; i++) {
      VectorFunctions.exp(logarithms[i], count, luminosities[i], from);
    }
    return from + count;
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
