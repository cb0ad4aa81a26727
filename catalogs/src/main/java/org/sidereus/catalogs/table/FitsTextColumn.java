package org.sidereus.catalogs.table;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A column of a FITS ASCII table (FITS standard 4.0, section 7.2). */
final class FitsTextColumn {
  private static final Pattern FORM = Pattern.compile("([AIFED])(\\d{1,7})(?:\\.(\\d{1,4}))?");

  private final int start;
  private final int width;
  private final int decimals;
  private final @Nullable String absent;
  private final BigDecimal scale;
  private final BigDecimal zero;
  private final boolean isScaled;
  private final Charset encoding;
  private final Column described;

  FitsTextColumn(FitsHeader header, int number, int rowBytes, Charset encoding) {
    this.encoding = encoding;
    String form = header.text("TFORM" + number, "");
    Matcher matcher = FORM.matcher(form);
    long first = header.integer("TBCOL" + number, null);
    if (!matcher.matches() || first < 1) {
      throw header.wrong(
          "TFORM%d is '%s' and TBCOL%d is %d, which is no column"
              .formatted(number, TableInput.printable(form), number, first));
    }
    width = Integer.parseInt(matcher.group(2));
    if (width < 1 || first - 1 + width > rowBytes) {
      throw header.wrong(
          "column %d reaches from byte %d to %d of a row of %d"
              .formatted(number, first, first + width - 1, rowBytes));
    }
    start = (int) first - 1;
    decimals = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    absent = header.text("TNULL" + number);
    scale = header.number("TSCAL" + number, BigDecimal.ONE);
    zero = header.number("TZERO" + number, BigDecimal.ZERO);
    isScaled = scale.compareTo(BigDecimal.ONE) != 0 || zero.signum() != 0;
    Column.Type type =
        switch (matcher.group(1)) {
          case "A" -> Column.Type.TEXT;
          case "I" -> isScaled ? Column.Type.FLOATING : Column.Type.INTEGER;
          default -> Column.Type.FLOATING;
        };
    described =
        new Column(
            header.text("TTYPE" + number, "column" + number),
            type,
            header.timeUnit(number, header.text("TTYPE" + number, "")),
            header.text("TUCD" + number),
            header.text("TCOMM" + number),
            header.times(number, header.text("TTYPE" + number, "")));
  }

  Column described() {
    return described;
  }

  /**
   * The cell in a row.
   *
   * @throws IllegalArgumentException if it cannot be read; the message says why
   */
  Cell cell(ByteBuffer row) {
    String text;
    try {
      text =
          encoding
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(row.duplicate().position(start).limit(start + width))
              .toString()
              .replace('\0', ' ')
              .strip();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the text is not in %s; name its encoding by --encoding or in source.encoding of the mapping, such as ISO-8859-1"
              .formatted(encoding.name()),
          e);
    }
    if (text.isEmpty() || (absent != null && text.equals(absent.strip()))) {
      return Cell.MISSING;
    }
    if (described.type() != Column.Type.FLOATING) {
      return TypedText.cell(text, described.type());
    }
    Cell number = TypedText.floating(text);
    if (!(number instanceof Cell.Floating floating)) {
      return number;
    }
    double value = floating.value();
    boolean implied = decimals > 0 && text.matches("[-+]?\\d+");
    if (implied) { // the standard's implied decimal point
      value /= Math.pow(10, decimals);
    }
    return Cell.Floating.of(isScaled ? value * scale.doubleValue() + zero.doubleValue() : value);
  }
}
