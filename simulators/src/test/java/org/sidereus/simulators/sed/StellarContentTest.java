package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.networks.Formula;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.run.PriorDraws;

class StellarContentTest {
  private static final double[] GALAXY = {10, 0.75, 2 / 3.0, 0.5, 0, 1, -2, -2, 1, 0.5, -0.7, 0.05};

  private static Map<String, Formula> formulas() {
    return new SedModel(SedReference.spectra())
        .derived().stream()
            .collect(Collectors.toMap(one -> one.quantity().name(), DerivedQuantity::formula));
  }

  /** What the original code gives. */
  @ParameterizedTest
  @CsvSource({"0, 1, 6.79214, 0.0337016, 0.613160", "0.3, 0.05, 4.769633, 0.0370624, 3.429212"})
  void shouldAgreeWithProvabgs(
      double burst, double burstGyr, double age, double metallicity, double rate) {
    Map<String, Formula> formulas = formulas();
    double[] galaxy = GALAXY.clone();
    galaxy[4] = burst;
    galaxy[5] = burstGyr;
    assertThat(formulas.get("age_MW_Gyr").at(galaxy)).isCloseTo(age, within(1e-3 * age));
    assertThat(Math.pow(10, formulas.get("log10_Z_MW").at(galaxy)))
        .isCloseTo(metallicity, within(1e-3 * metallicity));
    assertThat(Math.pow(10, formulas.get("log10_SFR_1Gyr").at(galaxy)))
        .isCloseTo(rate, within(1e-3 * rate));
  }

  @Test
  void shouldGiveThePhysicalParameters() {
    Map<String, Formula> formulas = formulas();
    for (double[] draw : new PriorDraws(new SedModel(SedReference.spectra()), 1).next(100)) {
      Galaxy galaxy = SedModel.galaxy(draw);
      double[] shares = Galaxy.shares(galaxy.history().sticks());
      for (int i = 0; i < 4; i++) {
        assertThat(formulas.get("beta" + (i + 1)).at(draw)).isCloseTo(shares[i], within(1e-12));
      }
      assertThat(Galaxy.sticks(shares)).containsExactly(galaxy.history().sticks(), within(1e-6));
      assertThat(formulas.get("gamma1").at(draw))
          .isCloseTo(galaxy.history().gamma1(), within(1e-12));
      assertThat(formulas.get("age_MW_Gyr").at(draw)).isBetween(0.0, 13.8);
    }
  }

  @Test
  void shouldNotCountABurstBeforeTheBeginning() {
    Map<String, Formula> formulas = formulas();
    double[] late = GALAXY.clone();
    late[4] = 0.5;
    late[5] = 13.2; // the universe is 13.1 Gyr old at this redshift
    for (String name : List.of("age_MW_Gyr", "log10_Z_MW", "log10_SFR_1Gyr")) {
      assertThat(formulas.get(name).at(late)).isEqualTo(formulas.get(name).at(GALAXY));
    }
  }

  @Test
  void shouldBeFiniteAtAnyRedshift() {
    double[] far = GALAXY.clone();
    far[SedModel.REDSHIFT_INDEX] = 0.7;
    formulas().values().forEach(formula -> assertThat(formula.at(far)).isFinite());
  }
}
