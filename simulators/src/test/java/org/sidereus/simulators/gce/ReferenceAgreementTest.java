package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/** Agreement with outputs of the reference simulator. */
class ReferenceAgreementTest {
  private static final double[] TRACED = {-2.3, -2.89, -0.3, 0.55, 0.5, 10};

  @ParameterizedTest
  @CsvSource({
    "tng_prior_first100.csv, TNG, 1, 5e-7",
    "tng_prior_no_accretion_first100.csv, TNG, 1e-6, 5e-7",
    "alternative_prior_first50.csv, ALTERNATIVE, 1, 1e-4"
  })
  void shouldAgreeOnPriorDraws(
      String file, YieldSource source, double accretion, double toleranceDex) throws Exception {
    assertThat(largestDifferenceDex(file, source, accretion)).isLessThan(toleranceDex);
  }

  @Test
  void shouldDisagreeWithTheOtherAccretionFactor() throws Exception {
    assertThat(largestDifferenceDex("tng_prior_first100.csv", YieldSource.TNG, 1e-6))
        .isGreaterThan(0.05);
  }

  private static double largestDifferenceDex(String file, YieldSource source, double accretion)
      throws Exception {
    GceModel model = Reference.model(source, accretion);
    ForwardModel.Runner runner = model.newRunner();
    double largest = 0;
    for (NamedCsvRecord row : Reference.rows(file)) {
      double[] theta =
          model.parameters().stream().mapToDouble(p -> Reference.number(row, p.name())).toArray();
      SimulationResult outcome = runner.run(theta);
      assertThat(outcome).as("%s", row).isInstanceOf(SimulationResult.Observables.class);
      double[] found = ((SimulationResult.Observables) outcome).y();
      for (int i = 0; i < found.length; i++) {
        double expected = Reference.number(row, model.observables().get(i).name());
        largest = Math.max(largest, Math.abs(found[i] - expected));
      }
    }
    return largest;
  }

  @ParameterizedTest
  @CsvSource({"tng, TNG, 2e-7", "alternative, ALTERNATIVE, 2e-4"})
  void shouldAgreeOnEveryStepOfTheReservoirs(String name, YieldSource source, double tolerance)
      throws Exception {
    GalaxyEvolution evolution = Reference.model(source, 1).newEvolution();
    evolution.run(TRACED);
    List<NamedCsvRecord> rows = Reference.rows("trace_" + name + "_reference.csv");
    assertThat(rows).hasSize(StarFormation.STEPS);
    for (NamedCsvRecord row : rows) {
      int k = Integer.parseInt(row.getField("step"));
      requireClose(evolution.formed(k), row, "sfr_mass", tolerance);
      requireClose(evolution.infall(k), row, "infall_mass", tolerance);
      for (Element element : Element.values()) {
        requireClose(evolution.ism(k, element), row, "ism_" + element.symbol, tolerance);
        requireClose(evolution.corona(k, element), row, "corona_" + element.symbol, tolerance);
      }
    }
  }

  @ParameterizedTest
  // Relative to the mass of all elements, since the small net yields of some are differences of
  // numbers that are only known to the digits of float32 (TNG) or of the printed compositions.
  @CsvSource({"tng, TNG, 1e-7", "alternative, ALTERNATIVE, 3e-4"})
  void shouldAgreeOnTheReturnOfSingleGenerations(String name, YieldSource source, double tolerance)
      throws Exception {
    GceModel model = Reference.model(source, 1);
    GalaxyEvolution evolution = model.newEvolution();
    evolution.run(TRACED);
    MassGrid grid = new MassGrid();
    StellarPopulation population = new StellarPopulation(grid, model.yields());
    double stepGyr = TRACED[5] / (StarFormation.STEPS - 1);
    population.set(TRACED[0], Math.pow(10, TRACED[1]), stepGyr);
    for (NamedCsvRecord row : Reference.rows("ssp_" + name + "_reference.csv")) {
      int b = Integer.parseInt(row.getField("birth_step"));
      int k = Integer.parseInt(row.getField("age_step"));
      double metallicity = Reference.number(row, "Z_birth");
      double[] generation = new double[StarFormation.STEPS * Element.COUNT];
      population.addReturn(1, metallicity, composition(evolution, b), k, generation, 0);
      population.addSupernovaeIa(new double[] {1}, 1, k, generation);
      requireClose(
          new StellarLifetimes(grid, metallicity).dyingMass(k * stepGyr),
          row,
          "dying_mass_Msun",
          1e-8);
      requireClose(population.supernovaeIa(k), row, "n_snIa", 1e-8);
      double all = 0;
      for (Element element : Element.values()) {
        all += Math.abs(Reference.number(row, "ret_" + element.symbol));
      }
      for (Element element : Element.values()) {
        assertThat(generation[k * Element.COUNT + element.ordinal()])
            .as("return of %s in %s", element, row)
            .isCloseTo(
                Reference.number(row, "ret_" + element.symbol), within(1e-18 + tolerance * all));
      }
    }
  }

  /** Composition of the gas one step before the birth of generation b. */
  private static double[] composition(GalaxyEvolution evolution, int b) {
    int k = Math.max(0, b - 1);
    double[] composition =
        Arrays.stream(Element.values()).mapToDouble(e -> evolution.ism(k, e)).toArray();
    double sum = Arrays.stream(composition).sum();
    return Arrays.stream(composition).map(mass -> mass / sum).toArray();
  }

  private static void requireClose(
      double found, NamedCsvRecord row, String column, double relativeTolerance) {
    double expected = Reference.number(row, column);
    assertThat(found)
        .as("%s in %s", column, row)
        .isCloseTo(expected, within(1e-18 + relativeTolerance * Math.abs(expected)));
  }
}
