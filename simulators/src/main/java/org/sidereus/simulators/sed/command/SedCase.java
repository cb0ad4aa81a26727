package org.sidereus.simulators.sed.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.command.CaseOptions;
import org.sidereus.simulators.command.SimulateCommand;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sed.LateBurst;
import org.sidereus.simulators.sed.PhotometricSurvey;
import org.sidereus.simulators.sed.ProvabgsFiles;
import org.sidereus.simulators.sed.ProvabgsTable;
import org.sidereus.simulators.sed.SedModel;
import org.sidereus.simulators.sed.StellarSpectra;
import org.sidereus.simulators.sets.ObservationModel;
import picocli.CommandLine.Mixin;

/** The science case {@code sed}: photometry of galaxies. */
public final class SedCase implements ScienceCase {
  @Mixin private SedOptions options;

  @Override
  public String name() {
    return "sed";
  }

  @Override
  public String description() {
    return "Masses, star formation and dust of galaxies from their photometry in ugriz.";
  }

  @Override
  public Optional<String> inputsOption() {
    return Optional.of(SedOptions.WEIGHTS);
  }

  @Override
  public Map<String, Object> commands() {
    return Map.of(
        "simulate",
        CaseOptions.command(new SimulateCommand(() -> new ProvabgsTable(options.spectra())), this));
  }

  @Override
  public ForwardModel model() {
    return new SedModel(options.spectra());
  }

  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    return new PhotometricSurvey(false);
  }

  @Override
  public Map<String, Object> provenance() {
    return options.provenance();
  }

  @Override
  public Map<String, ForwardModel> models(Optional<Path> inputs) {
    return Map.of("provabgs", new SedModel(StellarSpectra.of(folder(inputs), LateBurst.DARK)));
  }

  @Override
  public Optional<ForwardModel> modelOf(Map<String, Object> provenance, Optional<Path> inputs) {
    if (!"sed-provabgs".equals(provenance.get("model"))) {
      return Optional.empty();
    }
    Path folder = folder(inputs);
    if (!ProvabgsFiles.of(folder).sha256().equals(provenance.get("weights_sha256"))) {
      throw new SidereusException(
          "the files in "
              + folder
              + " are not those that the bundle was trained with; name the right folder");
    }
    LateBurst rule =
        "absent".equals(provenance.get("late_burst")) ? LateBurst.ABSENT : LateBurst.DARK;
    return Optional.of(new SedModel(StellarSpectra.of(folder, rule)));
  }

  private static Path folder(Optional<Path> inputs) {
    return inputs.orElseThrow(
        () ->
            new SidereusException(
                "the simulator reads networks and filters; name their folder with "
                    + SedOptions.WEIGHTS));
  }
}
