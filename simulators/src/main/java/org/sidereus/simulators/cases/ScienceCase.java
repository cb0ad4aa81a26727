package org.sidereus.simulators.cases;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyErrors;

/**
 * A simulator, and what is known of the surveys that observe its objects. By its name {@code
 * simulate}, {@code mock}, {@code train} and {@code bench simulator} find it; {@code validate}
 * finds it by the provenance of a bundle.
 *
 * <p>An implementation may have command-line options as annotated fields; {@code simulate}, {@code
 * mock} and {@code train} have them beside their own. Only {@link #model()} and {@link
 * #provenance()} may read these fields, because {@code validate} and {@code bench} do not set them.
 * Implementations are named in {@code META-INF/services/org.sidereus.simulators.cases.ScienceCase}.
 */
public interface ScienceCase {
  /** Name of the subcommands: lower-case letters, digits and hyphens. */
  String name();

  /** One sentence about the bundles of this case. */
  String description();

  /**
   * The simulator that the options ask for.
   *
   * @throws SidereusException where its files are missing or broken
   */
  ForwardModel model();

  /**
   * The surveys that a flow for any survey is trained for.
   *
   * @param model a simulator of this case
   * @param defaultError error of those that give none
   */
  ObservationModel anySurvey(ForwardModel model, double defaultError);

  /**
   * The errors of a mock survey of this case whose user names none.
   *
   * @param model a simulator of this case
   * @throws SidereusException where nothing says how large they are
   */
  default SurveyErrors mockErrors(ForwardModel model) {
    return SurveyErrors.usual(model);
  }

  /**
   * Everything that the results of the simulator depend on besides the parameters: settings, and
   * hashes of the files that it reads; values that JSON can hold. The manifest of a bundle has them
   * beside {@code model}, the name of the simulator.
   */
  default Map<String, Object> provenance() {
    return Map.of();
  }

  /**
   * The option for the folder of the files that the simulator reads, such as {@code --yields}.
   * {@code validate} and {@code bench simulator} know it under this name too.
   *
   * @return empty for a simulator that reads no files
   */
  default Optional<String> inputsOption() {
    return Optional.empty();
  }

  /**
   * The simulators of this case with their usual settings, by name. A case that reads files or has
   * options overrides this.
   *
   * @param inputs folder of the files that they read; empty where the user named none
   * @throws SidereusException where files are needed and missing or broken
   */
  default Map<String, ForwardModel> models(Optional<Path> inputs) {
    return Map.of(name(), model());
  }

  /**
   * The simulator that a bundle of this case was trained with. The default compares the name of the
   * model. A case that reads files or has options overrides this.
   *
   * @param provenance of the bundle's manifest
   * @param inputs folder of the files that the simulator reads; empty where the user named none
   * @return empty for a bundle of another case
   * @throws SidereusException where files are needed and missing or broken, or are not those of the
   *     provenance
   */
  default Optional<ForwardModel> modelOf(Map<String, Object> provenance, Optional<Path> inputs) {
    ForwardModel model = model();
    return model.name().equals(provenance.get("model")) ? Optional.of(model) : Optional.empty();
  }

  /**
   * Commands of this case in place of those that all cases have.
   *
   * @return command objects by the name of their parent, {@code simulate} or {@code mock}
   */
  default Map<String, Object> commands() {
    return Map.of();
  }
}
