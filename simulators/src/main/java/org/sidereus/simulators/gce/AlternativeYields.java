package org.sidereus.simulators.gce;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The alternative yields: Nomoto et al. (2013), Thielemann et al. (2003), and Karakas and Lugaro
 * (2016) with Fishlock et al. (2014) at Z = 0.001.
 */
final class AlternativeYields {
  /** Metallicities of nomoto_net_met_ind_0 to 4. */
  private static final double[] NOMOTO_METALLICITIES = {0.05, 0.02, 0.008, 0.004, 0.001};

  private static final String[] KARAKAS_FILES = {
    "yield_z001.dat", "yield_z007.dat", "yield_z014.dat", "yield_z03.dat"
  };

  private static final double[] KARAKAS_METALLICITIES = {0.001, 0.007, 0.014, 0.03};

  /**
   * Initial composition [4][9] of the AGB models as mass fractions. The files of two of them are
   * not public, so all four are written down here (section 8).
   */
  private static final double[][] KARAKAS_INITIAL = {
    {
      0.7503524, 0.2486770, 1.722e-4, 5.04e-5, 4.173e-4, 9.15e-5, 5.15e-5, 4.84e-5, 9.40e-5,
    },
    {
      0.7340610, 0.2588317, 1.2599e-3, 3.690e-4, 3.0540e-3, 6.694e-4, 3.771e-4, 3.542e-4, 6.883e-4,
    },
    {
      0.7067572, 0.2790265, 2.5202e-3, 7.382e-4, 6.1086e-3, 1.3390e-3, 7.543e-4, 7.085e-4,
      1.3767e-3,
    },
    {
      0.6720133,
      0.2995206,
      5.0463e-3,
      1.4781e-3,
      1.22316e-2,
      2.6812e-3,
      1.5104e-3,
      1.4187e-3,
      2.7566e-3,
    },
  };

  /**
   * Remnants of the models of Z = 0.001 from 1 to 7 Msun, as the reference holds them. They are no
   * plausible masses (section 8).
   */
  private static final double[] FISHLOCK_REMNANTS_MSUN = {
    0.678, 0.669, 0.657, 0.668, 0.839, 0.948, 1.057, 1.189, 1.403, 1.176, 1.726, 1.659, 1.740,
    1.962, 1.725, 2.062,
  };

  private static final Pattern FISHLOCK_MASS = Pattern.compile("#\\s+([0-9.]+)\\s+Msun.*");
  private static final Pattern KARAKAS_MASS =
      Pattern.compile("#\\s+Initial mass =\\s*([0-9.]+),.*");
  private static final Pattern KARAKAS_REMNANT =
      Pattern.compile("#\\s+Final mass =\\s*([0-9.]+),.*");

  /** Column of the mass fraction X, in both kinds of files. */
  private static final int MASS_FRACTION = 5;

  private final YieldDirectory directory;
  private final MassGrid grid;

  AlternativeYields(YieldDirectory directory, MassGrid grid) {
    this.directory = directory;
    this.grid = grid;
  }

  YieldSet read() {
    return new YieldSet(supernovaII(), agb(), supernovaIa());
  }

  private YieldChannel supernovaII() {
    List<YieldTable> tables = new ArrayList<>();
    for (int i = NOMOTO_METALLICITIES.length - 1; i >= 0; i--) {
      Path path = directory.file("Nomoto2013", "nomoto_net_met_ind_" + i + ".npy");
      NpyTable table = NpyTable.read(path);
      double[] masses = column(table, "Mass", path);
      double[][] net = new double[masses.length][Element.COUNT];
      for (Element element : Element.values()) {
        double[] yield = column(table, element.symbol, path);
        for (int j = 0; j < masses.length; j++) {
          net[j][element.ordinal()] = yield[j];
        }
      }
      double[] winds = column(table, "unprocessed_mass_in_winds", path);
      tables.add(
          new YieldTable(
              grid,
              NOMOTO_METALLICITIES[i],
              YieldSet.LOWEST_SUPERNOVA_MSUN,
              MassGrid.HIGHEST_MSUN,
              masses,
              net,
              winds));
    }
    return new YieldChannel(tables);
  }

  private static double[] column(NpyTable table, String name, Path path) {
    double[] column = table.column(name);
    if (column == null) {
      throw YieldDirectory.broken(path, "it has no field " + name, null);
    }
    return column;
  }

  private SupernovaIaYield supernovaIa() {
    Path path = directory.file("Thielemann2003", "0.02.txt");
    List<String> lines = lines(path);
    if (lines.size() < 2) {
      throw YieldDirectory.broken(path, "it has not two lines", null);
    }
    List<String> names = Arrays.asList(words(lines.get(0)));
    String[] values = words(lines.get(1));
    if (values.length != names.size()) {
      throw YieldDirectory.broken(path, "its two lines have not the same number of words", null);
    }
    double[] elements = new double[Element.COUNT];
    for (Element element : Element.values()) {
      int place = names.indexOf(element.symbol);
      if (place < 0) {
        throw YieldDirectory.broken(path, "it has no column " + element.symbol, null);
      }
      elements[element.ordinal()] = number(values, place, path, 2);
    }
    return new SupernovaIaYield(number(values, 0, path, 2), elements);
  }

  private YieldChannel agb() {
    List<YieldTable> tables = new ArrayList<>();
    for (int i = 0; i < KARAKAS_FILES.length; i++) {
      Path path = directory.file("Karakas2016", KARAKAS_FILES[i]);
      List<AgbModel> models = i == 0 ? fishlock(path) : karakas(path);
      tables.add(agbTable(KARAKAS_METALLICITIES[i], KARAKAS_INITIAL[i], models));
    }
    return new YieldChannel(tables);
  }

  private YieldTable agbTable(double metallicity, double[] initial, List<AgbModel> models) {
    int n = models.size();
    double[] masses = new double[n];
    double[][] net = new double[n][Element.COUNT];
    double[] unprocessed = new double[n];
    for (int j = 0; j < n; j++) {
      AgbModel model = models.get(j);
      masses[j] = model.massMsun;
      unprocessed[j] = 1 - model.remnantMsun / model.massMsun;
      for (int x = 0; x < Element.COUNT; x++) {
        // per Msun of ejecta, but used as if per Msun of star: too large by 1 / unprocessed
        // (section 8)
        net[j][x] = model.elements[x] / model.sum - initial[x];
      }
    }
    return new YieldTable(
        grid,
        metallicity,
        YieldSet.LOWEST_AGB_MSUN,
        YieldSet.LOWEST_SUPERNOVA_MSUN,
        masses,
        net,
        unprocessed);
  }

  private static List<AgbModel> karakas(Path path) {
    List<AgbModel> models = new ArrayList<>();
    @Nullable AgbModel model = null;
    int lineNumber = 0;
    for (String line : lines(path)) {
      lineNumber++;
      Matcher mass = KARAKAS_MASS.matcher(line);
      Matcher remnant = KARAKAS_REMNANT.matcher(line);
      if (mass.matches()) {
        model = new AgbModel(Double.parseDouble(mass.group(1)));
        models.add(model);
      } else if (remnant.matches() && model != null) {
        model.remnantMsun = Double.parseDouble(remnant.group(1));
      } else {
        addSpecies(model, line, path, lineNumber);
      }
    }
    for (AgbModel read : models) {
      if (!(read.sum > 0 && read.remnantMsun > 0)) {
        throw YieldDirectory.broken(
            path, "the model of " + read.massMsun + " Msun is cut off", null);
      }
    }
    return models;
  }

  private static List<AgbModel> fishlock(Path path) {
    List<AgbModel> models = new ArrayList<>();
    @Nullable AgbModel model = null;
    int lineNumber = 0;
    for (String line : lines(path)) {
      lineNumber++;
      Matcher mass = FISHLOCK_MASS.matcher(line);
      if (mass.matches()) {
        model = new AgbModel(Double.parseDouble(mass.group(1)));
        models.add(model);
      } else {
        addSpecies(model, line, path, lineNumber);
      }
    }
    if (models.size() != FISHLOCK_REMNANTS_MSUN.length) {
      throw YieldDirectory.broken(path, "it holds " + models.size() + " models and not 16", null);
    }
    for (int j = 0; j < models.size(); j++) {
      models.get(j).remnantMsun = FISHLOCK_REMNANTS_MSUN[j];
    }
    return models;
  }

  private static void addSpecies(@Nullable AgbModel model, String line, Path path, int lineNumber) {
    if (model == null || line.isBlank() || line.startsWith("#")) {
      return;
    }
    String[] words = words(line);
    double fraction = number(words, MASS_FRACTION, path, lineNumber);
    model.sum += fraction;
    // by atomic number: in some files "p" is both hydrogen and phosphorus
    int element =
        switch ((int) number(words, 1, path, lineNumber)) {
          case 1 -> Element.H.ordinal();
          case 2 -> Element.HE.ordinal();
          case 6 -> Element.C.ordinal();
          case 7 -> Element.N.ordinal();
          case 8 -> Element.O.ordinal();
          case 10 -> Element.NE.ordinal();
          case 12 -> Element.MG.ordinal();
          case 14 -> Element.SI.ordinal();
          case 26 -> Element.FE.ordinal();
          default -> -1;
        };
    if (element >= 0) {
      model.elements[element] = fraction;
    }
  }

  private static double number(String[] words, int place, Path path, int lineNumber) {
    try {
      return Double.parseDouble(words[place]);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw YieldDirectory.broken(
          path, "line " + lineNumber + " has no number in column " + (place + 1), e);
    }
  }

  private static String[] words(String line) {
    return line.strip().split("\\s+");
  }

  private static List<String> lines(Path path) {
    try {
      return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw YieldDirectory.broken(path, "it cannot be read", e);
    }
  }

  /** A model star while its block is read. */
  private static final class AgbModel {
    final double massMsun;
    final double[] elements = new double[Element.COUNT];
    double remnantMsun;
    double sum;

    AgbModel(double massMsun) {
      this.massMsun = massMsun;
    }
  }
}
