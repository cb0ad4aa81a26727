package org.sidereus.simulators.cases;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.ObservationModel;

/**
 * One science case that bundles can be trained for. An implementation carries its own command-line
 * options as annotated fields; {@code sidereus train NAME} has them beside the common ones.
 * Implementations are named in {@code META-INF/services/org.sidereus.simulators.cases.ScienceCase}.
 */
public interface ScienceCase {
  /** Name of the subcommand. */
  String name();

  /** One sentence about the bundles of this case. */
  String description();

  /** The option, of {@code validate} and others, that names the folder of the simulator's files. */
  default String inputsOption() {
    return "--inputs";
  }

  /**
   * Commands of this case alone, in place of or beside those that all cases have.
   *
   * @return command objects by the name of their parent, such as {@code simulate} or {@code mock}
   */
  default Map<String, Object> commands() {
    return Map.of();
  }

  /**
   * The simulator that the options ask for.
   *
   * @throws org.sidereus.engine.SidereusException where its inputs are missing or broken
   */
  ForwardModel model();

  /**
   * The surveys that a flow for any survey is trained for.
   *
   * @param defaultError error of those that tell none
   */
  ObservationModel anySurvey(double defaultError);

  /**
   * Everything that the simulator's outcomes depend on besides the parameters: settings, and hashes
   * of the files it reads; values that JSON can hold.
   */
  Map<String, Object> provenance();

  /**
   * The simulators of this case with their usual settings, by name.
   *
   * @param inputs folder of the files that they read
   * @throws org.sidereus.engine.SidereusException where files are missing or broken
   */
  Map<String, ForwardModel> models(Path inputs);

  /**
   * The simulator that a bundle of this case was trained with.
   *
   * @param provenance of the bundle's manifest
   * @param inputs folder of the files that the simulator reads
   * @return empty for a bundle of another case
   * @throws org.sidereus.engine.SidereusException where the files are missing, broken or others
   *     than those of the provenance
   */
  Optional<ForwardModel> modelOf(Map<String, Object> provenance, Path inputs);
}
