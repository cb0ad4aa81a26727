package org.sidereus.simulators.gce.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.simulators.gce.GceModel;
import org.sidereus.simulators.gce.Reference;
import org.sidereus.simulators.gce.YieldSource;

class GceCaseTest {
  @TempDir Path folder;

  @Test
  void shouldKnowNothingOfBundlesOfOtherSimulators() {
    assertThat(new GceCase().modelOf(Map.of("model", "other"), Optional.of(folder))).isEmpty();
  }

  private static Map<String, Object> provenance() {
    return Map.of(
        "model",
        "gce-tng",
        "accretion",
        1e-6,
        "yield_sha256",
        Map.of("TNG/AGB.hdf5", "0".repeat(64)));
  }

  @Test
  void shouldNameATableThatIsMissing() {
    assertThatThrownBy(() -> new GceCase().modelOf(provenance(), Optional.of(folder)))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(folder.toString(), "SNII.hdf5 is missing", "--yields");
  }

  @Test
  void shouldRefuseOtherTablesThanThoseOfTheBundle() {
    Path yields = Reference.require("yields");
    assertThatThrownBy(() -> new GceCase().modelOf(provenance(), Optional.of(yields)))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(yields.toString(), "not those that the bundle was trained with");
  }

  @Test
  void shouldSayWhichOptionNamesTheTables() {
    assertThatThrownBy(() -> new GceCase().modelOf(provenance(), Optional.empty()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("name their folder with --yields");
    assertThatThrownBy(() -> new GceCase().models(Optional.empty()))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("name their folder with --yields");
  }

  /** As {@code validate --as-trained} does, which has none of the options of the case. */
  @Test
  void shouldKnowItsSurveysWithoutItsOptions() {
    GceModel model = Reference.model(YieldSource.TNG, GceModel.DEFAULT_ACCRETION);
    assertThat(new GceCase().anySurvey(model, 0.05).features())
        .contains(new Feature(Feature.Kind.MASK, "O_Fe"));
  }
}
