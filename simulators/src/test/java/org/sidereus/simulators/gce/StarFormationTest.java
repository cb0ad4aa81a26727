package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StarFormationTest {
  private final StarFormation formation = new StarFormation();

  @Test
  void shouldFormOneUnitOfStarsByTheBirthOfTheStar() {
    assertThat(formation.set(3.5, 10)).isNull();
    double sum = 0;
    for (int k = 0; k < formation.steps(); k++) {
      sum += formation.formed(k);
    }
    assertThat(sum).isCloseTo(1, within(1e-14));
    assertThat(formation.steps()).isEqualTo(28);
    assertThat(formation.stepGyr()).isCloseTo(10.0 / 27, within(1e-15));
  }

  @Test
  void shouldEndOneStepEarlyAfterTheAgeOfTheUniverse() {
    assertThat(formation.set(3.5, 13.7976)).isNull();
    assertThat(formation.steps()).isEqualTo(28);
    assertThat(formation.set(3.5, 13.7977)).isNull();
    assertThat(formation.steps()).isEqualTo(27);
    assertThat(formation.stepGyr()).isCloseTo(13.7977 / 27, within(1e-15));
    assertThat(formation.shareByBirth()).isEqualTo(1);
  }

  @Test
  void shouldRequireFivePercentOfTheMeanRate() {
    assertThat(formation.set(Math.pow(10, 0.300), 13.79))
        .isEqualTo(GceFailure.STAR_FORMATION_TOO_LOW);
    assertThat(formation.set(Math.pow(10, 0.310), 13.79)).isNull();
  }

  @Test
  void shouldHaveFormedMoreStarsTheLaterTheBirth() {
    double last = 0;
    for (double birth = 1; birth < 13.7; birth += 0.5) {
      assertThat(formation.set(3.5, birth)).isNull();
      assertThat(formation.shareByBirth()).isBetween(last, 1.0);
      last = formation.shareByBirth();
    }
  }
}
