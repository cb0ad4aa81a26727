package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/**
 * Coordinates of a flow's features in which they are uncorrelated and of variance one: W x, where x
 * are the scaled features and W is the inverse of the symmetric square root of their covariance.
 *
 * <p>The layers that see the features are trained in these coordinates, as A' of A x = A' W x. The
 * flow can represent the same functions. The optimiser has one step size per weight, so in these
 * coordinates it learns small differences between correlated features, such as the colours of an
 * object, as fast as what they have in common. The exported weights are A = A' W, so a bundle does
 * not contain W.
 */
public final class FeatureWhitening {
  /** Smallest variance, as a share of a scaled feature's, that is made as large as the others. */
  private static final double LEAST_VARIANCE = 1e-6;

  private final RealMatrix whitening;
  private final RealMatrix inverse;

  private FeatureWhitening(RealMatrix whitening, RealMatrix inverse) {
    this.whitening = whitening;
    this.inverse = inverse;
  }

  /** Coordinates that are the scaled features themselves. */
  public static FeatureWhitening none(int features) {
    RealMatrix identity = MatrixUtils.createRealIdentityMatrix(features);
    return new FeatureWhitening(identity, identity);
  }

  /**
   * Coordinates in which given features are uncorrelated.
   *
   * @param scaled scaled features of objects as in the training [N, F], N at least 2
   */
  public static FeatureWhitening of(double[][] scaled) {
    if (scaled[0].length == 1) {
      return none(1);
    }
    EigenDecompositionSymmetric eigen = new EigenDecompositionSymmetric(covariance(scaled));
    double[] sds =
        IntStream.range(0, scaled[0].length)
            .mapToDouble(i -> Math.sqrt(Math.max(eigen.getEigenvalue(i), LEAST_VARIANCE)))
            .toArray();
    RealMatrix axes = eigen.getV();
    RealMatrix inverse =
        axes.multiply(MatrixUtils.createRealDiagonalMatrix(sds)).multiplyTransposed(axes);
    double[] scales = IntStream.range(0, sds.length).mapToDouble(i -> 1 / sds[i]).toArray();
    RealMatrix whitening =
        axes.multiply(MatrixUtils.createRealDiagonalMatrix(scales)).multiplyTransposed(axes);
    return new FeatureWhitening(whitening, inverse);
  }

  private static RealMatrix covariance(double[][] rows) {
    double[] mean = new double[rows[0].length];
    double[][] products = new double[mean.length][mean.length];
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    for (double[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        for (int j = 0; j < mean.length; j++) {
          products[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.length;
        }
      }
    }
    return MatrixUtils.createRealMatrix(products);
  }

  /** The weights A' to train, of the weights A of a flow. */
  public Weights trainable(FlowSpec spec, Weights weights) {
    return multiplied(spec, weights, inverse);
  }

  /** The weights A of a flow, of the trained weights A'. */
  public Weights exported(FlowSpec spec, Weights trained) {
    return multiplied(spec, trained, whitening);
  }

  private static Weights multiplied(FlowSpec spec, Weights weights, RealMatrix factor) {
    Map<String, Tensor> tensors = new HashMap<>(weights.tensors());
    for (String name : layers(spec)) {
      Tensor layer = Objects.requireNonNull(tensors.get(name), name);
      float[] product = new float[layer.values().length];
      for (int row = 0; row < layer.rows(); row++) {
        for (int column = 0; column < layer.columns(); column++) {
          double sum = 0;
          for (int k = 0; k < layer.columns(); k++) {
            sum += layer.at(row, k) * factor.getEntry(k, column);
          }
          product[row * layer.columns() + column] = (float) sum;
        }
      }
      tensors.put(name, new Tensor(layer.shape(), product));
    }
    return new Weights(tensors);
  }

  /** Names of the tensors [H, F] that are multiplied with the features. */
  static List<String> layers(FlowSpec spec) {
    if (spec.embedding() != null) {
      return List.of("embedding.0.weight");
    }
    return IntStream.range(0, spec.transforms().size())
        .mapToObj(t -> "transforms." + t + ".")
        .flatMap(name -> Stream.of(name + "context.weight", name + "output.context.weight"))
        .toList();
  }

  /** W as a tensor [F, F]. */
  NDArray matrix(NDManager manager) {
    float[][] rows = new float[whitening.getRowDimension()][whitening.getColumnDimension()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows.length; j++) {
        rows[i][j] = (float) whitening.getEntry(i, j);
      }
    }
    return manager.create(rows);
  }
}
