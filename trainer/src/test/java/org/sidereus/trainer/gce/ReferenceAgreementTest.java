package org.sidereus.trainer.gce;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.trainer.Outcome;

/** Agreement with outputs of the reference simulator. */
class ReferenceAgreementTest {
  private static final double[] TRACED = {-2.3, -2.89, -0.3, 0.55, 0.5, 10};

  @ParameterizedTest
  @CsvSource({
    "tng_prior_first100.csv, TNG, 1, 1e-4",
    "tng_prior_no_accretion_first100.csv, TNG, 1e-6, 1e-4",
    "alternative_prior_first50.csv, ALTERNATIVE, 1, 5e-4"
  })
  void shouldAgreeOnPriorDraws(String file, YieldSource source, double accretion, double tolerance)
      throws Exception {
    GceModel model = Reference.model(source, accretion);
    GalaxyEvolution runner = model.newEvolution();
    double largest = 0;
    int voids = 0;
    for (NamedCsvRecord row : Reference.rows(file)) {
      double[] theta =
          model.parameters().stream().mapToDouble(p -> Reference.number(row, p.name())).toArray();
      Outcome outcome = runner.run(theta);
      if (outcome instanceof Outcome.Observables found) {
        for (int i = 0; i < found.y().length; i++) {
          double expected = Reference.number(row, model.observables().get(i).name());
          largest = Math.max(largest, Math.abs(found.y()[i] - expected));
        }
      } else {
        System.out.println(outcome + " " + row);
        voids++;
      }
    }
    System.out.println(file + " " + accretion + " " + largest + " void " + voids);
    assertThat(largest).isLessThan(tolerance);
    assertThat(voids).isZero();
  }

  @ParameterizedTest
  @CsvSource({"tng, TNG, 1e-7", "alternative, ALTERNATIVE, 2e-4"})
  void shouldAgreeOnEveryStepOfTheReservoirs(String name, YieldSource source, double tolerance)
      throws Exception {
    GalaxyEvolution runner = Reference.model(source, 1).newEvolution();
    runner.run(TRACED);
    List<NamedCsvRecord> rows = Reference.rows("trace_" + name + "_reference.csv");
    assertThat(rows).hasSize(StarFormation.STEPS);
    double largest = 0;
    for (NamedCsvRecord row : rows) {
      int k = Integer.parseInt(row.getField("step"));
      largest = Math.max(largest, relative(runner.formed(k), row, "sfr_mass"));
      largest = Math.max(largest, relative(runner.infall(k), row, "infall_mass"));
      for (Element element : Element.values()) {
        largest = Math.max(largest, relative(runner.ism(k, element), row, "ism_" + element.symbol));
        largest =
            Math.max(largest, relative(runner.corona(k, element), row, "corona_" + element.symbol));
      }
    }
    System.out.println("trace " + name + " " + largest);
    assertThat(largest).isLessThan(tolerance);
  }

  private static double relative(double found, NamedCsvRecord row, String column) {
    double expected = Reference.number(row, column);
    double difference = expected == 0 ? Math.abs(found) : Math.abs(found / expected - 1);
    return difference;
  }
}
