package org.sidereus.simulators.command;

import java.nio.file.Path;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.casefile.TableNoise;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.process.SimulatedCase;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyErrors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * The science case of a case file, whose simulator is an option: {@code simulate --case FILE
 * --simulator "python sim.py"}.
 */
final class FileCase implements ScienceCase {
  /** Name of its commands. */
  static final String COMMAND = "--case";

  @Parameters(
      paramLabel = "FILE",
      description =
          "The case: parameters, priors, observables and errors (docs/reference/case.md).")
  private Path file;

  @Mixin private SimulatorOption option = new SimulatorOption();

  @Override
  public String name() {
    return caseFile().name();
  }

  @Override
  public String description() {
    return caseFile().description();
  }

  private CaseFile caseFile() {
    return CaseFile.read(file);
  }

  @Override
  public ForwardModel model() {
    return new SimulatedCase(caseFile(), option.open()).model();
  }

  /** The surveys of the file; it has the errors of each observable. */
  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    return caseFile().survey();
  }

  /** The errors of the file. */
  @Override
  public SurveyErrors mockErrors(ForwardModel model) {
    CaseFile own = caseFile();
    if (own.simulations() == TableNoise.NOISY) {
      throw new SidereusException(
          "the simulations of the case "
              + own.name()
              + " have their noise already, so that the errors of the file are not to be added;"
              + " --noise names the error that is");
    }
    return SurveyErrors.of(own.surveys());
  }
}
