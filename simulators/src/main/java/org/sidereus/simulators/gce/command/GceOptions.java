package org.sidereus.simulators.gce.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sidereus.simulators.gce.GceModel;
import org.sidereus.simulators.gce.YieldDirectory;
import org.sidereus.simulators.gce.YieldSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that runs the model. */
final class GceOptions {
  /** Names the folder of the yield tables. */
  static final String YIELDS = "--yields";

  @Option(
      names = YIELDS,
      required = true,
      paramLabel = "DIR",
      description =
          "Folder of the yield tables (holds TNG/ or Nomoto2013/ ...), or a checkout of"
              + " ChempyMulti.")
  private Path yields;

  @Option(
      names = "--yield-set",
      paramLabel = "SET",
      defaultValue = "tng",
      description = "Yield set: tng or alternative (default: ${DEFAULT-VALUE}).")
  private YieldSource yieldSet;

  @Option(
      names = "--accretion",
      paramLabel = "A",
      defaultValue = "1e-6",
      description =
          "Primordial gas that falls into the corona, per mass of stars formed; 1e-6 as in the"
              + " published mock data, 1 as in the released reference code (default:"
              + " ${DEFAULT-VALUE}).")
  private double accretion;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The model that the options ask for. */
  GceModel model() {
    if (!(accretion >= 0 && Double.isFinite(accretion))) {
      throw new ParameterException(
          command.commandLine(), "--accretion must be a number not below 0 but is " + accretion);
    }
    return GceModel.of(yieldSet, YieldDirectory.of(yields), accretion);
  }

  /** What the outcomes depend on: yield set, accretion factor and the hashes of the tables. */
  Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("simulator", "one-zone chemical evolution");
    provenance.put("yield_set", yieldSet.id());
    provenance.put("accretion", accretion);
    provenance.put("yield_sha256", YieldDirectory.of(yields).sha256(yieldSet.folders()));
    return provenance;
  }
}
