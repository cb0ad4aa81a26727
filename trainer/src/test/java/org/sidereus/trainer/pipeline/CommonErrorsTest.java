package org.sidereus.trainer.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
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

  private TrainingSet draws() {
    float[] parameters = new float[2 * ROWS];
    for (int row = 0; row < ROWS; row++) {
      parameters[2 * row] = (float) random.nextGaussian();
      parameters[2 * row + 1] = (float) (-2.3 + 0.3 * random.nextGaussian());
    }
    return new TrainingSet(ROWS, parameters, new float[ROWS]);
  }

  @Test
  void shouldFindThePartThatDependsOnTheSharedParameters() {
    double[][] errors = new double[2][ROWS];
    double square = 0;
    for (int row = 0; row < ROWS; row++) {
      double z = (draws.parameters()[2 * row + 1] + 2.3) / 0.3;
      double common = 1e-3 * Math.sin(z);
      square += common * common / ROWS;
      errors[0][row] = common + 3e-3 * Math.sin(3 * draws.parameters()[2 * row]);
      errors[1][row] = 3e-3 * random.nextGaussian();
    }
    double[] found = new CommonErrors(PARAMETERS).rootMeanSquares(draws, errors);
    assertThat(found[0]).isCloseTo(Math.sqrt(square), within(0.05e-3));
    assertThat(found[1]).isLessThan(0.05e-3);
  }

  @Test
  void shouldFindNothingWhereNothingIsShared() {
    double[][] errors = new double[1][ROWS];
    errors[0][3] = 1;
    assertThat(new CommonErrors(PARAMETERS.subList(0, 1)).rootMeanSquares(draws, errors))
        .containsExactly(0);
  }
}
