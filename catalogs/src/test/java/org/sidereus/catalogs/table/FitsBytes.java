package org.sidereus.catalogs.table;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** FITS files with any header, right or wrong, byte by byte. */
final class FitsBytes {
  private final List<String> cards = new ArrayList<>();
  private final List<String> primary =
      new ArrayList<>(List.of(text("SIMPLE", "T"), "BITPIX  = 8", "NAXIS   = 0"));
  private byte[] data = new byte[0];

  /** A table with the cards that it must have. */
  static FitsBytes table(int rowBytes, long rows, long heap, int columns) {
    return new FitsBytes()
        .card("XTENSION", "'BINTABLE'")
        .card("BITPIX", "8")
        .card("NAXIS", "2")
        .card("NAXIS1", Integer.toString(rowBytes))
        .card("NAXIS2", Long.toString(rows))
        .card("PCOUNT", Long.toString(heap))
        .card("GCOUNT", "1")
        .card("TFIELDS", Integer.toString(columns));
  }

  FitsBytes column(int number, String name, String form) {
    return card("TTYPE" + number, "'" + name + "'").card("TFORM" + number, "'" + form + "'");
  }

  FitsBytes card(String key, String value) {
    cards.add(text(key, value));
    return this;
  }

  /** A card of the primary header. */
  FitsBytes primary(String key, String value) {
    primary.add(text(key, value));
    return this;
  }

  private static String text(String key, String value) {
    return String.format(Locale.ROOT, "%-8s= %-70s", key, value);
  }

  FitsBytes without(String... keys) {
    cards.removeIf(card -> List.of(keys).contains(card.substring(0, 8).strip()));
    return this;
  }

  FitsBytes data(byte[] bytes) {
    data = bytes;
    return this;
  }

  Path write(Path file) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    unit(all, primary);
    unit(all, cards);
    all.write(data);
    pad(all, (byte) 0);
    Files.write(file, all.toByteArray());
    return file;
  }

  private static void unit(ByteArrayOutputStream all, List<String> cards) {
    for (String card : cards) {
      all.writeBytes(String.format("%-80s", card).getBytes(StandardCharsets.ISO_8859_1));
    }
    all.writeBytes(String.format("%-80s", "END").getBytes(StandardCharsets.US_ASCII));
    pad(all, (byte) ' ');
  }

  private static void pad(ByteArrayOutputStream all, byte with) {
    while (all.size() % 2880 != 0) {
      all.write(with);
    }
  }
}
