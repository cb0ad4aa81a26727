package org.sidereus.trainer.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.command.UserError;

class GceTrainingCaseTest {
  @TempDir Path folder;

  @Test
  void shouldKnowNothingOfBundlesOfOtherSimulators() {
    assertThat(new GceTrainingCase().modelOf(Map.of("model", "other"), folder)).isEmpty();
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
    assertThatThrownBy(() -> new GceTrainingCase().modelOf(provenance(), folder))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(folder.toString(), "SNII.hdf5 is missing", "--yields");
  }

  @Test
  void shouldRefuseOtherTablesThanThoseOfTheBundle() {
    Path yields = Reference.require("yields");
    assertThatThrownBy(() -> new GceTrainingCase().modelOf(provenance(), yields))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(yields.toString(), "not those that the bundle was trained with");
  }
}
