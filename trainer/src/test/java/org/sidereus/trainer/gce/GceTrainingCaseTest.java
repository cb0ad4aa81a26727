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

  @Test
  void shouldRefuseOtherTablesThanThoseOfTheBundle() {
    Map<String, Object> provenance =
        Map.of(
            "model",
            "gce-tng",
            "accretion",
            1e-6,
            "yield_sha256",
            Map.of("TNG/AGB.hdf5", "0".repeat(64)));
    assertThatThrownBy(() -> new GceTrainingCase().modelOf(provenance, folder))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(folder.toString());
  }
}
