package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StellarLifetimesTest {
  private final MassGrid grid = new MassGrid();

  @ParameterizedTest
  @CsvSource({"1, 9.63", "2, 1.07", "8, 0.0384", "40, 0.00471"})
  void shouldHaveThePublishedLifetimes(double mass, double gyr) {
    double age = gyr;
    double dying = new StellarLifetimes(grid, 0.02).dyingMass(age);
    assertThat(dying).isCloseTo(mass, within(0.005 * mass));
  }

  /** The search among tabulated lifetimes that the inversion replaces. */
  @Property(tries = 300)
  void shouldInterpolateBetweenTheLifetimesOfTheGrid(
      @ForAll @DoubleRange(min = -13, max = -0.9) double log10Z,
      @ForAll @DoubleRange(min = -1.53, max = 1.14) double log10AgeGyr) {
    StellarLifetimes lifetimes = new StellarLifetimes(grid, Math.pow(10, log10Z));
    double age = Math.pow(10, log10AgeGyr);
    int i = MassGrid.SIZE - 1;
    while (i >= 0 && lifetimes.lifetimeGyr(i) < age) {
      i--;
    }
    double expected;
    if (i == MassGrid.SIZE - 1) {
      expected = 100;
    } else if (i < 0) {
      expected = 0.1;
    } else {
      double longer = lifetimes.lifetimeGyr(i);
      double shorter = lifetimes.lifetimeGyr(i + 1);
      double part = (longer - age) / (longer - shorter);
      expected = grid.mass(i) + part * (grid.mass(i + 1) - grid.mass(i));
    }
    assertThat(lifetimes.dyingMass(age)).isCloseTo(expected, within(1e-9 * expected));
  }

  @Test
  void shouldKillAllStarsWithinOneStepWhereTheFitIsExtrapolated() {
    assertThat(new StellarLifetimes(grid, 1.3e-11).dyingMass(0.37)).isLessThan(0.15);
    assertThat(new StellarLifetimes(grid, 0).dyingMass(0.37)).isGreaterThan(1);
    assertThat(new StellarLifetimes(grid, 0).dyingMass(0.37))
        .isEqualTo(new StellarLifetimes(grid, 1e-5).dyingMass(0.37));
  }

  @Test
  void shouldLetAllStarsLiveAtBirth() {
    assertThat(new StellarLifetimes(grid, 0.02).dyingMass(0)).isEqualTo(100);
    assertThat(new StellarLifetimes(grid, 0.02).dyingMass(1e-4)).isEqualTo(100);
  }
}
