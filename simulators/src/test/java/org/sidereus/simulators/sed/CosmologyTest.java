package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CosmologyTest {
  private final Cosmology cosmology = new Cosmology();

  @ParameterizedTest
  // values of astropy 5.2, Planck13
  @CsvSource({
    "0, 13.79629, 0",
    "0.05, 13.10050, 7.082536e26",
    "0.1, 12.45303, 1.466129e27",
    "0.15, 11.84986, 2.270848e27"
  })
  void shouldAgreeWithAstropy(double redshift, double ageGyr, double distanceCm) {
    assertThat(cosmology.ageGyr(redshift)).isCloseTo(ageGyr, within(1e-5));
    assertThat(cosmology.luminosityDistanceCm(redshift))
        .isCloseTo(distanceCm, within(5e-7 * distanceCm));
  }

  @Test
  void shouldRefuseWhatItDoesNotCover() {
    assertThatIllegalArgumentException().isThrownBy(() -> cosmology.ageGyr(0.21));
  }
}
