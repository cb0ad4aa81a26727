package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.Progress;
import org.sidereus.engine.ProgressReporter;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.run.ParallelRuns;
import org.sidereus.simulators.run.PriorDraws;

class GceModelTest {
  private static final double[] TYPICAL = {-2.3, -2.89, -0.3, 0.55, 0.5, 10};

  private final GceModel model = SyntheticYields.model(1e-6);

  @Test
  void shouldNameParametersAndObservablesInTheOrderOfTheFiles() {
    assertThat(model.parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "alpha_IMF", "log10_N_Ia", "log10_SFE", "log10_SFR_peak", "x_out", "T_birth_Gyr");
    assertThat(model.observables())
        .extracting(Observable::name)
        .containsExactly("C_Fe", "Fe_H", "He_Fe", "Mg_Fe", "N_Fe", "Ne_Fe", "O_Fe", "Si_Fe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gce-tng", "gce-alternative"})
  void shouldHaveTheUniverseThatTheShippedBundlesSay(String bundle) {
    Manifest manifest = Manifest.read(Path.of("..", "bundles", bundle, Manifest.FILE));
    assertThat(model.ageOfUniverseGyr()).hasValue(13.797617).isEqualTo(manifest.ageOfUniverseGyr());
  }

  @Property(tries = 50)
  void shouldMoveMassBetweenReservoirsWithoutLoss(@ForAll @LongRange(max = 1_000_000) long seed) {
    double accretion = 0.3;
    GalaxyEvolution evolution = SyntheticYields.model(accretion).newEvolution();
    double[] theta = new PriorDraws(model, seed).next();
    Assume.that(evolution.run(theta) instanceof SimulationResult.Observables);
    for (Element element : Element.values()) {
      for (int k = 1; k < evolution.steps(); k++) {
        double before = evolution.ism(k - 1, element) + evolution.corona(k - 1, element);
        double after = evolution.ism(k, element) + evolution.corona(k, element);
        double accreted = accretion * evolution.formed(k) * primordial(element);
        double locked = evolution.formed(k) * evolution.ism(k, element) / total(evolution, k);
        assertThat(after)
            .isCloseTo(before + evolution.returned(k, element) + accreted - locked, within(1e-13));
      }
    }
  }

  @Property(tries = 50)
  void shouldFormStarsInProportionToTheGas(@ForAll @LongRange(max = 1_000_000) long seed) {
    GalaxyEvolution evolution = model.newEvolution();
    double[] theta = new PriorDraws(model, seed).next();
    Assume.that(evolution.run(theta) instanceof SimulationResult.Observables);
    double starsPerGas = Math.pow(10, theta[2]) * theta[5] / (StarFormation.STEPS - 1);
    Assume.that(starsPerGas < 1);
    int checked = 0;
    for (int k = 1; k < evolution.steps(); k++) {
      boolean coronaSupplies = total(evolution::corona, k) > 1e-6;
      if (evolution.infall(k) > 0 && coronaSupplies) {
        double gas = total(evolution, k) + evolution.formed(k);
        assertThat(evolution.formed(k) / gas).isCloseTo(starsPerGas, within(1e-7));
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }

  @Property(tries = 50)
  void shouldMakeMoreIronWithMoreSupernovaeIa(
      @ForAll @DoubleRange(min = -3.8, max = -2) double log10NIa) {
    double[] few = TYPICAL.clone();
    few[1] = log10NIa;
    double[] more = TYPICAL.clone();
    more[1] = log10NIa + 0.05;
    assertThat(abundance(few, "O_Fe")).isGreaterThan(abundance(more, "O_Fe"));
    assertThat(abundance(few, "Fe_H")).isLessThan(abundance(more, "Fe_H"));
  }

  @Property(tries = 50)
  void shouldMakeMoreMetalsWithMoreMassiveStars(
      @ForAll @DoubleRange(min = -3.2, max = -1.6) double alpha) {
    double[] steep = TYPICAL.clone();
    steep[0] = alpha;
    double[] shallow = TYPICAL.clone();
    shallow[0] = alpha + 0.05;
    assertThat(abundance(steep, "O_Fe")).isLessThan(abundance(shallow, "O_Fe"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void shouldNotDependOnTheNumberOfThreads(int threads) {
    double[][] thetas = new PriorDraws(model, 7).next(1500);
    GalaxyEvolution fresh = model.newEvolution();
    SimulationResult[] outcomes;
    try (Progress progress = ProgressReporter.NONE.start("test", thetas.length)) {
      outcomes = new ParallelRuns(model::newRunner, threads).run(thetas, progress);
    }
    for (int i = thetas.length - 1; i >= 0; i--) {
      assertThat(text(outcomes[i])).isEqualTo(text(fresh.run(thetas[i])));
    }
  }

  @Test
  void shouldRefuseBirthTimesOutsideOfTheRange() {
    assertThat(reason(5, 0.79)).isEqualTo(GceFailure.BIRTH_TIME_OUT_OF_RANGE);
    assertThat(reason(5, 0)).isEqualTo(GceFailure.BIRTH_TIME_OUT_OF_RANGE);
    assertThat(reason(5, -3)).isEqualTo(GceFailure.BIRTH_TIME_OUT_OF_RANGE);
    assertThat(reason(5, 14.5)).isEqualTo(GceFailure.BIRTH_TIME_OUT_OF_RANGE);
    assertThat(reason(5, 0.8)).isNull();
    assertThat(reason(5, 13.8)).isNull();
  }

  @Test
  void shouldRefuseStarsBornAfterTheEndOfStarFormation() {
    assertThat(reason(3, 0)).isEqualTo(GceFailure.STAR_FORMATION_TOO_LOW);
    assertThat(reason(3, -400)).isEqualTo(GceFailure.STAR_FORMATION_TOO_LOW);
  }

  @Test
  void shouldRefuseParametersThatAreNoNumbers() {
    for (int i = 0; i < TYPICAL.length; i++) {
      assertThat(reason(i, Double.NaN)).isEqualTo(GceFailure.NOT_A_NUMBER);
      assertThat(reason(i, Double.POSITIVE_INFINITY)).isEqualTo(GceFailure.NOT_A_NUMBER);
    }
  }

  @Test
  void shouldRefuseNegativeMasses() {
    SimulationResult outcome = SyntheticYields.modelThatBindsNitrogen().newRunner().run(TYPICAL);
    assertThat(outcome).isEqualTo(new SimulationResult.Failed(GceFailure.NEGATIVE_MASS));
  }

  @Test
  void shouldAlwaysGiveFiniteAbundancesOrAReason() {
    int withAbundances = 0;
    double[] extremes = {-400, -20, -1, 0, 1, 20, 400};
    for (double extreme : extremes) {
      for (int i = 0; i < TYPICAL.length; i++) {
        double[] theta = TYPICAL.clone();
        theta[i] = extreme;
        if (model.newRunner().run(theta) instanceof SimulationResult.Observables found) {
          assertThat(found.y()).as("theta %d is %s", i, extreme).doesNotContain(Double.NaN);
          assertThat(Arrays.stream(found.y()).allMatch(Double::isFinite)).isTrue();
          withAbundances++;
        }
      }
    }
    assertThat(withAbundances).isGreaterThan(5);
  }

  @Test
  void shouldRefuseParametersOfAnotherLength() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.newRunner().run(new double[5]))
        .withMessageContaining("6")
        .withMessageContaining("5");
  }

  @Test
  void shouldNotChangeTheParameters() {
    double[] theta = TYPICAL.clone();
    model.newRunner().run(theta);
    assertThat(theta).containsExactly(TYPICAL);
  }

  private GceFailure reason(int parameter, double value) {
    double[] theta = TYPICAL.clone();
    theta[parameter] = value;
    return model.newRunner().run(theta) instanceof SimulationResult.Failed none
        ? (GceFailure) none.reason()
        : null;
  }

  private double abundance(double[] theta, String name) {
    double[] y = ((SimulationResult.Observables) model.newRunner().run(theta)).y();
    for (int i = 0; i < y.length; i++) {
      if (model.observables().get(i).name().equals(name)) {
        return y[i];
      }
    }
    throw new IllegalArgumentException("no observable " + name);
  }

  private static String text(SimulationResult outcome) {
    return outcome instanceof SimulationResult.Observables found
        ? Arrays.toString(found.y())
        : outcome.toString();
  }

  private static double primordial(Element element) {
    return element == Element.H ? 0.76 : element == Element.HE ? 0.24 : 0;
  }

  private static double total(GalaxyEvolution evolution, int k) {
    return total(evolution::ism, k);
  }

  private static double total(Reservoir reservoir, int k) {
    return Arrays.stream(Element.values()).mapToDouble(e -> reservoir.mass(k, e)).sum();
  }

  @FunctionalInterface
  private interface Reservoir {
    double mass(int k, Element element);
  }
}
