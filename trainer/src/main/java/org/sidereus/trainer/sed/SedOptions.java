package org.sidereus.trainer.sed;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of every command that runs the model. */
final class SedOptions {
  @Option(
      names = "--weights",
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

  /** What becomes of a burst before the beginning of the universe. */
  enum LateBurst {
    DARK,
    ABSENT
  }

  StellarSpectra spectra() {
    return spectra(weights, lateBurst);
  }

  static StellarSpectra spectra(Path weights, LateBurst lateBurst) {
    WeightsDirectory directory = WeightsDirectory.of(weights);
    return new StellarSpectra(
        directory.historyNetworks(),
        directory.burstNetworks(),
        directory.hasEarlierBurst(),
        directory.histories(),
        directory.filterCurves(),
        lateBurst == LateBurst.ABSENT);
  }

  /** What the outcomes depend on: the rule of late bursts and the hashes of the files. */
  Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("simulator", "photometry of stellar populations");
    provenance.put("late_burst", lateBurst.name().toLowerCase(java.util.Locale.ROOT));
    provenance.put("weights_sha256", WeightsDirectory.of(weights).sha256());
    return provenance;
  }
}
