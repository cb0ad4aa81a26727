package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;

/** The rules of the model on networks that give back one of their inputs. */
class SyntheticWeightsTest {
  private static final double[][] RANGES = {
    {2005, 3590}, {3601, 5499}, {5500, 7401}, {7410, 59900}
  };
  private static final String[] NAMES = {
    "w2000_3600.pca50", "w3600_5500.pca50", "w5500_7410.pca50", "w7410_60000.pca30"
  };

  @TempDir Path folder;

  @BeforeEach
  void writeTables() throws IOException {
    Files.createDirectories(folder.resolve("provabgs"));
    Files.createDirectories(folder.resolve("filters"));
    for (int i = 0; i < 4; i++) {
      write("nmf.v0.1.seed0_99." + NAMES[i] + ".8x256.nbatch250.pkl", network(9, 8, RANGES[i]));
    }
    // a metallicity of 0.01 gamma1 + 0.02 gamma2 t; the tables begin with the largest time
    table("sfh_t_int.txt", "10\n5\n1\n");
    table("NMF_2basis_Z_components_nowgt_lin_Nc2.txt", "0.01 0.01 0.01\n0.2 0.1 0.02\n");
    table("NMF_2basis_SFH_components_nowgt_lin_Nc4.txt", "1 1 1\n1 1 1\n1 1 1\n1 1 1\n");
    double start = 3000;
    for (String band : ProvabgsFiles.BANDS) {
      Files.writeString(
          folder.resolve("filters").resolve("sdss2010-" + band + ".ecsv"),
          "# ECSV%nwavelength response%n%s 0%n%s 1%n%s 0%n"
              .formatted(start, start + 500, start + 1000));
      start += 1500;
    }
  }

  @Test
  void shouldGiveTheOldBurstLogarithms() throws IOException {
    for (int i = 0; i < 4; i++) {
      write("fsps.burst.seed0_199.w" + i + ".pca30.8x256.nbatch250.pkl", network(4, 0, RANGES[i]));
    }
    assertThat(burstSpectrum(2.0)).isCloseTo(Math.log10(2.0), within(1e-5));
  }

  @Test
  void shouldGiveTheNewBurstTheTimeItself() throws IOException {
    for (int i = 0; i < 4; i++) {
      write("burst.v0.1.seed0_199." + NAMES[i] + ".6x512.nbatch250.pkl", network(4, 0, RANGES[i]));
    }
    assertThat(burstSpectrum(2.0)).isCloseTo(2.0, within(1e-5));
  }

  @Test
  void shouldAddMetalsLinearlyBeyondTheTable() throws IOException {
    for (int i = 0; i < 4; i++) {
      write("burst.v0.1.seed0_199." + NAMES[i] + ".6x512.nbatch250.pkl", network(4, 1, RANGES[i]));
    }
    assertThat(burstSpectrum(12.0)).isCloseTo(0.01 * 0.5 + 0.02 * 12.0 * 0.1, within(1e-5));
  }

  @Test
  void shouldLoseTheLightOfABurstBeforeTheBeginning() throws IOException {
    for (int i = 0; i < 4; i++) {
      write("burst.v0.1.seed0_199." + NAMES[i] + ".6x512.nbatch250.pkl", network(4, 2, RANGES[i]));
    }
    Galaxy galaxy = galaxy(0.25, 13.2, 0.1);
    double age = new Cosmology().ageGyr(0.1);
    assertThat(logSpectrum(galaxy, LateBurst.DARK)).isCloseTo(age + Math.log(0.75), within(1e-5));
    assertThat(logSpectrum(galaxy, LateBurst.ABSENT)).isCloseTo(age, within(1e-5));
  }

  @Test
  void shouldNameWhatIsMissing() throws IOException {
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(() -> ProvabgsFiles.of(folder).burstNetworks())
        .withMessageContaining("0 networks of the burst")
        .withMessageContaining("provabgs");
    Files.delete(folder.resolve("filters").resolve("sdss2010-r.ecsv"));
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(() -> ProvabgsFiles.of(folder).filterCurves())
        .withMessageContaining("sdss2010-r.ecsv");
  }

  @Test
  void shouldFindTheNetworksInACheckout() throws IOException {
    Path dat = folder.resolve("src").resolve("provabgs").resolve("dat");
    Files.createDirectories(dat.getParent());
    Files.move(folder.resolve("provabgs"), dat);
    assertThat(ProvabgsFiles.of(folder).historyNetworks()).hasSize(4);
  }

  private double burstSpectrum(double gyr) {
    return logSpectrum(galaxy(1, gyr, 0.01), LateBurst.DARK);
  }

  private double logSpectrum(Galaxy galaxy, LateBurst rule) {
    StellarSpectra spectra = StellarSpectra.of(folder, rule);
    return Math.log(new GalaxyFluxes(spectra).luminosity(galaxy)[3]);
  }

  private static Galaxy galaxy(double burstShare, double burstGyr, double redshift) {
    return new Galaxy(
        0,
        new Galaxy.History(new double[] {0.5, 0.5, 0.5}, burstShare, burstGyr, 0.5, 0.1),
        new Galaxy.Dust(1, 1, 0),
        redshift);
  }

  /** One hidden layer whose activation is the identity; every point has one of the inputs. */
  private static List<Object> network(int inputs, int chosen, double[] range) {
    int points = 40;
    double[] first = new double[inputs * 2];
    first[chosen * 2] = 1;
    double[] wavelengths = new double[points];
    for (int j = 0; j < points; j++) {
      wavelengths[j] = range[0] + (range[1] - range[0]) * j / (points - 1);
    }
    List<Object> list =
        new ArrayList<>(
            List.of(
                List.of(matrix(inputs, 2, first), matrix(2, 1, 1, 0)),
                List.of(vector(0, 0), vector(0)),
                List.of(vector(1, 1)),
                List.of(vector(1, 1)), // beta = 1: linear
                vector(Collections.nCopies(inputs, 0.5)),
                vector(Collections.nCopies(inputs, 2.0)),
                vector(0.5), // undoes the shift and scale of the input
                vector(2),
                vector(Collections.nCopies(points, 0.0)),
                vector(Collections.nCopies(points, 1.0)),
                matrix(1, points, Collections.nCopies(points, 1.0)),
                inputs,
                points,
                vector(wavelengths)));
    list.addAll(List.of(1, List.of(2), 2, List.of(inputs, 2, 1)));
    return list;
  }

  private static PickledArray vector(double... values) {
    return new PickledArray(new int[] {values.length}, values);
  }

  private static PickledArray vector(List<Double> values) {
    return vector(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static PickledArray matrix(int rows, int columns, double... values) {
    return new PickledArray(new int[] {rows, columns}, values);
  }

  private static PickledArray matrix(int rows, int columns, List<Double> values) {
    return matrix(rows, columns, vector(values).values());
  }

  private void write(String name, List<Object> network) throws IOException {
    Files.write(folder.resolve("provabgs").resolve(name), PickleBytes.of(network));
  }

  private void table(String name, String content) throws IOException {
    Files.writeString(folder.resolve("provabgs").resolve(name), content);
  }
}
