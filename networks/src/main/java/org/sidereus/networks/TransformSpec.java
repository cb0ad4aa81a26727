package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One autoregressive transform z_t -> z_{t+1} of a flow, in the density direction. Its parameters
 * at each dimension come from a masked network (MADE: Germain et al. 2015; Papamakarios et al.
 * 2017).
 *
 * <p>A hidden unit of degree d sees the dimensions at autoregressive positions below d, and of the
 * layer before it the units of degree d or less; the outputs of position k see the hidden units of
 * degree k or less. {@link AutoregressiveMask} writes this out.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(TransformSpec.Affine.class),
  @JsonSubTypes.Type(TransformSpec.ScaleShift.class),
  @JsonSubTypes.Type(TransformSpec.PositiveScaleShift.class),
  @JsonSubTypes.Type(TransformSpec.RationalQuadraticSpline.class),
  @JsonSubTypes.Type(TransformSpec.BoundedSpline.class)
})
public sealed interface TransformSpec {

  /** {@code order().get(k)} is the index of the dimension at autoregressive position k. */
  List<Integer> order();

  /** Degrees of the units of each hidden layer, 0 to D-1. */
  List<List<Integer>> degrees();

  /** After every hidden layer. */
  Activation activation();

  /** P: number of outputs of the masked network for each dimension. */
  int outputsPerDimension();

  /**
   * The soft bound b of an output: what is used is {@code raw / (1 + |raw| / b)}, which stays
   * between -b and b. Empty: the raw output is used.
   *
   * @param output 0 to P-1
   */
  default OptionalDouble softBound(int output) {
    return OptionalDouble.empty();
  }

  /** D. */
  default int dimensions() {
    return order().size();
  }

  /** Width of a hidden layer. */
  default int width(int layer) {
    return degrees().get(layer).size();
  }

  /** Number of hidden layers. */
  default int hiddenLayers() {
    return degrees().size();
  }

  /**
   * An affine transform whose log scale has a soft bound. Outputs: shift, then raw log scale.
   * {@code log_scale = raw / (1 + |raw| / log_scale_bound)}.
   */
  sealed interface BoundedAffine extends TransformSpec {

    /** The log scale stays below this in absolute value. */
    double logScaleBound();

    @Override
    default int outputsPerDimension() {
      return 2;
    }

    @Override
    default OptionalDouble softBound(int output) {
      return output == 1 ? OptionalDouble.of(logScaleBound()) : OptionalDouble.empty();
    }
  }

  /**
   * An affine transform that shifts before it scales: {@code z_{t+1}[i] = (z_t[i] - shift_i)
   * exp(-log_scale_i)}.
   *
   * @param logScaleBound the log scale stays below this in absolute value
   */
  @JsonTypeName("affine")
  record Affine(
      List<Integer> order, List<List<Integer>> degrees, Activation activation, double logScaleBound)
      implements BoundedAffine {
    /** Checks order and degrees. */
    public Affine {
      order = checkedOrder(order);
      degrees = checkedDegrees(degrees, order.size());
      Checks.present("activation", activation);
      Checks.positive("log_scale_bound", logScaleBound);
    }
  }

  /**
   * The affine form of zuko, which scales before it shifts: {@code z_{t+1}[i] = z_t[i]
   * exp(log_scale_i) + shift_i}.
   *
   * @param logScaleBound the log scale stays below this in absolute value
   */
  @JsonTypeName("scale-shift")
  record ScaleShift(
      List<Integer> order, List<List<Integer>> degrees, Activation activation, double logScaleBound)
      implements BoundedAffine {
    /** Checks order and degrees. */
    public ScaleShift {
      order = checkedOrder(order);
      degrees = checkedDegrees(degrees, order.size());
      Checks.present("activation", activation);
      Checks.positive("log_scale_bound", logScaleBound);
    }
  }

  /**
   * The affine form of nflows. Outputs: shift, then raw scale. {@code z_{t+1}[i] = z_t[i] scale_i +
   * shift_i}.
   *
   * @param scale from the raw scale to one that is positive
   * @param minScale added to the positive scale
   */
  @JsonTypeName("positive-scale-shift")
  record PositiveScaleShift(
      List<Integer> order,
      List<List<Integer>> degrees,
      Activation activation,
      PositiveScale scale,
      double minScale)
      implements TransformSpec {
    /** Checks order and degrees. */
    public PositiveScaleShift {
      order = checkedOrder(order);
      degrees = checkedDegrees(degrees, order.size());
      Checks.present("activation", activation);
      Checks.present("scale", scale);
      Checks.positive("min_scale", minScale);
    }

    @Override
    public int outputsPerDimension() {
      return 2;
    }
  }

  /** A monotone rational-quadratic spline with linear tails (Durkan et al. 2019). */
  sealed interface Spline extends TransformSpec {

    /** Number of bins, at least 2. */
    int bins();

    /** The spline acts on [-tail_bound, tail_bound] and is the identity outside. */
    double tailBound();

    /** Smallest width of a bin, as a fraction of the interval. */
    double minBinWidth();

    /** Smallest height of a bin, as a fraction of the interval. */
    double minBinHeight();

    @Override
    default int outputsPerDimension() {
      return 3 * bins() - 1;
    }
  }

  /**
   * Monotone rational-quadratic spline with linear tails (Durkan et al. 2019). Outputs: {@code
   * bins} raw widths, {@code bins} raw heights, {@code bins - 1} raw derivatives at the inner
   * knots; the derivatives at both ends are 1.
   *
   * @param bins number of bins, at least 2
   * @param tailBound the spline acts on [-tail_bound, tail_bound] and is the identity outside
   * @param minBinWidth smallest width of a bin, as a fraction of the interval
   * @param minBinHeight smallest height of a bin, as a fraction of the interval
   * @param minDerivative smallest derivative at an inner knot
   */
  @JsonTypeName("rational-quadratic-spline")
  record RationalQuadraticSpline(
      List<Integer> order,
      List<List<Integer>> degrees,
      Activation activation,
      int bins,
      double tailBound,
      double minBinWidth,
      double minBinHeight,
      double minDerivative)
      implements Spline {
    /** Checks order, degrees and the numbers of the spline. */
    public RationalQuadraticSpline {
      order = checkedOrder(order);
      degrees = checkedDegrees(degrees, order.size());
      Checks.present("activation", activation);
      checkBins(bins);
      Checks.positive("tail_bound", tailBound);
      Checks.positive("min_bin_width", minBinWidth);
      Checks.positive("min_bin_height", minBinHeight);
      Checks.positive("min_derivative", minDerivative);
      if (minBinWidth * bins >= 1 || minBinHeight * bins >= 1) {
        throw new IllegalArgumentException(
            "min_bin_width and min_bin_height times bins must be below 1 but are "
                + minBinWidth * bins
                + " and "
                + minBinHeight * bins);
      }
    }
  }

  /**
   * The spline of zuko. Outputs as those of {@link RationalQuadraticSpline}, each with a soft
   * bound: half of log_slope_bound for widths and heights, log_slope_bound for derivatives. The
   * bins are the softmax, and a derivative is the exponential, of the bounded outputs.
   *
   * @param bins number of bins, at least 2
   * @param tailBound the spline acts on [-tail_bound, tail_bound] and is the identity outside
   * @param logSlopeBound the logarithm of a derivative stays below this in absolute value
   */
  @JsonTypeName("bounded-rational-quadratic-spline")
  record BoundedSpline(
      List<Integer> order,
      List<List<Integer>> degrees,
      Activation activation,
      int bins,
      double tailBound,
      double logSlopeBound)
      implements Spline {
    /** Checks order, degrees and the numbers of the spline. */
    public BoundedSpline {
      order = checkedOrder(order);
      degrees = checkedDegrees(degrees, order.size());
      Checks.present("activation", activation);
      checkBins(bins);
      Checks.positive("tail_bound", tailBound);
      Checks.positive("log_slope_bound", logSlopeBound);
    }

    @Override
    public double minBinWidth() {
      return 0;
    }

    @Override
    public double minBinHeight() {
      return 0;
    }

    @Override
    public OptionalDouble softBound(int output) {
      return OptionalDouble.of(output < 2 * bins ? logSlopeBound / 2 : logSlopeBound);
    }
  }

  private static void checkBins(int bins) {
    if (bins < 2 || bins > 256) {
      throw new IllegalArgumentException("bins must be between 2 and 256 but is " + bins);
    }
  }

  private static List<Integer> checkedOrder(List<Integer> order) {
    List<Integer> copy = Checks.nonEmpty("order", order);
    boolean[] seen = new boolean[copy.size()];
    for (int dimension : copy) {
      if (dimension < 0 || dimension >= seen.length || seen[dimension]) {
        throw new IllegalArgumentException(
            "order must hold each of 0 to " + (seen.length - 1) + " once but is " + copy);
      }
      seen[dimension] = true;
    }
    return copy;
  }

  private static List<List<Integer>> checkedDegrees(List<List<Integer>> degrees, int dimensions) {
    List<List<Integer>> copy =
        Checks.nonEmpty("degrees", degrees).stream()
            .map(layer -> Checks.nonEmpty("degrees of a layer", layer))
            .toList();
    for (List<Integer> layer : copy) {
      Checks.width("number of units of a layer", layer.size());
      for (int degree : layer) {
        if (degree < 0 || degree >= dimensions) {
          throw new IllegalArgumentException(
              "a degree must be between 0 and " + (dimensions - 1) + " but is " + degree);
        }
      }
    }
    return copy;
  }
}
