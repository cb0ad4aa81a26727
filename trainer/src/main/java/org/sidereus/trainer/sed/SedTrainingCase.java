package org.sidereus.trainer.sed;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.sidereus.command.UserError;
import org.sidereus.trainer.ForwardModel;
import org.sidereus.trainer.TrainingCase;
import org.sidereus.trainer.data.ObservationModel;
import picocli.CommandLine.Mixin;

/** Training for galaxies' photometry: {@code sidereus train sed}. */
public final class SedTrainingCase implements TrainingCase {
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
  public ForwardModel model() {
    return new SedModel(options.spectra());
  }

  @Override
  public ObservationModel anySurvey(double defaultError) {
    return new PhotometricSurvey(false);
  }

  @Override
  public Map<String, Object> provenance() {
    return options.provenance();
  }

  @Override
  public Map<String, ForwardModel> models(Path inputs) {
    return Map.of("provabgs", new SedModel(SedOptions.spectra(inputs, SedOptions.LateBurst.DARK)));
  }

  @Override
  public Optional<ForwardModel> modelOf(Map<String, Object> provenance, Path inputs) {
    if (!"sed-provabgs".equals(provenance.get("model"))) {
      return Optional.empty();
    }
    if (!WeightsDirectory.of(inputs).sha256().equals(provenance.get("weights_sha256"))) {
      throw new UserError(
          "the files in "
              + inputs
              + " are not those that the bundle was trained with; name the right folder");
    }
    SedOptions.LateBurst rule =
        "absent".equals(provenance.get("late_burst"))
            ? SedOptions.LateBurst.ABSENT
            : SedOptions.LateBurst.DARK;
    return Optional.of(new SedModel(SedOptions.spectra(inputs, rule)));
  }
}
