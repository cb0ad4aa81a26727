package org.sidereus.catalogs.infer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.sidereus.engine.Printable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import uk.ac.starlink.fits.CardFactory;
import uk.ac.starlink.fits.CardImage;
import uk.ac.starlink.fits.FitsTableSerializer;
import uk.ac.starlink.fits.FitsTableWriter;
import uk.ac.starlink.fits.FitsUtil;
import uk.ac.starlink.table.storage.DiskRowStore;
import uk.ac.starlink.util.DataBufferedOutputStream;
import uk.ac.starlink.votable.DataFormat;
import uk.ac.starlink.votable.VOTableWriter;

/**
 * Writes a FITS binary table or a VOTable. Both need to know all rows before the first, so rows
 * wait in a file in the folder for temporary files of the virtual machine.
 */
final class StilOutput implements RowOutput {
  /** Characters that a text of a FITS table may have (FITS 4.0, 7.3.3.1). */
  private static final Charset FITS_TEXT = StandardCharsets.US_ASCII;

  private static final int FIRST_NO_CHARACTER = 0xfffe;

  /** A field, because a logger without a reference loses its level. */
  private static final Logger LOG = Logger.getLogger("uk.ac.starlink");

  static {
    LOG.setLevel(Level.OFF); // it tells of its temporary files
  }

  private final Path file;
  private final PartFile part;
  private final OutputFormat format;
  private final List<OutputColumn> columns;
  private final BundleIdentity bundle;
  private final DiskRowStore rows;

  /**
   * Begins a table.
   *
   * @throws SidereusException if the file cannot be made
   */
  StilOutput(Path file, OutputFormat format, List<OutputColumn> columns, BundleIdentity bundle) {
    this.file = file;
    this.format = format;
    this.columns = List.copyOf(columns);
    this.bundle = bundle;
    part = new PartFile(file);
    try {
      Files.newOutputStream(part.written()).close(); // fails now rather than after the inference
      rows = new DiskRowStore();
      rows.acceptMetadata(new DescribedColumns(columns, bundle).table());
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  @Override
  public void write(List<String> row) {
    Object[] cells = new Object[columns.size()];
    for (int i = 0; i < cells.length; i++) {
      String cell = row.get(i);
      cells[i] =
          switch (columns.get(i).type()) {
            case TEXT -> checked(columns.get(i), cell);
            case INTEGER -> Long.valueOf(cell);
            case FLOATING -> cell.isEmpty() ? Double.NaN : Double.valueOf(cell);
          };
    }
    try {
      rows.acceptRow(cells);
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  /** A text that the format can hold; another one would be written as another name. */
  private String checked(OutputColumn column, String text) {
    boolean fits =
        format == OutputFormat.FITS
            ? FITS_TEXT.newEncoder().canEncode(text)
                && text.chars().noneMatch(Character::isISOControl)
            : text.chars().noneMatch(StilOutput::isBeyondVoTable);
    if (!fits) {
      throw new SidereusException(
          "%s: %s '%s' has characters that %s cannot hold; write .ecsv%s or .csv"
              .formatted(
                  file,
                  column.name(),
                  Printable.of(text),
                  format == OutputFormat.FITS ? "FITS" : "a VOTable",
                  format == OutputFormat.FITS ? ", .vot" : ""));
    }
    return text;
  }

  /** Whether neither XML nor unicodeChar, of 16 bits, has a character. */
  private static boolean isBeyondVoTable(int c) {
    boolean control = c < ' ' && c != '\t' && c != '\n';
    return control || Character.isSurrogate((char) c) || c >= FIRST_NO_CHARACTER;
  }

  @Override
  public void commit() {
    try {
      rows.endRows();
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(part.written()), 1 << 16)) {
        if (format == OutputFormat.FITS) {
          writeFits(out);
        } else {
          VOTableWriter writer = new VOTableWriter(DataFormat.TABLEDATA, true);
          writer.setWriteDate(false); // the same bytes every time
          writer.writeStarTable(rows.getStarTable(), out);
        }
      }
      part.commit();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }

  private void writeFits(OutputStream out) throws IOException {
    FitsUtil.writeEmptyPrimary(out);
    FitsTableWriter writer = new FitsTableWriter();
    writer.setAllowZeroLengthString(false); // Astropy reads beyond such a text
    FitsTableSerializer table = writer.createSerializer(rows.getStarTable());
    CardFactory cards = CardFactory.DEFAULT;
    List<CardImage> header = new ArrayList<>(List.of(table.getHeader()));
    Stream.of(
            cards.createStringCard("BUNDLE", bundle.name(), "name of the bundle"),
            cards.createStringCard("BUNDVERS", bundle.version(), "its version"),
            cards.createPlainCard(
                "BUNDHASH= '%s'".formatted(bundle.sha256())), // a comment would not fit
            CardFactory.END_CARD)
        .map(Objects::requireNonNull)
        .forEach(header::add);
    FitsUtil.writeHeader(header.toArray(new CardImage[0]), out);
    DataBufferedOutputStream data = new DataBufferedOutputStream(out);
    table.writeData(data);
    data.flush();
  }

  @Override
  public void close() {
    try {
      part.discard();
    } catch (IOException e) {
      throw part.unwritable(e);
    }
  }
}
