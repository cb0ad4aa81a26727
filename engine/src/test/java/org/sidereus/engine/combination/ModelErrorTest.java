package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.inference.Device;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.testing.LinearGaussianBundle;

/** Errors of the model of a linear bundle, whose joint posterior with them is known. */
class ModelErrorTest {
  private static final int OBJECTS = 300;
  private static final double ERROR = LinearGaussianBundle.ERROR;

  /** Prior sd of an offset. */
  private static final double OFFSET_SD = 2 * ERROR;

  private static final double EMULATOR_ERROR = 0.04 * ERROR;

  @TempDir static Path folder;
  private static PosteriorEngine engine;

  /** For groups so large that the noise of each object's samples averages out. */
  private static PosteriorEngine engineOfFewSamples;

  private static Combiner combiner;

  /** The same bundle, whose emulator has an error. */
  private static Combiner ofInexactEmulator;

  /** 0.01 errors of a measurement at the prior's mean, eight times that 3 prior sd from it. */
  private static final EmulatorError WORSE_FAR_AWAY =
      new EmulatorError(
          0.01 * ERROR,
          List.of(0.0, 0.0),
          List.of(List.of(2 * Math.log(8) / 9, 0.0), List.of(0.0, 2 * Math.log(8) / 9)));

  private static Combiner ofEmulatorWithRange;

  private final Random random = new Random(20190611);

  @BeforeAll
  static void open() {
    Bundle bundle = Bundle.load(LinearGaussianBundle.writeWeighted(folder, 0.2, 1.1));
    EngineOptions options = EngineOptions.defaults().withDevice(Device.CPU);
    engine = PosteriorEngine.open(bundle, options.withSamples(2048));
    engineOfFewSamples = PosteriorEngine.open(bundle, options.withSamples(512));
    combiner = Combiner.of(bundle.manifest(), CombinationMethod.GAUSSIAN);
    ofInexactEmulator = of(bundle, EmulatorError.constant(EMULATOR_ERROR));
    ofEmulatorWithRange = of(bundle, WORSE_FAR_AWAY);
  }

  private static Combiner of(Bundle bundle, EmulatorError error) {
    List<Observable> observables =
        bundle.manifest().observables().stream().map(one -> one.withEmulatorError(error)).toList();
    return Combiner.of(
        bundle.manifest().toBuilder().observables(observables).build(), CombinationMethod.GAUSSIAN);
  }

  @AfterAll
  static void close() {
    engine.close();
    engineOfFewSamples.close();
  }

  @Test
  void shouldNameAnOffsetAndAllowForIt() {
    double square = 0;
    int groups = 20;
    int unexplained = 0;
    for (int g = 0; g < groups; g++) {
      double[] truth = LinearGaussianBundle.draw(random);
      List<double[]> data = objects(OBJECTS, truth, 0);
      data.forEach(y -> y[3] += ERROR);
      GroupSummary group = combine(data);
      assertThat(group.flags()).contains(GroupFlag.MODEL_MISFIT);
      List<ModelError> flagged = group.modelErrors().flagged(ModelError.Kind.OFFSET);
      assertThat(flagged).hasSize(1);
      assertThat(flagged.get(0).name()).isEqualTo("y4");
      assertThat(flagged.get(0).text()).matches("y4 \\+0\\.0\\d+ dex");
      assertThat(flagged.get(0).value()).isCloseTo(ERROR, within(4 * flagged.get(0).sd()));
      if (Arrays.equals(group.modelErrors().mean(), group.mean())) {
        unexplained++; // one in twenty
        continue;
      }
      double[][] exact = exactWithOffsets(data, List.of(3), OFFSET_SD);
      for (int i = 0; i < 2; i++) {
        double sd = exact[1][i];
        assertThat(group.modelErrors().mean()[i]).isCloseTo(exact[0][i], within(0.3 * sd));
        assertThat(Math.sqrt(group.modelErrors().covariance()[3 * i]))
            .isCloseTo(sd, within(0.1 * sd));
        assertThat(group.robustMean()[i]).isEqualTo(group.modelErrors().mean()[i]);
        square += Math.pow((group.robustMean()[i] - truth[i]) / sd, 2);
      }
    }
    assertThat(unexplained).isLessThanOrEqualTo(3);
    assertThat(Math.sqrt(square / (2 * (groups - unexplained)))).isLessThan(1.3);
  }

  @Test
  void shouldSeeALocalParameterThatIsNotDrawnFromItsPrior() {
    GroupSummary group = combine(objects(10 * OBJECTS, LinearGaussianBundle.draw(random), 0.8));
    ModelError shift =
        group.modelErrors().errors().stream()
            .filter(error -> error.kind() == ModelError.Kind.SHIFT)
            .findFirst()
            .orElseThrow();
    assertThat(shift.name()).isEqualTo("c");
    assertThat(shift.value()).isCloseTo(0.8, within(4 * shift.sd()));
    assertThat(shift.significance()).isGreaterThan(10);
    // in this model the shift looks exactly like an offset of y1
    assertThat(group.flags()).containsAnyOf(GroupFlag.PRIOR_MISMATCH, GroupFlag.MODEL_MISFIT);
    assertThat(group.modelErrors().errors())
        .filteredOn(ModelError::isFlagged)
        .extracting(ModelError::name)
        .hasSize(1)
        .containsAnyOf("c", "y1");
  }

  @Test
  void shouldFindNothingInCleanGroups() {
    int flagged = 0;
    int groups = 200;
    double squares = 0;
    int judged = 0;
    for (int g = 0; g < groups; g++) {
      ModelErrors errors = combine(objects(30, LinearGaussianBundle.draw(random), 0)).modelErrors();
      flagged += errors.isAnyFlagged() ? 1 : 0;
      for (ModelError error : errors.errors()) {
        squares += error.significance() * error.significance();
        judged++;
      }
    }
    assertThat(flagged).isLessThanOrEqualTo(2);
    assertThat(judged).isGreaterThan(groups);
    assertThat(squares / judged).isBetween(0.8, 1.2);
  }

  @Tag("thorough")
  @Test
  void shouldAllowForTheErrorOfTheEmulatorInLargeGroups() {
    double squares = 0;
    double withoutIt = 0;
    int groups = 20;
    for (int g = 0; g < groups; g++) {
      double[] truth = LinearGaussianBundle.draw(random);
      List<double[]> data = objects(10 * OBJECTS, truth, 0);
      for (int m = 0; m < 4; m++) {
        double offset = EMULATOR_ERROR * random.nextGaussian();
        for (double[] y : data) {
          y[m] += offset;
        }
      }
      GroupSummary group = combine(ofInexactEmulator, data);
      assertThat(group.flags()).contains(GroupFlag.EMULATOR_ERROR);
      assertThat(group.modelErrors().emulatorLoss()).isGreaterThan(ModelErrors.TOLERATED_LOSS);
      assertThat(group.robustMean()).isEqualTo(group.mean());
      double[][] exact = exactWithOffsets(data, List.of(0, 1, 2, 3), EMULATOR_ERROR);
      for (int i = 0; i < 2; i++) {
        // the offsets are not inferred, so that the exact posterior is a little narrower
        assertThat(group.robustSd(i)).isBetween(0.95 * exact[1][i], 1.5 * exact[1][i]);
        squares += Math.pow((group.robustMean()[i] - truth[i]) / group.robustSd(i), 2);
        withoutIt += Math.pow((group.mean()[i] - truth[i]) / group.sd(i), 2);
      }
    }
    assertThat(Math.sqrt(squares / (2 * groups))).isLessThan(1.3);
    assertThat(withoutIt).isGreaterThan(2 * squares);
  }

  @Test
  void shouldAllowForTheErrorOfTheEmulatorWhereTheGroupIs() {
    double squares = 0;
    double withoutIt = 0;
    int groups = 10;
    for (int g = 0; g < groups; g++) {
      double angle = 2 * Math.PI * g / groups;
      double[] z = {3 * Math.cos(angle), 3 * Math.sin(angle)};
      double[] truth = LinearGaussianBundle.PRIOR_MEANS.clone();
      for (int i = 0; i < 2; i++) {
        truth[i] += z[i] * LinearGaussianBundle.PRIOR_SDS[i];
      }
      List<double[]> data = objects(3 * OBJECTS, truth, 0);
      for (int m = 0; m < 4; m++) {
        double offset = WORSE_FAR_AWAY.at(z) * random.nextGaussian();
        for (double[] y : data) {
          y[m] += offset;
        }
      }
      GroupSummary group = combine(ofEmulatorWithRange, data);
      assertThat(group.flags()).contains(GroupFlag.EMULATOR_ERROR);
      for (int i = 0; i < 2; i++) {
        squares += Math.pow((group.robustMean()[i] - truth[i]) / group.robustSd(i), 2);
        withoutIt += Math.pow((group.mean()[i] - truth[i]) / group.sd(i), 2);
      }
    }
    assertThat(Math.sqrt(squares / (2 * groups))).isLessThan(1.3);
    assertThat(withoutIt).isGreaterThan(2 * squares);
    GroupSummary inTheMiddle =
        combine(ofEmulatorWithRange, objects(3 * OBJECTS, LinearGaussianBundle.PRIOR_MEANS, 0));
    assertThat(inTheMiddle.flags()).doesNotContain(GroupFlag.EMULATOR_ERROR);
    assertThat(inTheMiddle.robustSd(0)).isLessThan(1.05 * inTheMiddle.sd(0));
  }

  @Test
  void shouldLoseLittleByTheEmulatorInSmallGroups() {
    List<double[]> data = objects(20, LinearGaussianBundle.draw(random), 0);
    GroupSummary without = combine(data);
    GroupSummary with = combine(ofInexactEmulator, data);
    assertThat(with.flags()).doesNotContain(GroupFlag.EMULATOR_ERROR);
    assertThat(with.modelErrors().emulatorLoss()).isBetween(1e-4, 0.1);
    assertThat(with.mean()).isEqualTo(without.mean());
    assertThat(with.robustSd(0)).isBetween(without.robustSd(0), 1.1 * without.robustSd(0));
    assertThat(without.modelErrors().emulatorLoss()).isZero();
    assertThat(without.robustMean()).isEqualTo(without.mean());
  }

  @Test
  void shouldNotJudgeAFewObjects() {
    assertThat(combine(objects(6, LinearGaussianBundle.draw(random), 0)).modelErrors()).isNull();
  }

  /** Measurements of objects that share a and b. */
  private List<double[]> objects(int count, double[] shared, double shift) {
    List<double[]> data = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] theta = LinearGaussianBundle.draw(random);
      theta[0] = shared[0];
      theta[1] = shared[1];
      theta[2] += shift * LinearGaussianBundle.PRIOR_SDS[2];
      double[] y = LinearGaussianBundle.predict(theta);
      for (int m = 0; m < y.length; m++) {
        y[m] += ERROR * random.nextGaussian();
      }
      data.add(y);
    }
    return data;
  }

  private static GroupSummary combine(List<double[]> data) {
    return combine(combiner, data);
  }

  private static GroupSummary combine(Combiner combiner, List<double[]> data) {
    List<float[]> rows = new ArrayList<>();
    for (double[] y : data) {
      float[] row = new float[y.length];
      for (int m = 0; m < y.length; m++) {
        row[m] = (float) y[m];
      }
      rows.add(row);
    }
    PosteriorEngine fitting = data.size() > OBJECTS ? engineOfFewSamples : engine;
    GroupState state = GroupState.empty(combiner.length());
    for (ObjectSummary object : fitting.infer(rows)) {
      state = state.plus(combiner.contribution(object));
    }
    return combiner.combine(state);
  }

  /**
   * Mean and sd of a and b where offsets of observables have normal priors: each object has the
   * normal distribution y ~ N(H (a, b) + H c0 + offsets, h_c h_c' sd_c^2 + error^2), so that the
   * posterior of (a, b, offsets) is a weighted linear regression.
   */
  private static double[][] exactWithOffsets(
      List<double[]> data, List<Integer> observables, double priorSd) {
    double[] zero = LinearGaussianBundle.predict(new double[3]);
    RealMatrix design = MatrixUtils.createRealMatrix(4, 2 + observables.size());
    RealVector local = new ArrayRealVector(4);
    for (int m = 0; m < 4; m++) {
      design.setEntry(m, 0, LinearGaussianBundle.predict(new double[] {1, 0, 0})[m] - zero[m]);
      design.setEntry(m, 1, LinearGaussianBundle.predict(new double[] {0, 1, 0})[m] - zero[m]);
      local.setEntry(m, LinearGaussianBundle.predict(new double[] {0, 0, 1})[m] - zero[m]);
    }
    for (int offset = 0; offset < observables.size(); offset++) {
      design.setEntry(observables.get(offset), 2 + offset, 1);
    }
    double[] means = LinearGaussianBundle.PRIOR_MEANS;
    double[] sds = LinearGaussianBundle.PRIOR_SDS;
    RealMatrix covariance =
        local
            .outerProduct(local)
            .scalarMultiply(sds[2] * sds[2])
            .add(MatrixUtils.createRealIdentityMatrix(4).scalarMultiply(ERROR * ERROR));
    RealMatrix weight = new LUDecomposition(covariance).getSolver().getInverse();
    double[] precisions = new double[2 + observables.size()];
    Arrays.fill(precisions, 1 / (priorSd * priorSd));
    double[] expectations = new double[precisions.length];
    for (int i = 0; i < 2; i++) {
      precisions[i] = 1 / (sds[i] * sds[i]);
      expectations[i] = means[i];
    }
    RealMatrix precision = MatrixUtils.createRealDiagonalMatrix(precisions);
    RealVector right = precision.operate(new ArrayRealVector(expectations));
    RealVector expected =
        new ArrayRealVector(LinearGaussianBundle.predict(new double[] {0, 0, means[2]}));
    RealMatrix projection = design.transposeMultiply(weight);
    precision = precision.add(projection.multiply(design).scalarMultiply(data.size()));
    for (double[] y : data) {
      right = right.add(projection.operate(new ArrayRealVector(y).subtract(expected)));
    }
    RealMatrix posterior = new LUDecomposition(precision).getSolver().getInverse();
    RealVector mean = posterior.operate(right);
    return new double[][] {
      {mean.getEntry(0), mean.getEntry(1)},
      {Math.sqrt(posterior.getEntry(0, 0)), Math.sqrt(posterior.getEntry(1, 1))}
    };
  }
}
