package org.sidereus.simulators.sed.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sidereus.simulators.sed.LateBurst;
import org.sidereus.simulators.sed.ProvabgsFiles;
import org.sidereus.simulators.sed.StellarSpectra;
import picocli.CommandLine.Option;

/** The options of every command that runs the model. */
final class SedOptions {
  /** Names the folder of the networks and filters. */
  static final String WEIGHTS = "--weights";

  @Option(
      names = WEIGHTS,
      required = true,
      paramLabel = "DIR",
      description =
          "Folder with provabgs/ (networks and tables of PROVABGS) and filters/ (sdss2010-*.ecsv of"
              + " speclite), or a checkout of provabgs with a folder filters.")
  private Path weights;

  @Option(
      names = "--late-burst",
      paramLabel = "RULE",
      defaultValue = "dark",
      description =
          "A burst before the beginning of the universe: dark (its mass gives no light, as in"
              + " PROVABGS) or absent (default: ${DEFAULT-VALUE}).")
  private LateBurst lateBurst;

  StellarSpectra spectra() {
    return StellarSpectra.of(weights, lateBurst);
  }

  /** What the outcomes depend on: the rule of late bursts and the hashes of the files. */
  Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("simulator", "photometry of stellar populations");
    provenance.put("late_burst", lateBurst.name().toLowerCase(Locale.ROOT));
    provenance.put("weights_sha256", ProvabgsFiles.of(weights).sha256());
    return provenance;
  }
}
