package org.sidereus.catalogs.mapping;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A unit of a column, as VOUnits 1.1, the standards of the CDS and FITS, and surveys write it.
 *
 * @param text as it is written
 * @param kind whether values are in the unit, or logarithms or magnitudes of it
 * @param scale of one of it in the base units; of a magnitude in mag, of a logarithm of the base
 *     units
 * @param powers of the base units, without those of power 0
 */
public record Unit(String text, Kind kind, double scale, Map<String, Integer> powers) {

  /** What values in the unit are. */
  public enum Kind {
    /** Values in the unit. */
    LINEAR,
    /** log10 of values in the unit, such as dex. */
    LOGARITHM,
    /** AB magnitudes, or magnitudes of a system that is not said. */
    MAGNITUDE,
    /** Magnitudes with the spectrum of Vega as their zero point. */
    VEGA_MAGNITUDE
  }

  /** Flux of one nanomaggie, the flux of an AB magnitude of 22.5, in Jy: 3631e-9. */
  public static final double NANOMAGGIE_JY = 3631e-9;

  /** Nanomaggies. */
  public static final Unit NANOMAGGIES = known("nmgy");

  /** AB magnitudes. */
  public static final Unit MAGNITUDES = known("mag");

  /** Decimal logarithm of a ratio. */
  public static final Unit DEX = known("dex");

  /** Billions of years. */
  public static final Unit GYR = known("Gyr");

  /** No unit. */
  public static final Unit ONE = new Unit("1", Kind.LINEAR, 1, Map.of());

  public Unit {
    powers = Map.copyOf(powers);
  }

  /**
   * Reads a unit.
   *
   * @return null if the text says no unit, or one that is not known
   */
  public static @Nullable Unit parse(String text) {
    return new UnitParser(text).unit();
  }

  private static Unit known(String text) {
    Unit unit = parse(text);
    if (unit == null) {
      throw new IllegalStateException("the unit " + text + " is not known");
    }
    return unit;
  }

  /** Whether it is a number without dimension. */
  public boolean isPure() {
    return kind == Kind.LINEAR && powers.isEmpty();
  }

  /** Whether it is a flux density per frequency, such as Jy or nanomaggies. */
  public boolean isFlux() {
    return kind == Kind.LINEAR && powers.equals(NANOMAGGIES.powers);
  }

  /** Whether values become those of another unit by a factor, or by an offset of logarithms. */
  public boolean isLike(Unit other) {
    return kind == other.kind && powers.equals(other.powers);
  }

  /** Values in the other unit of one in this unit; the units are alike and not logarithms. */
  double factor(Unit other) {
    return scale / other.scale;
  }

  /** What a value in this unit and in the other one differ by; both are alike and logarithms. */
  double offset(Unit other) {
    return Math.log10(scale / other.scale);
  }

  /** The product with a power of another unit; both are linear. */
  Unit times(Unit other, int power) {
    Map<String, Integer> sum = new TreeMap<>(powers);
    other.powers.forEach((base, one) -> sum.merge(base, power * one, Integer::sum));
    sum.values().removeIf(one -> one == 0);
    String symbol = power == 1 ? "." + other.text : "/(" + other.text + ")";
    String name =
        power == 1 || power == -1 ? text + symbol : text + ".(" + other.text + ")" + power;
    return new Unit(name, Kind.LINEAR, scale * Math.pow(other.scale, power), sum);
  }

  /** The unit of logarithms of values in this unit. */
  Unit logarithm() {
    return new Unit("[" + text + "]", Kind.LOGARITHM, scale, powers);
  }

  /** The unit of powers of ten of values in this unit, which is a logarithm. */
  Unit power() {
    String inner = text.startsWith("[") ? text.substring(1, text.length() - 1) : "1";
    return new Unit(inner, Kind.LINEAR, scale, powers);
  }

  @Override
  public String toString() {
    return text;
  }
}
