package org.sidereus.simulators.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.process.NamedSimulator;
import org.sidereus.simulators.process.SimulatedCase;
import org.sidereus.simulators.sets.ObservationModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * The science case of a case file, whose simulator is an option: {@code simulate --case FILE
 * --simulator "python sim.py"}.
 */
public final class FileCase implements ScienceCase {
  @Parameters(
      paramLabel = "FILE",
      description =
          "The case: parameters, priors, observables and errors (docs/reference/case.md).")
  private Path file;

  @Mixin private SimulatorOption option = new SimulatorOption();

  private @Nullable CaseFile caseFile;
  private @Nullable NamedSimulator simulator;

  /** The content of the file; read once. */
  public CaseFile caseFile() {
    if (caseFile == null) {
      caseFile = CaseFile.read(file);
    }
    return caseFile;
  }

  @Override
  public String commandName() {
    return "--case";
  }

  @Override
  public String name() {
    return caseFile().name();
  }

  @Override
  public String description() {
    return caseFile().description();
  }

  @Override
  public ForwardModel model() {
    return new SimulatedCase(caseFile(), simulator());
  }

  private NamedSimulator simulator() {
    if (simulator == null) {
      simulator = option.open();
    }
    return simulator;
  }

  /** The surveys of the file; it has the errors of each observable. */
  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    return caseFile().survey();
  }

  @Override
  public Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put(CaseFile.KEY, caseFile().source());
    provenance.putAll(simulator().provenance());
    return provenance;
  }

  /** None: {@code bench simulator} names no file. */
  @Override
  public Map<String, ForwardModel> models(Optional<Path> inputs) {
    return Map.of();
  }

  /** None: {@code validate} needs the simulator's command, and takes the case from the bundle. */
  @Override
  public Optional<ForwardModel> modelOf(Map<String, Object> provenance, Optional<Path> inputs) {
    return Optional.empty();
  }
}
