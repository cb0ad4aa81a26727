package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.List;

/**
 * The log density of a flow over scaled parameters as a differentiable function of its weights. One
 * evaluation passes each transform's masked network once for all dimensions.
 *
 * <p>Not safe for use by several threads at the same time.
 */
public final class FlowDensity implements AutoCloseable {
  private final FlowNetwork network;
  private final NDManager manager;
  private final NDArray mask;
  private final NDArray one;
  private final NDArray two;
  private final NDArray half;
  private final NDArray logNormalisation;
  private final NDArray inverseLogScaleBound;
  private final NDArray tailBound;
  private final NDArray range;
  private final NDArray minWidth;
  private final NDArray minHeight;
  private final NDArray minDerivative;
  private final NDArray freeWidth;
  private final NDArray freeHeight;

  /**
   * Prepares the evaluation.
   *
   * @param parent manager of the device on which to compute
   */
  public FlowDensity(FlowNetwork network, NDManager parent) {
    this.network = network;
    this.manager = parent.newSubManager();
    // The factors are tensors that live as long as this object: the graph of a product keeps both of
    // its factors until its gradient is taken, and DJL frees a plain number's tensor at once.
    FlowArchitecture architecture = network.architecture();
    int bins = architecture.bins();
    this.mask = manager.create(network.layout().mask());
    this.one = manager.create(1f);
    this.two = manager.create(2f);
    this.half = manager.create(-0.5f);
    this.logNormalisation =
        manager.create((float) (-0.5 * network.dimensions() * Math.log(2.0 * Math.PI)));
    this.inverseLogScaleBound = manager.create((float) (1.0 / FlowArchitecture.LOG_SCALE_BOUND));
    this.tailBound = manager.create((float) architecture.tailBound());
    this.range = manager.create((float) (2.0 * architecture.tailBound()));
    this.minWidth = manager.create((float) FlowArchitecture.MIN_BIN_WIDTH);
    this.minHeight = manager.create((float) FlowArchitecture.MIN_BIN_HEIGHT);
    this.minDerivative = manager.create((float) FlowArchitecture.MIN_DERIVATIVE);
    this.freeWidth = manager.create((float) (1.0 - bins * FlowArchitecture.MIN_BIN_WIDTH));
    this.freeHeight = manager.create((float) (1.0 - bins * FlowArchitecture.MIN_BIN_HEIGHT));
  }

  /**
   * Log density of the scaled parameters.
   *
   * @param weights vector of the weights; masked here, so gradients of forbidden weights are zero
   * @param z scaled parameters [B, D]
   * @param features scaled features [B, F]
   * @return natural logarithm of the density of z [B], attached to the manager of {@code z}
   */
  public NDArray logDensity(NDArray weights, NDArray z, NDArray features) {
    NDArray masked = weights.mul(mask);
    masked.attach(z.getManager());
    NDList arrays = network.layout().views(masked);
    NDArray context = context(arrays, features);
    NDArray state = z;
    NDArray logDeterminant = null;
    for (FlowNetwork.Transform transform : network.transforms()) {
      NDArray raw = raw(transform, arrays, state, context);
      NDArray[] moved =
          network.architecture().kind() == TransformKind.AFFINE
              ? affine(raw, state)
              : spline(raw, state);
      state = moved[0];
      logDeterminant = logDeterminant == null ? moved[1] : logDeterminant.add(moved[1]);
    }
    return state
        .square()
        .mul(half)
        .add(logDeterminant)
        .sum(new int[] {1})
        .add(logNormalisation);
  }

  private NDArray context(NDList arrays, NDArray features) {
    NDArray context = features;
    List<Integer> weightSlots = network.embeddingWeightSlots();
    for (int l = 0; l < weightSlots.size(); l++) {
      NDArray pre =
          linear(
              context,
              arrays.get(weightSlots.get(l)),
              arrays.get(network.embeddingBiasSlots().get(l)));
      context = network.architecture().embeddingActivation().apply(pre);
    }
    return context;
  }

  private NDArray raw(
      FlowNetwork.Transform transform, NDList arrays, NDArray state, NDArray context) {
    List<Integer> weightSlots = transform.weightSlots();
    List<Integer> biasSlots = transform.biasSlots();
    int last = weightSlots.size() - 1;
    NDArray hidden = state;
    for (int l = 0; l <= last; l++) {
      NDArray input = l == 0 || l == last ? hidden.concat(context, 1) : hidden;
      NDArray pre = linear(input, arrays.get(weightSlots.get(l)), arrays.get(biasSlots.get(l)));
      hidden = l == last ? pre : network.architecture().activation().apply(pre);
    }
    return hidden;
  }

  private static NDArray linear(NDArray input, NDArray weight, NDArray bias) {
    return Linear.linear(input, weight, bias).singletonOrThrow();
  }

  /** {next state [B, D], log |d next / d state| [B, D]}. */
  private NDArray[] affine(NDArray raw, NDArray state) {
    NDList parts = raw.split(new long[] {network.dimensions()}, 1);
    NDArray bounded =
        parts.get(1).div(parts.get(1).abs().mul(inverseLogScaleBound).add(one)).neg();
    return new NDArray[] {state.sub(parts.get(0)).mul(bounded.exp()), bounded};
  }

  /**
   * Rational-quadratic spline of Durkan et al. (2019), equations 4 and 5, in a box scaled to [0, 1]
   * on both axes, which leaves derivatives as they are.
   */
  private NDArray[] spline(NDArray raw, NDArray state) {
    int bins = network.architecture().bins();
    long batch = state.getShape().get(0);
    Shape single = new Shape(batch, 1, network.dimensions());
    NDList parts =
        raw.reshape(new Shape(batch, 3L * bins - 1, network.dimensions()))
            .split(new long[] {bins, 2L * bins}, 1);
    NDArray widths = parts.get(0).softmax(1).mul(freeWidth).add(minWidth);
    NDArray heights = parts.get(1).softmax(1).mul(freeHeight).add(minHeight);
    NDArray border = state.getManager().ones(single, DataType.FLOAT32);
    NDArray derivatives =
        NDArrays.concat(
            new NDList(
                border,
                ai.djl.nn.Activation.softPlus(parts.get(2)).add(minDerivative),
                border),
            1);
    NDArray rightEdges = widths.cumSum(1);
    NDArray topEdges = heights.cumSum(1);

    double bound = network.architecture().tailBound();
    NDArray inside = state.abs().lte(tailBound);
    NDArray x = state.clip(-bound, bound).add(tailBound).div(range).reshape(single);
    NDArray bin =
        rightEdges
            .lte(x)
            .toType(DataType.INT64, false)
            .sum(new int[] {1}, true)
            .minimum(bins - 1);
    NDArray width = widths.gather(bin, 1);
    NDArray height = heights.gather(bin, 1);
    NDArray left = rightEdges.gather(bin, 1).sub(width);
    NDArray bottom = topEdges.gather(bin, 1).sub(height);
    NDArray before = derivatives.gather(bin, 1);
    NDArray after = derivatives.gather(bin.add(1), 1);

    NDArray slope = height.div(width);
    NDArray xi = x.sub(left).div(width);
    NDArray rest = one.sub(xi);
    NDArray product = xi.mul(rest);
    NDArray xiSquared = xi.square();
    NDArray denominator = before.add(after).sub(slope.mul(two)).mul(product).add(slope);
    NDArray y =
        slope.mul(xiSquared).add(before.mul(product)).mul(height).div(denominator).add(bottom);
    NDArray numerator =
        after.mul(xiSquared).add(slope.mul(product).mul(two)).add(before.mul(rest.square()));
    NDArray logDerivative =
        slope.div(denominator).square().mul(numerator).log().reshape(state.getShape());
    NDArray moved = y.mul(range).sub(tailBound).reshape(state.getShape());
    return new NDArray[] {
      NDArrays.where(inside, moved, state),
      NDArrays.where(inside, logDerivative, logDerivative.zerosLike())
    };
  }

  @Override
  public void close() {
    manager.close();
  }
}
