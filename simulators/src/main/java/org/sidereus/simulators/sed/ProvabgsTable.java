package org.sidereus.simulators.sed;

import java.util.Arrays;
import java.util.List;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.PriorDraws;
import org.sidereus.simulators.run.SimulationTable;

/**
 * Galaxies by the parameters of PROVABGS (Hahn et al. 2023, section 4.1), with shares of the star
 * formation history that add up to 1, and their fluxes in nanomaggies. A galaxy has fluxes also
 * where it is brighter or fainter than all that a survey has.
 *
 * @param spectra the light of the galaxies
 */
public record ProvabgsTable(StellarSpectra spectra) implements SimulationTable {
  private static final List<String> INPUTS =
      List.of(
          "log10_M_formed",
          "beta1",
          "beta2",
          "beta3",
          "beta4",
          "f_burst",
          "t_burst_Gyr",
          "gamma1",
          "gamma2",
          "tau_BC",
          "tau_ISM",
          "n_dust",
          "redshift");

  /** Shares are printed with a few digits. */
  private static final double SUM_TOLERANCE = 1e-5;

  @Override
  public List<String> inputs() {
    return INPUTS;
  }

  @Override
  public List<String> results() {
    return ProvabgsFiles.BANDS.stream().map(band -> "nmgy_" + band).toList();
  }

  @Override
  public double[][] draw(int n, long seed) {
    double[][] rows = new PriorDraws(new SedModel(spectra), seed).next(n);
    for (int i = 0; i < n; i++) {
      rows[i] = row(SedModel.galaxy(rows[i]));
    }
    return rows;
  }

  @Override
  public void check(double[] row) {
    double[] shares = shares(row);
    double sum = Arrays.stream(shares).sum();
    boolean negative = Arrays.stream(shares).anyMatch(share -> share < 0);
    if (negative || Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "beta1 to beta4 must not be negative and must add up to 1, not " + sum);
    }
  }

  @Override
  public ForwardModel.Runner newRunner() {
    GalaxyFluxes fluxes = new GalaxyFluxes(spectra);
    return ForwardModel.Runner.ofMany(
        rows ->
            fluxes.results(
                Arrays.stream(rows).map(ProvabgsTable::galaxy).toList(),
                nanomaggies -> new SimulationResult.Observables(nanomaggies.whole())));
  }

  private static double[] shares(double[] row) {
    return Arrays.copyOfRange(row, 1, 5);
  }

  /** The galaxy of a row. */
  static Galaxy galaxy(double[] row) {
    return new Galaxy(
        row[0],
        new Galaxy.History(Galaxy.sticks(shares(row)), row[5], row[6], row[7], row[8]),
        new Galaxy.Dust(row[9], row[10], row[11]),
        row[12]);
  }

  private static double[] row(Galaxy galaxy) {
    double[] shares = Galaxy.shares(galaxy.history().sticks());
    return new double[] {
      galaxy.logMass(),
      shares[0],
      shares[1],
      shares[2],
      shares[3],
      galaxy.history().burstShare(),
      galaxy.history().burstGyr(),
      galaxy.history().gamma1(),
      galaxy.history().gamma2(),
      galaxy.dust().birthCloudDepth(),
      galaxy.dust().depth(),
      galaxy.dust().index(),
      galaxy.redshift()
    };
  }
}
