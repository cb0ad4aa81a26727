package org.sidereus.simulators.gce.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.gce.Reference;

class GceCaseTest {
  @TempDir Path folder;

  @Test
  void shouldKnowNothingOfBundlesOfOtherSimulators() {
    assertThat(new GceCase().modelOf(Map.of("model", "other"), folder)).isEmpty();
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
    assertThatThrownBy(() -> new GceCase().modelOf(provenance(), folder))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(folder.toString(), "SNII.hdf5 is missing", "--yields");
  }

  @Test
  void shouldRefuseOtherTablesThanThoseOfTheBundle() {
    Path yields = Reference.require("yields");
    assertThatThrownBy(() -> new GceCase().modelOf(provenance(), yields))
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll(yields.toString(), "not those that the bundle was trained with");
  }
}
