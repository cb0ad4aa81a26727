package org.sidereus.engine.combination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.inference.ObjectSummary;

/** Populations of objects with Gaussian likelihoods, whose posterior is known. */
final class PopulationStatisticsTest {
  private static final double[] MEANS = {2, -1};
  private static final double[] SDS = {0.5, 0.3};

  @ParameterizedTest
  @CsvSource({
    "1, 10, 0, 0, 1", "1, 10, 0.3, 0, 2", "1, 100, 0, 0, 3", "1, 100, 0.15, 0, 4",
    "1, 1000, 0.1, 0, 5", "1, 3000, 0, 0, 6", "1, 3000, 0.3, 0, 7", "1, 30, 0.6, 0, 8",
    "2, 10, 0, 0, 9", "2, 100, 0.3, 0, 10", "2, 100, 0, 0.3, 11", "2, 1000, 0.1, 0, 12",
    "2, 1000, 0.2, 0.2, 13", "2, 3000, 0, 0, 14", "2, 300, 0.5, 0, 15"
  })
  void shouldGiveTheExactPosteriorOfGaussianObjects(
      int parameters, int objects, double first, double second, long seed) {
    List<RealVector> means = new ArrayList<>();
    List<RealMatrix> covariances = new ArrayList<>();
    draw(parameters, objects, new double[] {first, second}, new Random(seed), means, covariances);
    Population exact = exact(parameters, means, covariances);
    Population found = found(parameters, means, covariances);
    assertThat(found).isNotNull();
    for (int i = 0; i < parameters; i++) {
      assertThat(found.mean()[i]).isCloseTo(exact.mean()[i], within(0.03 * exact.sd(i)));
      assertThat(found.sd(i)).isCloseTo(exact.sd(i), within(0.03 * exact.sd(i)));
      double width = exact.scatterQuantiles()[i][3] - exact.scatterQuantiles()[i][1];
      double tolerance = 0.1 * width + 0.02 * exact.scatter()[i] + 1e-3 * SDS[i];
      assertThat(found.scatter()[i]).isCloseTo(exact.scatter()[i], within(tolerance));
      assertThat(found.quantiles()[i]).isSorted();
      for (int q = 0; q < 5; q++) {
        assertThat(found.quantiles()[i][q])
            .isCloseTo(exact.quantiles()[i][q], within(0.1 * exact.sd(i)));
      }
    }
    assertThat(found.logBayesFactor())
        .isCloseTo(
            exact.logBayesFactor(),
            within(0.1 + 1e-4 * objects + 0.02 * Math.abs(exact.logBayesFactor())));
  }

  /**
   * The interpolation between the sizes of the scatter was wrong by 0.001 for each object: 10,000
   * without a scatter had the evidence 9 for one.
   */
  @ParameterizedTest
  @CsvSource({"10000, 0, 16", "10000, 0.067, 17", "1000, 0.067, 18"})
  void shouldNotMakeAScatterOfManyObjects(int objects, double scatter, long seed) {
    List<RealVector> means = new ArrayList<>();
    List<RealMatrix> covariances = new ArrayList<>();
    Random random = new Random(seed);
    for (int o = 0; o < objects; o++) {
      // of a mock star of gce-tng at a known log10_N_Ia; 30 % from object to object
      double sd = 0.14 * Math.exp(0.3 * random.nextGaussian());
      double value = 0.2 + scatter * random.nextGaussian() + sd * random.nextGaussian();
      means.add(MatrixUtils.createRealVector(new double[] {value}));
      covariances.add(MatrixUtils.createRealDiagonalMatrix(new double[] {sd * sd}));
    }
    Population exact = exact(1, means, covariances);
    Population found = found(1, means, covariances);
    assertThat(found).isNotNull();
    assertThat(found.logBayesFactor())
        .isCloseTo(exact.logBayesFactor(), within(0.3 + 0.01 * Math.abs(exact.logBayesFactor())));
    double width = exact.scatterQuantiles()[0][3] - exact.scatterQuantiles()[0][1];
    assertThat(found.scatter()[0]).isCloseTo(exact.scatter()[0], within(0.2 * width));
  }

  @Test
  void shouldNotDependOnTheOrder() {
    List<RealVector> means = new ArrayList<>();
    List<RealMatrix> covariances = new ArrayList<>();
    draw(2, 50, new double[] {0.2, 0}, new Random(1), means, covariances);
    Population one = found(2, means, covariances);
    List<Integer> order = new ArrayList<>(IntStream.range(0, 50).boxed().toList());
    Collections.shuffle(order, new Random(2));
    Population other =
        found(
            2,
            order.stream().map(means::get).toList(),
            order.stream().map(covariances::get).toList());
    assertThat(other)
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) < 1e-7 ? 0 : Double.compare(a, b), Double.class)
        .isEqualTo(one);
  }

  @Test
  void shouldNotKnowAPopulationOfOne() {
    List<RealVector> means = new ArrayList<>();
    List<RealMatrix> covariances = new ArrayList<>();
    draw(2, 1, new double[2], new Random(1), means, covariances);
    assertThat(found(2, means, covariances)).isNull();
  }

  private static void draw(
      int k,
      int objects,
      double[] scatter,
      Random random,
      List<RealVector> means,
      List<RealMatrix> covariances) {
    double[] centre = {0.5, -0.7};
    for (int o = 0; o < objects; o++) {
      RealMatrix root = MatrixUtils.createRealMatrix(k, k);
      for (int i = 0; i < k; i++) {
        root.setEntry(i, i, (i == 0 ? 0.3 : 0.2) * (0.8 + 0.4 * random.nextDouble()));
        for (int j = 0; j < i; j++) {
          root.setEntry(i, j, 0.25);
        }
      }
      double[] noise = new double[k];
      double[] value = new double[k];
      for (int i = 0; i < k; i++) {
        noise[i] = random.nextGaussian();
        value[i] = centre[i] + scatter[i] * random.nextGaussian();
      }
      means.add(
          MatrixUtils.createRealVector(value)
              .add(root.operate(MatrixUtils.createRealVector(noise))));
      covariances.add(root.multiplyTransposed(root));
    }
  }

  private static @Nullable Population found(
      int k, List<RealVector> means, List<RealMatrix> covariances) {
    Manifest manifest = manifest(k);
    Combiner combiner = Combiner.of(manifest);
    GroupState group = GroupState.empty(combiner.length());
    for (int o = 0; o < means.size(); o++) {
      group = group.plus(combiner.contribution(summary(means.get(o), covariances.get(o))));
    }
    return combiner.combine(group).population();
  }

  /** The posterior of an object with the prior, in units. */
  private static ObjectSummary summary(RealVector mean, RealMatrix covariance) {
    int k = mean.getDimension();
    RealMatrix precision = new LUDecomposition(covariance).getSolver().getInverse();
    RealVector shift = precision.operate(mean);
    RealMatrix own =
        new LUDecomposition(precision.add(MatrixUtils.createRealIdentityMatrix(k)))
            .getSolver()
            .getInverse();
    RealVector centre = own.operate(shift);
    double[] physical = new double[k];
    double[] flat = new double[k * k];
    for (int i = 0; i < k; i++) {
      physical[i] = MEANS[i] + SDS[i] * centre.getEntry(i);
      for (int j = 0; j < k; j++) {
        flat[i * k + j] = own.getEntry(i, j) * SDS[i] * SDS[j];
      }
    }
    return new ObjectSummary(physical, flat, new double[k][3], 1000);
  }

  /** By quadrature over the size of the scatter; the centre is a Gaussian integral. */
  private static Population exact(int k, List<RealVector> means, List<RealMatrix> covariances) {
    int families = k == 1 ? 1 : 3;
    int sizes = 161;
    double[][] logs = new double[families][sizes];
    Moments[][] moments = new Moments[families][sizes];
    double none = 0;
    PopulationGrid.Family[] posteriors = new PopulationGrid.Family[families];
    boolean[][] scattered = {{true, false}, {false, true}, {true, true}};
    for (int f = 0; f < families; f++) {
      double[] size = new double[sizes];
      double highest = Double.NEGATIVE_INFINITY;
      for (int s = 0; s < sizes; s++) {
        size[s] = PopulationStatistics.LARGEST * s / (sizes - 1);
        RealMatrix precision = MatrixUtils.createRealIdentityMatrix(k);
        RealVector shift = MatrixUtils.createRealVector(k);
        double sum = 0;
        for (int o = 0; o < means.size(); o++) {
          RealMatrix wide = covariances.get(o).copy();
          for (int i = 0; i < k; i++) {
            wide.addToEntry(i, i, scattered[f][i] ? size[s] * size[s] : 0);
          }
          CholeskyDecomposition root = new CholeskyDecomposition(wide);
          RealMatrix inverse = root.getSolver().getInverse();
          RealVector image = inverse.operate(means.get(o));
          precision = precision.add(inverse);
          shift = shift.add(image);
          sum -= 0.5 * (image.dotProduct(means.get(o)) + Math.log(root.getDeterminant()));
        }
        CholeskyDecomposition root = new CholeskyDecomposition(precision, 1e-6, 0);
        RealMatrix covariance = root.getSolver().getInverse();
        RealVector mean = covariance.operate(shift);
        logs[f][s] = sum + 0.5 * (mean.dotProduct(shift) - Math.log(root.getDeterminant()));
        moments[f][s] = Moments.of(mean.toArray(), covariance.getData());
        none = s == 0 ? logs[f][0] : none;
        logs[f][s] -= 0.5 * Math.pow(size[s] / PopulationStatistics.SCALE, 2);
        highest = Math.max(highest, logs[f][s]);
      }
      double total = 0;
      double normalisation = 0;
      double[] probabilities = new double[sizes];
      for (int s = 0; s < sizes; s++) {
        double cell = s == 0 || s == sizes - 1 ? 0.5 : 1;
        probabilities[s] = cell * Math.exp(logs[f][s] - highest);
        total += probabilities[s];
        normalisation += cell * Math.exp(-0.5 * Math.pow(size[s] / PopulationStatistics.SCALE, 2));
      }
      for (int s = 0; s < sizes; s++) {
        probabilities[s] /= total;
      }
      posteriors[f] =
          new PopulationGrid.Family(
              highest + Math.log(total / normalisation),
              none,
              size,
              probabilities,
              moments[f],
              probabilities);
    }
    return new PopulationMixture(scattered, posteriors, new NormalProbability())
        .inUnits(new SharedPriors(manifest(k)));
  }

  private static Manifest manifest(int k) {
    return NormalParameters.manifest(k, MEANS, SDS);
  }
}
