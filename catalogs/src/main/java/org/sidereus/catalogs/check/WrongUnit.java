package org.sidereus.catalogs.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the unit that values probably have, where they are far from what the bundle knows. */
final class WrongUnit {
  private static final double LIGHT_KM_S = 299_792.458;
  private static final double NANOMAGGIE_ZERO_POINT = 22.5;
  private static final double VISIBLE_HZ_ERG = 48.6;

  private WrongUnit() {}

  /** A way in which numbers may be written. */
  private record Guess(String unit, double value) {}

  /**
   * What could be wrong with the unit of an observable.
   *
   * @param unit unit of the observable; may be empty
   * @param median of the values
   * @param lower end of the range of the training; null: not known
   * @param upper end of that range; null: not known
   * @return null if the median is in the range, or no unit explains it
   */
  static @Nullable String of(
      String name, String unit, double median, @Nullable Double lower, @Nullable Double upper) {
    if (lower == null || upper == null || Double.isNaN(median)) {
      return null;
    }
    if (median >= lower && median <= upper) {
      return null;
    }
    List<String> fitting = new ArrayList<>();
    for (Guess guess : guesses(name, unit, median)) {
      if (guess.value() >= lower && guess.value() <= upper) {
        fitting.add(guess.unit());
      }
    }
    String range = Range.text(lower) + " to " + Range.text(upper);
    String value = Range.text(median);
    return fitting.isEmpty()
        ? "the median %s is outside of the training (%s): is the unit right, and is every sentinel in 'missing'?"
            .formatted(value, range)
        : "the median %s is outside of the training (%s): probably a wrong unit; the values would fit as %s"
            .formatted(value, range, String.join(", or as ", fitting));
  }

  private static List<Guess> guesses(String name, String unit, double x) {
    List<Guess> guesses = new ArrayList<>();
    switch (unit) {
      case "mag" -> {
        // values that are no magnitudes at all
        flux(guesses, "a flux in nanomaggies ('magnitude')", x, NANOMAGGIE_ZERO_POINT);
        flux(guesses, "a flux in maggies ('magnitude' with \"unit\": \"maggy\")", x, 0);
        flux(guesses, "a flux in uJy ('magnitude' with \"unit\": \"uJy\")", x, 23.9);
        flux(guesses, "a flux in mJy ('magnitude' with \"unit\": \"mJy\")", x, 16.4);
        flux(guesses, "a flux in Jy ('magnitude' with \"unit\": \"Jy\")", x, 8.9);
        flux(
            guesses,
            "a flux in erg/s/cm2/Hz ('magnitude' with \"unit\": \"erg.s-1.cm-2.Hz-1\")",
            x,
            -VISIBLE_HZ_ERG);
        // magnitudes of a flux in another unit than nanomaggies
        shifted(guesses, "magnitudes of a flux in uJy (\"unit\": \"uJy\")", x, 23.9);
        shifted(guesses, "magnitudes of a flux in mJy (\"unit\": \"mJy\")", x, 16.4);
        shifted(guesses, "magnitudes of a flux in Jy (\"unit\": \"Jy\")", x, 8.9);
        shifted(guesses, "magnitudes of a flux in maggies (\"unit\": \"maggy\")", x, 0);
        guesses.add(new Guess("absolute magnitudes of something at 100 Mpc", x + 35));
      }
      case "dex" -> {
        guesses.add(
            new Guess("an abundance log eps(X) = A(X) ('difference' with the solar one)", x - 7));
        if (x > 0) {
          guesses.add(new Guess("a ratio that is no logarithm ('log10')", Math.log10(x)));
        }
        guesses.add(new Guess("a number in units of 0.01 dex ('linear')", x / 100));
      }
      case "Gyr" -> {
        guesses.add(new Guess("an age or time in Myr (\"unit\": \"Myr\")", x / 1e3));
        guesses.add(new Guess("an age or time in years (\"unit\": \"yr\")", x / 1e9));
        if (x < 20) {
          guesses.add(new Guess("log10 of years ('power_of_ten')", Math.pow(10, x - 9)));
        }
      }
      default -> {
        if (name.toLowerCase(Locale.ROOT).contains("redshift")) {
          guesses.add(
              new Guess("a velocity in km/s ('linear' with 1 / 299792.458)", x / LIGHT_KM_S));
        }
      }
    }
    return guesses;
  }

  private static void flux(List<Guess> guesses, String unit, double x, double zeroPoint) {
    if (x > 0) {
      guesses.add(new Guess(unit, zeroPoint - 2.5 * Math.log10(x)));
    }
  }

  private static void shifted(List<Guess> guesses, String unit, double x, double zeroPoint) {
    guesses.add(new Guess(unit, x - NANOMAGGIE_ZERO_POINT + zeroPoint));
  }
}
