package org.sidereus.catalogs.mapping;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@link Unit}. */
final class UnitParser {
  /** A power of ten before the units: {@code 10-17}, {@code 10**(-17)}, {@code 1e-17}, 3.6. */
  private static final Pattern SCALE =
      Pattern.compile(
          "10(?:\\*\\*|\\^)?[({]?([+-]\\d+|(?<=[*^({])\\d+)[)}]?|(\\d+\\.?\\d*(?:[eE][+-]?\\d+)?)");

  private static final Pattern SYMBOL = Pattern.compile("[\\p{L}%_'\"\u00b5\u00b0]+");
  private static final Pattern POWER =
      Pattern.compile("(?:\\*\\*|\\^)?(?:\\(([+-]?\\d+)\\)|([+-]?\\d+))");
  private static final Pattern LOGARITHM =
      Pattern.compile("(?:\\[(?<brackets>.*)]|(?:log10|log|lg|dex)\\s*\\((?<parens>.*)\\))");
  private static final Pattern MAGNITUDE =
      Pattern.compile(
          "(?i)(?<prefix>m?)mag(?:nitudes?)?\\s*[(\\[_-]?\\s*(?<system>ab|vega|st|sdss)?\\s*[)\\]]?"
              + "|(?<first>ab|vega|st)[ _]?(?<plain>mags?|magnitudes?)");

  private static final double SECONDS_PER_YEAR = 365.25 * 86400;

  /** Symbols without a prefix, by the base units. */
  private static final Map<String, Unit> SYMBOLS = new HashMap<>();

  /** Symbols that take prefixes. */
  private static final Map<String, Unit> PREFIXED = new HashMap<>();

  private static final Map<String, Double> PREFIXES =
      Map.ofEntries(
          Map.entry("", 1.0),
          Map.entry("f", 1e-15),
          Map.entry("p", 1e-12),
          Map.entry("n", 1e-9),
          Map.entry("u", 1e-6),
          Map.entry("\u00b5", 1e-6),
          Map.entry("\u03bc", 1e-6),
          Map.entry("m", 1e-3),
          Map.entry("c", 1e-2),
          Map.entry("d", 1e-1),
          Map.entry("k", 1e3),
          Map.entry("M", 1e6),
          Map.entry("G", 1e9),
          Map.entry("T", 1e12));

  static {
    Map<String, Integer> none = Map.of();
    Map<String, Integer> flux = Map.of("kg", 1, "s", -2);
    put(PREFIXED, 1, Map.of("m", 1), "m");
    put(PREFIXED, 1e-3, Map.of("kg", 1), "g");
    put(PREFIXED, 1, Map.of("s", 1), "s", "sec");
    put(PREFIXED, 1, Map.of("K", 1), "K");
    put(PREFIXED, 1, Map.of("A", 1), "A");
    put(PREFIXED, 1, Map.of("rad", 1), "rad");
    put(PREFIXED, 1, Map.of("s", -1), "Hz");
    put(PREFIXED, 1, Map.of("kg", 1, "m", 2, "s", -2), "J");
    put(PREFIXED, 1.602176634e-19, Map.of("kg", 1, "m", 2, "s", -2), "eV");
    put(PREFIXED, 1, Map.of("kg", 1, "m", 2, "s", -3), "W");
    put(PREFIXED, 1e-26, flux, "Jy", "jansky", "Jansky");
    put(PREFIXED, 3631e-26, flux, "mgy", "maggy", "maggie", "maggies", "Mgy");
    put(PREFIXED, SECONDS_PER_YEAR, Map.of("s", 1), "yr", "a", "year");
    put(PREFIXED, 3.0856775814913673e16, Map.of("m", 1), "pc");
    put(PREFIXED, Math.PI / 180 / 3600, Map.of("rad", 1), "arcsec", "as");
    put(SYMBOLS, 1e-7, Map.of("kg", 1, "m", 2, "s", -2), "erg", "ergs");
    put(SYMBOLS, 1e-10, Map.of("m", 1), "Angstrom", "angstrom", "Angstroms", "Ang", "AA", "\u00c5");
    put(SYMBOLS, 60, Map.of("s", 1), "min");
    put(SYMBOLS, 3600, Map.of("s", 1), "h", "hr", "hour");
    put(SYMBOLS, 86400, Map.of("s", 1), "d", "day", "days");
    put(SYMBOLS, SECONDS_PER_YEAR, Map.of("s", 1), "years", "yrs");
    put(SYMBOLS, 1e9 * SECONDS_PER_YEAR, Map.of("s", 1), "gyr", "Gyrs", "Gyears", "BY");
    put(SYMBOLS, 1e6 * SECONDS_PER_YEAR, Map.of("s", 1), "Myrs");
    put(SYMBOLS, Math.PI / 180, Map.of("rad", 1), "deg", "degree", "degrees", "\u00b0");
    put(SYMBOLS, Math.PI / 180 / 60, Map.of("rad", 1), "arcmin");
    put(SYMBOLS, 1.98840987e30, Map.of("kg", 1), "Msun", "solMass", "M_sun", "Msol");
    put(SYMBOLS, 3.828e26, Map.of("kg", 1, "m", 2, "s", -3), "Lsun", "solLum");
    put(SYMBOLS, 6.957e8, Map.of("m", 1), "Rsun", "solRad");
    put(SYMBOLS, 1.495978707e11, Map.of("m", 1), "AU", "au");
    put(PREFIXED, 1, Map.of("rad", 2), "sr");
    put(SYMBOLS, 0.01, none, "%", "percent", "pct");
    put(SYMBOLS, 1, none, "Sun", "solar");
    put(
        SYMBOLS,
        1,
        Map.of("count", 1),
        "ct",
        "count",
        "counts",
        "adu",
        "ADU",
        "electron",
        "photon");
  }

  private final String text;

  UnitParser(String text) {
    this.text = text.strip();
  }

  private static void put(
      Map<String, Unit> symbols, double scale, Map<String, Integer> powers, String... names) {
    for (String name : names) {
      symbols.put(name, new Unit(name, Unit.Kind.LINEAR, scale, powers));
    }
  }

  @Nullable Unit unit() {
    if (text.isEmpty() || text.equals("1") || text.replace("-", "").isEmpty()) {
      return null;
    }
    Matcher magnitude = MAGNITUDE.matcher(text);
    if (magnitude.matches()) {
      String system = magnitude.group("system");
      String named = system == null ? magnitude.group("first") : system;
      boolean vega = named != null && named.toLowerCase(Locale.ROOT).equals("vega");
      if (named != null && named.toLowerCase(Locale.ROOT).equals("st")) {
        return null;
      }
      boolean thousandth = "m".equals(magnitude.group("prefix"));
      return new Unit(
          text,
          vega ? Unit.Kind.VEGA_MAGNITUDE : Unit.Kind.MAGNITUDE,
          thousandth ? 1e-3 : 1,
          Map.of());
    }
    if (text.equals("dex") || text.equals("[-]") || text.equals("[dex]") || text.equals("[1]")) {
      return new Unit(text, Unit.Kind.LOGARITHM, 1, Map.of());
    }
    Matcher logarithm = LOGARITHM.matcher(text);
    if (logarithm.matches()) {
      String brackets = logarithm.group("brackets");
      Unit inner = linear(brackets == null ? logarithm.group("parens") : brackets);
      return inner == null
          ? null
          : new Unit(text, Unit.Kind.LOGARITHM, inner.scale(), inner.powers());
    }
    Unit unit = linear(text);
    return unit == null ? null : new Unit(text, Unit.Kind.LINEAR, unit.scale(), unit.powers());
  }

  /** A product of powers of symbols; null if a symbol is not known. */
  private static @Nullable Unit linear(String text) {
    double scale = 1;
    Map<String, Integer> powers = new TreeMap<>();
    int at = 0;
    int sign = 1;
    String rest = text.replace("{", "(").replace("}", ")").strip();
    Matcher number = SCALE.matcher(rest);
    if (number.lookingAt()) {
      String exponent = number.group(1);
      scale = exponent == null ? Double.parseDouble(number.group(2)) : power(exponent);
      at = number.end();
    }
    int depth = 0;
    boolean grouped = false;
    boolean any = false;
    while (at < rest.length()) {
      char c = rest.charAt(at);
      if (c == '/') {
        sign = -1;
        at++;
      } else if (c == '.' || c == '*' || c == ' ' || c == '\u00b7') {
        at++; // a slash divides by the next unit or parenthesis only
      } else if (c == '(') {
        depth++;
        grouped = sign < 0;
        at++;
      } else if (c == ')' && depth > 0) {
        depth--;
        grouped = false;
        sign = 1;
        at++;
      } else {
        Matcher symbol = SYMBOL.matcher(rest).region(at, rest.length());
        if (!symbol.lookingAt()) {
          return null;
        }
        Unit unit = symbol(symbol.group());
        if (unit == null) {
          return null;
        }
        at = symbol.end();
        int power = sign;
        Matcher exponent = POWER.matcher(rest).region(at, rest.length());
        if (exponent.lookingAt()) {
          String digits = exponent.group(1) == null ? exponent.group(2) : exponent.group(1);
          power = sign * Integer.parseInt(digits);
          at = exponent.end();
        }
        int all = power;
        scale *= Math.pow(unit.scale(), power);
        unit.powers().forEach((base, one) -> powers.merge(base, all * one, Integer::sum));
        any = true;
        sign = grouped ? sign : 1;
      }
    }
    if (depth != 0 || !any) {
      return null;
    }
    powers.values().removeIf(one -> one == 0);
    return new Unit(text, Unit.Kind.LINEAR, scale, powers);
  }

  private static double power(String exponent) {
    return Double.parseDouble("1e" + exponent);
  }

  private static @Nullable Unit symbol(String symbol) {
    Unit plain = SYMBOLS.containsKey(symbol) ? SYMBOLS.get(symbol) : PREFIXED.get(symbol);
    if (plain != null) {
      return plain;
    }
    if (symbol.startsWith("nano") || symbol.startsWith("micro") || symbol.startsWith("milli")) {
      String prefix = symbol.startsWith("nano") ? "n" : symbol.startsWith("micro") ? "u" : "m";
      Unit unit = PREFIXED.get(symbol.substring(symbol.startsWith("nano") ? 4 : 5));
      return unit == null ? null : scaled(symbol, unit, PREFIXES.getOrDefault(prefix, 1.0));
    }
    Double prefix = PREFIXES.get(symbol.substring(0, 1));
    Unit unit = symbol.length() < 2 ? null : PREFIXED.get(symbol.substring(1));
    return prefix == null || unit == null ? null : scaled(symbol, unit, prefix);
  }

  private static Unit scaled(String symbol, Unit unit, double factor) {
    return new Unit(symbol, Unit.Kind.LINEAR, factor * unit.scale(), unit.powers());
  }
}
