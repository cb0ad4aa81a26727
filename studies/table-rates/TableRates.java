import de.siegmar.fastcsv.reader.CsvReader;
import java.io.BufferedWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import nom.tam.fits.BinaryTableHDU;
import nom.tam.fits.Fits;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.Column;
import org.sidereus.catalogs.table.Table;
import org.sidereus.catalogs.table.TableFiles;
import org.sidereus.catalogs.table.TableRow;
import org.sidereus.catalogs.table.TableSource;
import uk.ac.starlink.fits.FitsTableWriter;
import uk.ac.starlink.table.ColumnInfo;
import uk.ac.starlink.table.RowListStarTable;
import uk.ac.starlink.table.RowSequence;
import uk.ac.starlink.table.StarTable;
import uk.ac.starlink.table.StarTableFactory;

/** Writes a table of an identifier and numbers as CSV or FITS, and reads it: {@code TableRates READER FILE ROWS}. */
public final class TableRates {
  private static final int NUMBERS = 8;

  /** Reads all cells and gives the sum of the numbers. */
  private interface Reader {
    double sum(Path file) throws Exception;
  }

  private TableRates() {}

  public static void main(String[] words) throws Exception {
    Path file = Path.of(words[1]);
    int rows = Integer.parseInt(words[2]);
    if (words[0].equals("write")) {
      write(file, rows);
      return;
    }
    Reader reader =
        switch (words[0]) {
          case "sidereus" -> TableRates::sidereus;
          case "stil" -> TableRates::stil;
          case "fastcsv" -> TableRates::fastcsv;
          case "nom-tam" -> TableRates::nomTam;
          default -> throw new IllegalArgumentException(words[0]);
        };
    double sum = reader.sum(file);
    var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double seconds = os.getProcessCpuTime() * 1e-9;
    long peak =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum();
    System.out.printf(
        Locale.ROOT,
        "%s %s: %d rows, %.1f s of processor time, %.0f rows/s, %d MiB of heap at most, sum %.6g%n",
        words[0], file.getFileName(), rows, seconds, rows / seconds, peak >> 20, sum);
  }

  private static void write(Path file, int rows) throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    if (file.toString().endsWith(".csv")) {
      try (BufferedWriter out = Files.newBufferedWriter(file)) {
        out.write("object,y1,y2,y3,y4,y5,y6,y7,y8\n");
        for (int i = 0; i < rows; i++) {
          out.write(Long.toString(1237648720693755918L + i));
          for (int j = 0; j < NUMBERS; j++) {
            out.write(",");
            out.write(Double.toString(Math.rint(random.nextDouble() * 1e5) / 1e5));
          }
          out.write('\n');
        }
      }
      return;
    }
    List<ColumnInfo> columns = new ArrayList<>(List.of(new ColumnInfo("object", Long.class, null)));
    for (int j = 1; j <= NUMBERS; j++) {
      columns.add(new ColumnInfo("y" + j, Double.class, null));
    }
    RowListStarTable table = new RowListStarTable(columns.toArray(ColumnInfo[]::new));
    for (int i = 0; i < rows; i++) {
      Object[] row = new Object[NUMBERS + 1];
      row[0] = 1237648720693755918L + i;
      for (int j = 1; j <= NUMBERS; j++) {
        row[j] = random.nextDouble();
      }
      table.addRow(row);
    }
    try (var out = Files.newOutputStream(file)) {
      new FitsTableWriter().writeStarTable(table, out);
    }
  }

  private static double sidereus(Path file) {
    double sum = 0;
    try (Table table = TableFiles.open(file, TableSource.UNKNOWN)) {
      List<String> names = table.schema().stream().map(Column::name).toList();
      for (TableRow row = table.next(); row != null; row = table.next()) {
        for (String name : names) {
          Cell cell = row.value(name);
          sum +=
              cell instanceof Cell.Floating number
                  ? number.value()
                  : cell instanceof Cell.Whole whole ? whole.number() : Double.parseDouble(cell.text());
        }
      }
    }
    return sum;
  }

  private static double stil(Path file) throws Exception {
    StarTable table =
        new StarTableFactory(false).makeStarTable(file.toString(), file.toString().endsWith(".csv") ? "csv" : "fits");
    double sum = 0;
    try (RowSequence rows = table.getRowSequence()) {
      while (rows.next()) {
        for (Object cell : rows.getRow()) {
          sum += ((Number) cell).doubleValue();
        }
      }
    }
    return sum;
  }

  private static double fastcsv(Path file) throws Exception {
    double sum = 0;
    try (var csv = CsvReader.builder().ofCsvRecord(file)) {
      var rows = csv.iterator();
      rows.next();
      while (rows.hasNext()) {
        for (String cell : rows.next().getFields()) {
          sum += Double.parseDouble(cell);
        }
      }
    }
    return sum;
  }

  private static double nomTam(Path file) throws Exception {
    double sum = 0;
    try (Fits fits = new Fits(file.toFile())) {
      BinaryTableHDU unit = (BinaryTableHDU) fits.getHDU(1);
      for (int i = 0; i < unit.getNRows(); i++) {
        for (Object cell : unit.getRow(i)) {
          sum += cell instanceof long[] whole ? whole[0] : ((double[]) cell)[0];
        }
      }
    }
    return sum;
  }
}
