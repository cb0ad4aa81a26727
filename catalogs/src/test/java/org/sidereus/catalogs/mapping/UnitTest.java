package org.sidereus.catalogs.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mJy | Jy | 1e-3",
        "uJy | Jy | 1e-6",
        "µJy | mJy | 1e-3",
        "nmgy | Jy | 3.631e-6",
        "nanomaggies | nmgy | 1",
        "nanomaggy | nmgy | 1",
        "maggies | nmgy | 1e9",
        "3.631uJy | nmgy | 1",
        // 1 erg/s/cm2/Hz = 1e23 Jy
        "erg.s-1.cm-2.Hz-1 | Jy | 1e23",
        "erg/s/cm2/Hz | Jy | 1e23",
        "erg/s/cm**2/Hz | Jy | 1e23",
        "erg / (Hz s cm2) | Jy | 1e23",
        "10-29erg/s/cm2/Hz | uJy | 1",
        "1e-29 erg s^-1 cm^-2 Hz^-1 | uJy | 1",
        "10**-29 erg s-1 cm-2 Hz-1 | uJy | 1",
        "W/m2/Hz | Jy | 1e26",
        "nanomaggy-2 | nmgy**-2 | 1",
        "1/nanomaggy^2 | nmgy-2 | 1",
        "Myr | Gyr | 1e-3",
        "yr | Gyr | 1e-9",
        "a | yr | 1",
        "mmag | mag | 1e-3",
        "mag(AB) | mag | 1",
        "% | 0.01% | 100",
        "km/s | m.s-1 | 1000",
        "mas/yr | arcsec/yr | 1e-3"
      })
  void shouldConvert(String from, String to, double factor) {
    Unit unit = Unit.parse(from);
    Unit other = Unit.parse(to);
    assertThat(unit).as(from).isNotNull();
    assertThat(other).as(to).isNotNull();
    assertThat(unit.isLike(other)).isTrue();
    assertThat(unit.factor(other) / factor).isCloseTo(1, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    "mag,dex",
    "mag,nmgy",
    "Jy,erg/s/cm2/Angstrom",
    "mag(Vega),mag",
    "dex,[K]",
    "Gyr,[yr]",
    "km/s,mag"
  })
  void shouldKnowWhatCannotBecomeTheOther(String from, String to) {
    assertThat(Unit.parse(from).isLike(Unit.parse(to))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dex", "[dex]", "[-]", "[Sun]", "dex(solar)", "log(Sun)"})
  void shouldTakeLogarithmsOfRatiosAsDex(String text) {
    assertThat(Unit.parse(text).isLike(Unit.DEX)).isTrue();
    assertThat(Unit.parse(text).offset(Unit.DEX)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "---", "furlong", "erg/s/furlong", "meta.id", "mag/arcsec2", "("})
  void shouldNotGuessAUnit(String text) {
    assertThat(Unit.parse(text)).isNull();
  }
}
