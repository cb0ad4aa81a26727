package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.cli.Sidereus;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.PriorDraws;
import picocli.CommandLine;

/** Agreement with the public code of PROVABGS and speclite. */
class SedAgreementTest {
  private static final double TOLERANCE = 1e-3;

  @TempDir Path folder;

  @Test
  void shouldAgreeOnPriorDraws() throws IOException {
    Path expected = SedReference.folder().resolve("reference").resolve("provabgs_prior.csv");
    Path out = folder.resolve("photometry.csv");
    CommandLine line = Sidereus.commandLine();
    StringWriter said = new StringWriter();
    line.setOut(new PrintWriter(said, true));
    assertThat(
            line.execute(
                "simulate",
                "sed",
                "--weights",
                SedReference.folder().toString(),
                "--in",
                expected.toString(),
                "--out",
                out.toString()))
        .isZero();
    assertThat(said.toString()).contains("200 runs, 0 failed");
    List<NamedCsvRecord> found = rows(out);
    List<NamedCsvRecord> wanted = rows(expected);
    assertThat(found).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      for (String band : ProvabgsFiles.BANDS) {
        double flux = Double.parseDouble(wanted.get(i).getField("nmgy_" + band));
        assertThat(Double.parseDouble(found.get(i).getField("nmgy_" + band)))
            .as("%s of row %d", band, i)
            .isCloseTo(flux, within(TOLERANCE * flux));
      }
    }
  }

  private static List<NamedCsvRecord> rows(Path file) throws IOException {
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      return reader.stream().collect(Collectors.toList());
    }
  }

  /** What the original code gives for galaxies at the edges of its rules. */
  @ParameterizedTest
  @CsvSource({
    "'10,.25,.25,.25,.25,0,1,1e-2,1e-2,1,.5,-.7,.05', '8.57012 36.1212 70.5368 99.4942 141.042',"
        + " 3.066419",
    "'9,.7,.1,.1,.1,0,5,1e-3,5e-3,0,0,0,.02', '79.623 165.233 201.281 228.845 257.488', 4.280561",
    "'11,.1,.1,.2,.6,0,5,1.4e-2,1.4e-2,2,1.5,-1.5,.15',"
        + " '0.0709188 1.79055 13.3259 32.4944 62.4471', 1.349670",
    "'10,.25,.25,.25,.25,.3,.05,1e-2,1e-2,1,.5,-.7,.05',"
        + " '141.775 351.85 454.045 539.922 689.541', 5.037225",
    "'10,.25,.25,.25,.25,.3,13.25,1e-2,1e-2,1,.5,-.7,.05',"
        + " '5.99908 25.2848 49.3758 69.646 98.7295', 2.709744"
  })
  void shouldAgreeOnSingleGalaxies(String parameters, String fluxes, double logSpectrum) {
    double[] row = Arrays.stream(parameters.split(",")).mapToDouble(Double::parseDouble).toArray();
    Galaxy galaxy = ProvabgsTable.galaxy(row);
    StellarSpectra spectra = SedReference.spectra();
    GalaxyFluxes model = new GalaxyFluxes(spectra);
    double[] wanted = Arrays.stream(fluxes.split(" ")).mapToDouble(Double::parseDouble).toArray();
    double[] found = model.of(List.of(galaxy)).get(0).whole();
    for (int band = 0; band < wanted.length; band++) {
      assertThat(found[band]).isCloseTo(wanted[band], within(TOLERANCE * wanted[band]));
    }
    double distance = spectra.cosmology().luminosityDistanceCm(row[12]);
    int pixel =
        IntStream.range(0, spectra.wavelengths().length)
            .filter(i -> Math.abs(spectra.wavelengths()[i] - 5287.97) < 0.1)
            .findFirst()
            .orElseThrow();
    double flux =
        model.luminosity(galaxy)[pixel]
            * 3.846e50
            / (4 * Math.PI * distance * distance)
            / (1 + row[12]);
    assertThat(Math.log(flux)).isCloseTo(logSpectrum, within(1e-4));
  }

  @Test
  void shouldNotDependOnTheBatch() {
    SedModel model = new SedModel(SedReference.spectra());
    double[][] draws = new PriorDraws(model, 3).next(70);
    ForwardModel.Runner runner = model.newRunner();
    SimulationResult[] together = runner.runAll(draws);
    int i = new SplittableRandom(1).nextInt(draws.length);
    for (int n = 0; n < 10; n++, i = (i + 37) % draws.length) {
      SimulationResult alone = runner.run(draws[i]);
      if (together[i] instanceof SimulationResult.Observables outcome) {
        assertThat(((SimulationResult.Observables) alone).y()).containsExactly(outcome.y());
      } else {
        assertThat(alone).isEqualTo(together[i]);
      }
    }
  }
}
