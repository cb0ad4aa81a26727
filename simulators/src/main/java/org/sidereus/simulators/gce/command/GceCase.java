package org.sidereus.simulators.gce.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.gce.GceModel;
import org.sidereus.simulators.gce.YieldDirectory;
import org.sidereus.simulators.gce.YieldSource;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.MeasuredParameter;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyHabits;
import picocli.CommandLine.Mixin;

/** The science case {@code gce}: abundances of stars. */
public final class GceCase implements ScienceCase {
  @Mixin private GceOptions options;

  @Override
  public String name() {
    return "gce";
  }

  @Override
  public String description() {
    return "Chemical evolution of a galaxy from the abundances of its stars.";
  }

  @Override
  public Optional<String> inputsOption() {
    return Optional.of(GceOptions.YIELDS);
  }

  @Override
  public Map<String, Object> commands() {
    return Map.of("mock", new MockGceCommand());
  }

  @Override
  public ForwardModel model() {
    return options.model();
  }

  /**
   * Abundances have errors of 0.01 to 0.3 dex, ages of stars of 0.2 to 4 Gyr. Spectra in the near
   * infrared (APOGEE) lack He and Ne, optical ones (HARPS, GALAH) also N and sometimes O.
   */
  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    List<String> names = model.parameters().stream().map(Parameter::name).toList();
    SurveyHabits habits =
        new SurveyHabits(
            0.01,
            0.3,
            List.of(new MeasuredParameter(names.indexOf(GceModel.T_BIRTH), 0.2, 4.0)),
            List.of(
                Set.of("C_Fe", "Fe_H", "Mg_Fe", "N_Fe", "O_Fe", "Si_Fe"),
                Set.of("C_Fe", "Fe_H", "Mg_Fe", "O_Fe", "Si_Fe"),
                Set.of("C_Fe", "Fe_H", "Mg_Fe", "Si_Fe")));
    return new AnySurvey(model, habits, defaultError);
  }

  @Override
  public Map<String, Object> provenance() {
    return options.provenance();
  }

  @Override
  public Map<String, ForwardModel> models(Optional<Path> inputs) {
    YieldDirectory yields = YieldDirectory.of(folder(inputs));
    Map<String, ForwardModel> models = new LinkedHashMap<>();
    for (YieldSource source : YieldSource.values()) {
      models.put(source.id(), GceModel.of(source, yields, GceModel.DEFAULT_ACCRETION));
    }
    return models;
  }

  @Override
  public Optional<ForwardModel> modelOf(Map<String, Object> provenance, Optional<Path> inputs) {
    String name = String.valueOf(provenance.get("model"));
    for (YieldSource source : YieldSource.values()) {
      if (name.equals(GceModel.nameOf(source))
          && provenance.get("accretion") instanceof Number accretion) {
        Path folder = folder(inputs);
        YieldDirectory yields = YieldDirectory.of(folder);
        // first, since it names a table that is missing
        GceModel model = GceModel.of(source, yields, accretion.doubleValue());
        if (!yields.sha256(source.folders()).equals(provenance.get("yield_sha256"))) {
          throw new SidereusException(
              "the yield tables in "
                  + folder
                  + " are not those that the bundle was trained with; name the right folder");
        }
        return Optional.of(model);
      }
    }
    return Optional.empty();
  }

  private static Path folder(Optional<Path> inputs) {
    return inputs.orElseThrow(
        () ->
            new SidereusException(
                "the simulator reads yield tables; name their folder with " + GceOptions.YIELDS));
  }
}
