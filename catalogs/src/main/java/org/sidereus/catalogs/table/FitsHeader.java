package org.sidereus.catalogs.table;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The header of a FITS unit (FITS standard 4.0, section 4). A header that contradicts itself is
 * refused: a key that lays out the data must not stand twice with two values.
 */
final class FitsHeader {
  /** Bytes of a block. */
  static final int BLOCK = 2880;

  private static final int CARD = 80;
  private static final int MOST_BLOCKS = 2000;
  private static final int LARGEST_EXPONENT = 400;
  private static final double SECONDS_PER_DAY = 86_400;

  /** Keys of the reference date of times; of the first that stands there, the value counts. */
  private static final List<String> REFERENCES = List.of("MJDREF", "JDREF", "BJDREF");

  /** Scales of times, with a realization behind them. */
  private static final Pattern SCALE =
      Pattern.compile("(UTC|UT1|UT|GMT|TAI|IAT|TT|TDT|ET|TDB|TCB|TCG|GPS|LOCAL)(\\(.*\\))?");

  private static final Pattern LAYOUT =
      Pattern.compile(
          "XTENSION|BITPIX|NAXIS\\d*|PCOUNT|GCOUNT|TFIELDS|THEAP|(TFORM|TTYPE|TBCOL|TSCAL|TZERO|TNULL|TDIM)\\d+");

  private final String place;
  private final Map<String, String> values = new HashMap<>();
  private final long bytes;

  private FitsHeader(String place, InputStream in, byte[] first) throws IOException {
    this.place = place;
    byte[] block = first;
    int blocks = 0;
    String continued = null;
    while (true) {
      blocks++;
      boolean end = false;
      for (int i = 0; i < BLOCK && !end; i += CARD) {
        String card = new String(block, i, CARD, StandardCharsets.ISO_8859_1);
        String key = card.substring(0, 8).strip();
        end = key.equals("END");
        if (key.equals("CONTINUE") && continued != null) {
          append(continued, card.substring(8));
        } else {
          continued = card.startsWith("= ", 8) ? key : null;
          if (continued != null) {
            put(key, card.substring(10));
          }
        }
      }
      if (end) {
        break;
      }
      if (blocks >= MOST_BLOCKS) {
        throw wrong("the header does not end within %d blocks".formatted(MOST_BLOCKS));
      }
      block = in.readNBytes(BLOCK);
      if (block.length < BLOCK) {
        throw wrong("the file ends within the header");
      }
    }
    bytes = (long) blocks * BLOCK;
  }

  /**
   * Reads the next header.
   *
   * @param place the file and the unit, for messages
   * @return null at the end of the file
   */
  static @Nullable FitsHeader read(String place, InputStream in) throws IOException {
    byte[] block = in.readNBytes(BLOCK);
    if (block.length == 0) {
      return null;
    }
    if (block.length < BLOCK) {
      if (isBlank(block)) {
        return null;
      }
      throw new EOFException("it ends within a block of 2880 bytes");
    }
    if (isBlank(block)) {
      return null; // some writers pad their files
    }
    return new FitsHeader(place, in, block);
  }

  private static boolean isBlank(byte[] block) {
    for (byte one : block) {
      if (one != 0 && one != ' ') {
        return false;
      }
    }
    return true;
  }

  private void put(String key, String field) {
    String value = value(field);
    String before = values.putIfAbsent(key, value);
    if (before != null && !before.equals(value) && LAYOUT.matcher(key).matches()) {
      throw wrong("%s stands twice, as %s and as %s".formatted(key, show(before), show(value)));
    }
  }

  private void append(String key, String field) {
    String before = values.get(key);
    if (before != null && before.startsWith("'") && before.endsWith("&")) {
      values.put(
          key, before.substring(0, before.length() - 1) + value(field).replaceFirst("'", ""));
    }
  }

  /** The value of a card without its comment; a text begins with a quote. */
  private static String value(String field) {
    String text = field.stripLeading();
    if (!text.startsWith("'")) {
      int comment = text.indexOf('/');
      return (comment < 0 ? text : text.substring(0, comment)).strip();
    }
    StringBuilder value = new StringBuilder("'");
    for (int i = 1; i < text.length(); i++) {
      if (text.charAt(i) == '\'') {
        if (i + 1 >= text.length() || text.charAt(i + 1) != '\'') {
          break;
        }
        i++;
      }
      value.append(text.charAt(i));
    }
    return value.toString().stripTrailing();
  }

  private static String show(String value) {
    return TableInput.printable(value.startsWith("'") ? value.substring(1) : value);
  }

  /**
   * Takes what the primary header says of times and this one does not (FITS standard 4.0, section
   * 9.2 and 4.4.2.6): a reference date as a whole, the scale and the unit. {@code INHERIT} with the
   * value F forbids it.
   */
  void inheritTimes(FitsHeader primary) {
    if ("F".equals(values.get("INHERIT"))) {
      return;
    }
    boolean own = REFERENCES.stream().anyMatch(key -> has(key) || has(key + "I") || has(key + "F"));
    for (String key : REFERENCES) {
      for (String part : own ? List.<String>of() : List.of(key, key + "I", key + "F")) {
        inherit(primary, part);
      }
    }
    for (String key : List.of("TIMESYS", "TIMEUNIT", "TIMEZERO", "TIMEOFFS")) {
      inherit(primary, key);
    }
  }

  private void inherit(FitsHeader primary, String key) {
    String value = primary.values.get(key);
    if (value != null) {
      values.putIfAbsent(key, value);
    }
  }

  /** Bytes of the header, with the padding. */
  long bytes() {
    return bytes;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** The text of a key; null if it is not there. */
  @Nullable String text(String key) {
    String value = values.get(key);
    if (value == null) {
      return null;
    }
    return value.startsWith("'") ? value.substring(1) : value;
  }

  /** The text of a key; empty if it is not there. */
  String text(String key, String otherwise) {
    String text = text(key);
    return text == null ? otherwise : text.strip();
  }

  /** Whether a key has the value true. */
  boolean isTrue(String key) {
    return "T".equals(values.get(key));
  }

  /**
   * The integer of a key.
   *
   * @param otherwise the value if the key is not there; null: it must be
   */
  long integer(String key, @Nullable Long otherwise) {
    String value = values.get(key);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value == null) {
      throw wrong("%s is missing".formatted(key));
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw wrong("%s is '%s', which is no integer".formatted(key, show(value)));
    }
  }

  /** The exact number of a key; {@code otherwise} if it is not there. */
  BigDecimal number(String key, BigDecimal otherwise) {
    String value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    try {
      BigDecimal number = new BigDecimal(value.replace('D', 'E').replace('d', 'e'));
      if (Math.abs((long) number.scale()) <= LARGEST_EXPONENT) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong("%s is '%s', which is no number".formatted(key, show(value)));
    }
    throw wrong("%s is '%s', which is too large".formatted(key, show(value)));
  }

  /**
   * What the header says of times in a column (FITS standard 4.0, section 9). The reference date is
   * that of columns of times: those with {@code TCTYPn}, those called TIME, and those in seconds.
   *
   * @param name of the column
   * @return null if it says nothing
   */
  @Nullable TimeFrame times(int number, String name) {
    String own = text("TCTYP" + number, "");
    boolean named = SCALE.matcher(own).matches();
    String scale = named ? own : text("TIMESYS", "");
    boolean counted =
        named || name.equalsIgnoreCase("TIME") || text("TUNIT" + number, "").equals("s");
    Double zero = counted ? zeroMjd() : null;
    boolean known = SCALE.matcher(scale).matches();
    return zero == null && !known ? null : new TimeFrame(null, known ? scale : null, zero);
  }

  /** The unit of a column; of times without one, that of all times. */
  @Nullable String timeUnit(int number, String name) {
    String unit = text("TUNIT" + number);
    TimeFrame times = unit == null ? times(number, name) : null;
    return times == null || times.zeroMjd() == null ? unit : text("TIMEUNIT", "s");
  }

  /** The reference date of times as a modified Julian date; null: there is none. */
  private @Nullable Double zeroMjd() {
    double offsetDays =
        (decimal("TIMEZERO") + decimal("TIMEOFFS"))
            / (text("TIMEUNIT", "s").equals("d") ? 1 : SECONDS_PER_DAY);
    for (String key : REFERENCES) {
      double zero = key.equals("MJDREF") ? 0 : TimeFrame.MJD_OF_JD_ZERO;
      if (has(key + "I") || has(key)) {
        double mjd =
            has(key) ? decimal(key) + zero : decimal(key + "I") + zero + decimal(key + "F");
        return Double.isFinite(mjd + offsetDays) ? (Double) (mjd + offsetDays) : null;
      }
    }
    return null;
  }

  /** A number of a key; 0 if it is not there, NaN if it is no number. */
  private double decimal(String key) {
    try {
      return has(key) ? Double.parseDouble(text(key, "").replace('D', 'E')) : 0;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** An error in this unit. */
  SidereusException wrong(String what) {
    return new SidereusException(
        "%s: %s; the file is damaged, get or write it again".formatted(place, what));
  }

  /**
   * Bytes of the data, without the padding.
   *
   * @throws SidereusException if the header contradicts itself
   */
  long dataBytes() {
    long naxis = integer("NAXIS", null);
    long bits = integer("BITPIX", null);
    if (naxis < 0 || naxis > 999) {
      throw wrong("NAXIS is " + naxis);
    }
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64 && bits != -32 && bits != -64) {
      throw wrong("BITPIX is " + bits);
    }
    if (naxis == 0) {
      return 0;
    }
    long groups = integer("GCOUNT", 1L);
    long parameters = integer("PCOUNT", 0L);
    if (groups < 0 || parameters < 0) {
      throw wrong("GCOUNT is %d and PCOUNT is %d".formatted(groups, parameters));
    }
    try {
      long pixels = 1;
      boolean random = isTrue("GROUPS") && integer("NAXIS1", null) == 0;
      for (int i = random ? 2 : 1; i <= naxis; i++) {
        long length = integer("NAXIS" + i, null);
        if (length < 0) {
          throw wrong("NAXIS%d is %d".formatted(i, length));
        }
        pixels = Math.multiplyExact(pixels, length);
      }
      return Math.multiplyExact(
          Math.abs(bits) / 8, Math.multiplyExact(groups, Math.addExact(parameters, pixels)));
    } catch (ArithmeticException e) {
      throw wrong("the data have more than 2^63 bytes");
    }
  }
}
