package org.sidereus.simulators.gce;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sidereus.engine.SidereusException;

/**
 * The yields of IllustrisTNG, three HDF5 files in {@code TNG/}. Net yields are in Msun per star;
 * the scaling of the supernova II table that Pillepich et al. (2018) describe is already in the
 * file.
 */
final class TngYields {
  private static final String FOLDER = "TNG";

  /** Rows of the tables, of which S and Ca count in the ejecta only. */
  private static final int[] ROW_OF_ELEMENT = {0, 1, 2, 3, 4, 5, 6, 7, 10};

  private static final int ROWS = 11;

  private static final long MAX_FILE_BYTES = 256L << 20;
  private static final long MOST_NUMBERS = 100_000;

  /** Place in the supernova Ia table, which begins H He Li Be B C. */
  private static final int[] SUPERNOVA_IA_PLACE = {0, 1, 5, 6, 7, 9, 11, 13, 25};

  private static final int SUPERNOVA_IA_SPECIES = 42;

  private final YieldDirectory directory;
  private final MassGrid grid;

  TngYields(YieldDirectory directory, MassGrid grid) {
    this.directory = directory;
    this.grid = grid;
  }

  YieldSet read() {
    YieldChannel supernovaII =
        channel(
            "SNII.hdf5",
            YieldSet.LOWEST_SUPERNOVA_MSUN,
            MassGrid.HIGHEST_MSUN,
            new String[] {"Z_0.00", "Z_0.001", "Z_0.004", "Z_0.02"},
            new double[] {0, 0.001, 0.004, 0.02});
    YieldChannel agb =
        channel(
            "AGB.hdf5",
            YieldSet.LOWEST_AGB_MSUN,
            YieldSet.LOWEST_SUPERNOVA_MSUN,
            new String[] {"Z_0.0001", "Z_0.004", "Z_0.008", "Z_0.02"},
            new double[] {0.0001, 0.004, 0.008, 0.02});
    return new YieldSet(supernovaII, agb, supernovaIa());
  }

  /**
   * Reads a file, from memory: then no part can be longer than the file, whatever the file claims.
   * Its reader throws errors and exceptions of many kinds at a damaged one, also when the stack or
   * the heap is not enough.
   */
  private static <T> T read(Path path, Function<HdfFile, T> reader) {
    byte[] bytes;
    try {
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw YieldDirectory.broken(path, "it has more than " + MAX_FILE_BYTES + " bytes", null);
      }
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw YieldDirectory.broken(path, "it cannot be read", e);
    }
    try (HdfFile file = HdfFile.fromBytes(bytes)) {
      return reader.apply(file);
    } catch (SidereusException e) {
      throw e;
    } catch (RuntimeException e) {
      throw YieldDirectory.broken(path, String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      throw YieldDirectory.broken(path, "it cannot be read (" + e + ")", e);
    }
  }

  private YieldChannel channel(
      String name, double lowest, double highest, String[] groups, double[] metallicities) {
    Path path = directory.file(FOLDER, name);
    return read(
        path,
        file -> {
          double[] masses = vector(file.getDatasetByPath("/Masses"));
          List<YieldTable> tables = new ArrayList<>();
          for (int g = 0; g < groups.length; g++) {
            String group = "/Yields/" + groups[g] + "/";
            double[][] yield = matrix(file.getDatasetByPath(group + "Yield"));
            double[] ejected = vector(file.getDatasetByPath(group + "Ejected_mass"));
            if (yield.length != ROWS || yield[0].length != masses.length) {
              throw YieldDirectory.broken(
                  path, group + "Yield is not " + ROWS + " x " + masses.length, null);
            }
            tables.add(table(metallicities[g], lowest, highest, masses, yield, ejected));
          }
          return new YieldChannel(tables);
        });
  }

  private YieldTable table(
      double metallicity,
      double lowest,
      double highest,
      double[] masses,
      double[][] yield,
      double[] ejected) {
    int n = masses.length;
    double[][] net = new double[n][Element.COUNT];
    double[] unprocessed = new double[n];
    for (int j = 0; j < n; j++) {
      double sum = 0;
      for (int row = 0; row < ROWS; row++) {
        // all rows, also S and Ca, which are in no gas (section 7)
        sum += yield[row][j] / masses[j];
      }
      for (int x = 0; x < Element.COUNT; x++) {
        net[j][x] = yield[ROW_OF_ELEMENT[x]][j] / masses[j];
      }
      double remnant = (masses[j] - ejected[j]) / masses[j];
      unprocessed[j] = 1 - remnant - sum;
    }
    return new YieldTable(grid, metallicity, lowest, highest, masses, net, unprocessed);
  }

  SupernovaIaYield supernovaIa() {
    Path path = directory.file(FOLDER, "SNIa.hdf5");
    return read(
        path,
        file -> {
          double[] species = vector(file.getDatasetByPath("/Yield"));
          if (species.length != SUPERNOVA_IA_SPECIES) {
            throw YieldDirectory.broken(path, "/Yield has not 42 values", null);
          }
          double sum = 0;
          for (double mass : species) {
            sum += mass;
          }
          double[] elements = new double[Element.COUNT];
          for (int x = 0; x < Element.COUNT; x++) {
            elements[x] = species[SUPERNOVA_IA_PLACE[x]];
          }
          return new SupernovaIaYield(sum, elements);
        });
  }

  /** Reads the numbers only if there are few: the sizes are what the file claims. */
  private static Object data(Dataset dataset) {
    if (dataset.getSize() < 1 || dataset.getSize() > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          dataset.getPath()
              + " has "
              + dataset.getSize()
              + " numbers and not 1 to "
              + MOST_NUMBERS);
    }
    return dataset.getData();
  }

  private static double[] vector(Dataset dataset) {
    Object data = data(dataset);
    return data instanceof float[] floats ? widened(floats) : (double[]) data;
  }

  private static double[][] matrix(Dataset dataset) {
    Object data = data(dataset);
    if (data instanceof float[][] floats) {
      double[][] rows = new double[floats.length][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = widened(floats[i]);
      }
      return rows;
    }
    return (double[][]) data;
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
