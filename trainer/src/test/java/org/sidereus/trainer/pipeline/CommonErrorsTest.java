package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.sets.TrainingSet;

class CommonErrorsTest {
  private static final int ROWS = 20_000;
  private static final List<Parameter> PARAMETERS =
      List.of(
          new Parameter("local", "", Role.LOCAL, new Normal(0, 1)),
          new Parameter("shared", "", Role.SHARED, new Normal(-2.3, 0.3)));

  private final Random random = new Random(5);
  private final TrainingSet draws = draws();

  /** Half from the prior, half with the shared parameter from -4 to 4 sd. */
  private TrainingSet draws() {
    float[] parameters = new float[2 * ROWS];
    for (int row = 0; row < ROWS; row++) {
      double z = row % 2 == 0 ? random.nextGaussian() : 8 * random.nextDouble() - 4;
      parameters[2 * row] = (float) random.nextGaussian();
      parameters[2 * row + 1] = (float) (-2.3 + 0.3 * z);
    }
    return new TrainingSet(ROWS, parameters, new float[ROWS]);
  }

  @Test
  void shouldFindThePartThatDependsOnTheSharedParameters() {
    double[][] errors = new double[3][ROWS];
    for (int row = 0; row < ROWS; row++) {
      double z = (draws.parameters()[2 * row + 1] + 2.3) / 0.3;
      double local = 3e-3 * Math.sin(3 * draws.parameters()[2 * row]);
      errors[0][row] = 1e-3 * Math.exp(0.3 * z) * Math.sin(5 * z) + local;
      errors[1][row] = 3e-3 * random.nextGaussian();
      errors[2][row] = 1e-3 * Math.sin(5 * z) + local;
    }
    List<EmulatorError> found = new CommonErrors(PARAMETERS).of(draws, errors);
    for (int z = -3; z <= 3; z++) {
      double expected = 1e-3 * Math.sqrt(0.5);
      double growing = expected * Math.exp(0.3 * z);
      assertThat(found.get(0).at(new double[] {z})).isCloseTo(growing, within(0.35 * growing));
      assertThat(found.get(1).at(new double[] {z})).isLessThan(0.2e-3);
      assertThat(found.get(2).at(new double[] {z})).isCloseTo(expected, within(0.35 * expected));
    }
  }

  @Test
  void shouldHoldWithFewRuns() {
    TrainingSet few = draws.between(0, 40);
    double[][] errors = new double[3][few.rows()];
    for (int row = 0; row < few.rows(); row++) {
      errors[0][row] = 1e-3 * (1 + 0.1 * random.nextGaussian());
      errors[1][row] = 1e-3 * random.nextGaussian();
    }
    List<EmulatorError> found = new CommonErrors(PARAMETERS).of(few, errors);
    assertThat(found.get(0).at(new double[] {0})).isBetween(0.8e-3, 1.2e-3);
    assertThat(found.get(1).at(new double[] {0})).isLessThan(0.5e-3);
    assertThat(found.get(2)).isEqualTo(EmulatorError.constant(0));
    assertThat(new CommonErrors(PARAMETERS).of(few.between(0, 39), new double[1][39]))
        .containsExactly(EmulatorError.constant(0));
  }

  @Test
  void shouldFindNothingWhereNothingIsShared() {
    double[][] errors = new double[1][ROWS];
    errors[0][3] = 1;
    assertThat(new CommonErrors(PARAMETERS.subList(0, 1)).of(draws, errors))
        .containsExactly(EmulatorError.constant(0));
  }
}
