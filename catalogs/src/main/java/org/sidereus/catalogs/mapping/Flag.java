package org.sidereus.catalogs.mapping;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;

/** What makes a value missing, or the whole object rejected. Sentinels do not apply to flags. */
public sealed interface Flag {
  /**
   * Why a flag makes a value missing.
   *
   * @return null if it does not
   */
  @Nullable Missing check(Cells cells);

  /** Columns that are read. */
  Set<String> columns();

  /**
   * A column of bits, some of which are bad. An empty cell has none.
   *
   * @param bits mask of the bad bits, not 0; bit 63 is the sign
   * @param base of texts: 2 for a string of bits, the last one of which is bit 0, 10 or 16; {@value
   *     #UNSAID}: 10, but a text that looks like a string of bits is refused
   */
  record Bits(String column, long bits, int base, boolean rejects) implements Flag {
    static final int UNSAID = 0;
    private static final int DECIMAL = 10;
    private static final int HEXADECIMAL = 16;
    private static final double LARGEST_EXACT = 1L << 53;
    private static final double LARGEST_EXACT_SINGLE = 1L << 24;

    public Bits {
      if (bits == 0) {
        throw new IllegalArgumentException("bits must not be 0, because no value would be missing");
      }
    }

    @Override
    public @Nullable Missing check(Cells cells) {
      long set = integer(cells);
      return (set & bits) == 0
          ? null
          : new Missing("flag " + column, "bits " + names(set & bits), rejects);
    }

    private long integer(Cells cells) {
      Cell cell = cells.row().value(column);
      if (cell instanceof Cell.Whole whole) {
        return whole.bits();
      }
      String text = cell.text();
      if (Sentinels.isMissingText(text)) {
        return 0;
      }
      Boolean truth = base == HEXADECIMAL ? null : Truth.parsed(text);
      if (truth != null) {
        return truth ? 1 : 0;
      }
      if (base == UNSAID && text.length() > 1 && text.matches("0[01]*1[01]*")) {
        throw cells.broken(
            "the flags %s are %s, which is a string of bits or a number with zeros before it; say \"base\": 2 or \"base\": 10 beside 'bits' of a text, or write it without the zeros"
                .formatted(column, text));
      }
      try {
        BigInteger integer =
            text.startsWith("0x") || text.startsWith("0X")
                ? new BigInteger(text.substring(2), HEXADECIMAL)
                : new BigInteger(text, base == UNSAID ? DECIMAL : base);
        if (integer.bitLength() <= Long.SIZE && (integer.signum() >= 0 || fitsLong(integer))) {
          return integer.longValue();
        }
      } catch (NumberFormatException e) {
        Double number = Cells.parsed(text);
        boolean single = cell instanceof Cell.Floating floating && floating.single();
        if (number != null
            && (base == UNSAID || base == DECIMAL)
            && number == Math.rint(number)
            && Math.abs(number) <= (single ? LARGEST_EXACT_SINGLE : LARGEST_EXACT)) {
          return number.longValue();
        }
      }
      throw cells.broken(
          "the flags %s are %s, which is no integer of at most 64 bits; a flag of text has 'values' in place of 'bits'"
              .formatted(column, text));
    }

    private static boolean fitsLong(BigInteger integer) {
      return integer.bitLength() < Long.SIZE;
    }

    private static String names(long set) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < Long.SIZE; i++) {
        if ((set >>> i & 1) != 0) {
          names.add(Integer.toString(i));
        }
      }
      return String.join(", ", names);
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /**
   * A column of texts or numbers.
   *
   * @param values a number is compared as a number
   * @param good whether only these values are good; otherwise these are bad. An empty cell has no
   *     bad value, and no good one
   */
  record Values(String column, Sentinels.Values values, boolean good, boolean rejects)
      implements Flag {
    private static final Pattern INTEGER = Pattern.compile("[-+]?\\d{1,400}");

    public Values {
      if (values.texts().isEmpty() && values.numbers().isEmpty()) {
        throw new IllegalArgumentException("the list of values is empty; name at least one");
      }
    }

    @Override
    public @Nullable Missing check(Cells cells) {
      Cell cell = cells.row().value(column);
      String text = cell.text();
      boolean listed = isListed(cell, text);
      return listed == good
          ? null
          : new Missing("flag " + column, text.isEmpty() ? "empty" : text, rejects);
    }

    private boolean isListed(Cell cell, String text) {
      if (values.texts().contains(text)) {
        return true;
      }
      if (cell instanceof Cell.Truth truth) {
        Boolean value = truth.value();
        return values.texts().stream().anyMatch(one -> value.equals(Truth.parsed(one)))
            || values.numbers().contains(truth.value() ? 1.0 : 0.0);
      }
      if (text.isEmpty() || values.numbers().isEmpty()) {
        return false;
      }
      if (cell instanceof Cell.Whole || INTEGER.matcher(text).matches()) {
        return values.hasExactly(new BigInteger(text));
      }
      Double number = Cells.parsed(text);
      return number != null && values.has(number);
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /**
   * A column of truth values.
   *
   * @param bad the truth value that is bad; an empty cell is neither
   */
  record Truth(String column, boolean bad, boolean rejects) implements Flag {
    @Override
    public @Nullable Missing check(Cells cells) {
      String text = cells.raw(column);
      if (Sentinels.isMissingText(text)) {
        return null;
      }
      Boolean truth = parsed(text);
      Double number = truth == null ? Cells.parsed(text) : null;
      if (number != null && (number == 0 || number == 1)) {
        truth = number == 1;
      }
      if (truth == null) {
        throw cells.broken(
            "the flag %s is '%s', which is no truth value (true, false, t, f, yes, no, 1, 0)"
                .formatted(column, text));
      }
      return truth == bad ? new Missing("flag " + column, text, rejects) : null;
    }

    /** A truth value in words; null if it is none. */
    static @Nullable Boolean parsed(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "t", "yes", "y" -> true;
        case "false", "f", "no", "n" -> false;
        default -> null;
      };
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /** A condition on the row. */
  record Holds(Condition condition, boolean rejects) implements Flag {
    @Override
    public @Nullable Missing check(Cells cells) {
      return condition.holds(cells) ? new Missing(condition.text(), "", rejects) : null;
    }

    @Override
    public Set<String> columns() {
      return condition.columns();
    }
  }
}
