package org.sidereus.simulators.sed.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.sidereus.cli.TerminalProgress;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.ParameterFile;
import org.sidereus.simulators.run.SimulationFile;
import org.sidereus.simulators.sed.Galaxy;
import org.sidereus.simulators.sed.GalaxyFluxes;
import org.sidereus.simulators.sed.ProvabgsFiles;
import org.sidereus.simulators.sed.VoidReason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus simulate sed}: noiseless photometry of galaxies. */
@Command(
    name = "sed",
    description = "Noiseless photometry of galaxies from the parameters of PROVABGS.",
    mixinStandardHelpOptions = true)
final class SimulateSedCommand implements Callable<Integer> {
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

  private static final int PIECE = 4096;

  @Mixin private SedOptions options;

  @Option(
      names = "--in",
      required = true,
      paramLabel = "FILE",
      description =
          "CSV file with the columns log10_M_formed, beta1 to beta4, f_burst, t_burst_Gyr, gamma1,"
              + " gamma2, tau_BC, tau_ISM, n_dust, redshift; others are ignored.")
  private Path in;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "CSV file to write: the same columns, nmgy_u to nmgy_z in nanomaggies, and void_reason,"
              + " which is empty where the galaxy has photometry.")
  private Path out;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    GalaxyFluxes fluxes = new GalaxyFluxes(options.spectra());
    double[][] rows = new ParameterFile(in, INPUTS).read();
    SimulationResult[] outcomes = new SimulationResult[rows.length];
    try (Progress progress = TerminalProgress.of("simulating", rows.length)) {
      for (int from = 0; from < rows.length; from += PIECE) {
        int to = Math.min(rows.length, from + PIECE);
        simulate(fluxes, rows, from, to, outcomes);
        progress.advance(to - from);
      }
    }
    List<String> bands = ProvabgsFiles.BANDS.stream().map(band -> "nmgy_" + band).toList();
    new SimulationFile(out, INPUTS, bands).write(rows, outcomes);
    long none = Arrays.stream(outcomes).filter(SimulationResult.Void.class::isInstance).count();
    command
        .commandLine()
        .getOut()
        .println(rows.length + " galaxies, " + none + " void, written to " + out);
    return 0;
  }

  private void simulate(
      GalaxyFluxes fluxes, double[][] rows, int from, int to, SimulationResult[] outcomes) {
    List<Galaxy> galaxies = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Galaxy galaxy = galaxy(rows[i], i);
      VoidReason reason = VoidReason.of(galaxy);
      if (reason == null) {
        galaxies.add(galaxy);
        places.add(i);
      } else {
        outcomes[i] = new SimulationResult.Void(reason);
      }
    }
    List<GalaxyFluxes.Fluxes> nanomaggies = fluxes.of(galaxies);
    for (int i = 0; i < nanomaggies.size(); i++) {
      outcomes[places.get(i)] = new SimulationResult.Observables(nanomaggies.get(i).whole());
    }
  }

  private Galaxy galaxy(double[] row, int index) {
    double[] shares = Arrays.copyOfRange(row, 1, 5);
    double sum = Arrays.stream(shares).sum();
    boolean fits = Arrays.stream(shares).allMatch(share -> share >= 0);
    if (!fits || Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new SidereusException(
          "file "
              + in
              + ", row "
              + (index + 1)
              + ": beta1 to beta4 must not be negative and must add up to 1, not "
              + sum);
    }
    return new Galaxy(
        row[0],
        Galaxy.sticks(shares),
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        row[11],
        row[12]);
  }
}
