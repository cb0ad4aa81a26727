package org.sidereus.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.sidereus.networks.Activation;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.TransformSpec.Affine;
import org.sidereus.networks.TransformSpec.RationalQuadraticSpline;
import org.sidereus.networks.Weights;

/**
 * The log density of a flow over scaled parameters as a differentiable function of its weights. One
 * evaluation passes each transform's masked network once for all dimensions.
 *
 * <p>Not safe for use by several threads at the same time.
 */
public final class FlowDensity implements AutoCloseable {
  private final FlowSpec spec;
  private final WeightLayout layout;
  private final NDManager manager;
  private final NDArray mask;
  private final NDArray whitening;
  private final Constants constants;
  private final Silu silu;

  /**
   * Prepares the evaluation with a flow's own weights.
   *
   * @param parent manager of the device on which to compute
   */
  public FlowDensity(FlowSpec spec, NDManager parent) {
    this(spec, FeatureWhitening.none(spec.features()), parent);
  }

  /**
   * Prepares the evaluation with weights in other coordinates of the features.
   *
   * @param coordinates of the weights of the layers that see the features
   * @param parent manager of the device on which to compute
   */
  public FlowDensity(FlowSpec spec, FeatureWhitening coordinates, NDManager parent) {
    this.spec = spec;
    this.layout = new WeightLayout(spec.tensorShapes());
    this.manager = parent.newSubManager();
    this.mask = manager.create(mask(spec));
    this.whitening = coordinates.matrix(manager);
    this.constants = new Constants(manager);
    this.silu = new Silu(manager);
  }

  /** Where each tensor lies in the vector of the weights. */
  public WeightLayout layout() {
    return layout;
  }

  /** 1 where the vector of the weights is trainable, 0 where the autoregressive masks forbid it. */
  static float[] mask(FlowSpec spec) {
    WeightLayout layout = new WeightLayout(spec.tensorShapes());
    float[] open = new float[layout.size()];
    Arrays.fill(open, 1f);
    Map<String, Tensor> tensors = new LinkedHashMap<>(layout.weights(open).tensors());
    InitialWeights.masks(spec)
        .forEach(
            (name, values) ->
                tensors.put(
                    name,
                    new Tensor(Objects.requireNonNull(tensors.get(name), name).shape(), values)));
    return layout.vector(new Weights(tensors));
  }

  /**
   * Log density of the scaled parameters.
   *
   * @param weights vector of the weights; masked here, so the gradient of a forbidden weight is 0
   * @param z scaled parameters [B, D]
   * @param features scaled features [B, F]
   * @return natural logarithm of the density of z [B], attached to the manager of {@code z}
   */
  public NDArray logDensity(NDArray weights, NDArray z, NDArray features) {
    NDArray masked = weights.mul(mask);
    // results belong to the manager of their first operand: keep them all with the batch
    masked.attach(z.getManager());
    Map<String, NDArray> tensors = layout.views(masked);
    for (String layer : FeatureWhitening.layers(spec)) {
      tensors.put(layer, Layers.tensor(tensors, layer).matMul(whitening));
    }
    NDList conditioning = conditioning(tensors, context(tensors, features));
    NDArray state = z;
    NDArray logDerivative = null;
    for (int t = 0; t < spec.transforms().size(); t++) {
      TransformSpec transform = spec.transforms().get(t);
      NDArray raw =
          raw(
              "transforms." + t + ".",
              transform,
              tensors,
              state,
              conditioning.get(2 * t),
              conditioning.get(2 * t + 1));
      Moved moved =
          transform instanceof RationalQuadraticSpline spline
              ? spline(spline, raw, state)
              : affine((Affine) transform, raw, state);
      state = moved.state();
      logDerivative =
          logDerivative == null ? moved.logDerivative() : logDerivative.add(moved.logDerivative());
    }
    NDArray constant = constants.of(-0.5 * spec.dimensions() * Math.log(2.0 * Math.PI));
    return state
        .square()
        .mul(constants.of(-0.5))
        .add(logDerivative)
        .sum(new int[] {1})
        .add(constant);
  }

  private NDArray context(Map<String, NDArray> tensors, NDArray features) {
    if (spec.embedding() == null) {
      return features;
    }
    NDArray context = features;
    for (int l = 0; l < spec.embedding().hidden().size(); l++) {
      String name = "embedding." + l;
      NDArray pre =
          Layers.linear(
              context,
              Layers.tensor(tensors, name + ".weight"),
              Layers.tensor(tensors, name + ".bias"));
      context = activate(spec.embedding().activation(l), pre);
    }
    return context;
  }

  /**
   * What the context and the biases add to the first hidden layer [B, H] and to the outputs [B, P
   * D] of each transform in turn: all by one product, and without joining the context to each
   * input, which would copy it twice per transform.
   */
  private NDList conditioning(Map<String, NDArray> tensors, NDArray context) {
    NDList weights = new NDList();
    NDList biases = new NDList();
    for (int t = 0; t < spec.transforms().size(); t++) {
      String name = "transforms." + t + ".";
      weights.add(Layers.tensor(tensors, name + "context.weight"));
      weights.add(Layers.tensor(tensors, name + "output.context.weight"));
      biases.add(Layers.tensor(tensors, name + "layers.0.bias"));
      biases.add(Layers.tensor(tensors, name + "output.bias"));
    }
    long[] borders = new long[weights.size() - 1];
    long rows = 0;
    for (int i = 0; i < borders.length; i++) {
      rows += weights.get(i).getShape().get(0);
      borders[i] = rows;
    }
    NDArray all = Layers.linear(context, NDArrays.concat(weights, 0), NDArrays.concat(biases, 0));
    return all.split(borders, 1);
  }

  /** Outputs of the masked network [B, P D]; a product is added to what is there of each object. */
  private NDArray raw(
      String name,
      TransformSpec transform,
      Map<String, NDArray> tensors,
      NDArray state,
      NDArray hiddenBias,
      NDArray outputBias) {
    NDArray hidden = state;
    for (int l = 0; l < transform.hiddenLayers(); l++) {
      String layer = name + "layers." + l;
      NDArray bias = l == 0 ? hiddenBias : Layers.tensor(tensors, layer + ".bias");
      NDArray pre = Layers.linear(hidden, Layers.tensor(tensors, layer + ".weight"), bias);
      hidden = activate(transform.activation(), pre);
    }
    return Layers.linear(hidden, Layers.tensor(tensors, name + "output.weight"), outputBias);
  }

  private NDArray activate(Activation activation, NDArray x) {
    return activation == Activation.SILU ? silu.of(x) : Layers.activate(activation, x);
  }

  private Moved affine(Affine transform, NDArray raw, NDArray state) {
    NDList parts = raw.split(new long[] {spec.dimensions()}, 1);
    NDArray rawLogScale = parts.get(1);
    NDArray damping =
        rawLogScale.abs().mul(constants.of(1.0 / transform.logScaleBound())).add(constants.of(1.0));
    NDArray logDerivative = rawLogScale.div(damping).neg();
    return new Moved(state.sub(parts.get(0)).mul(logDerivative.exp()), logDerivative);
  }

  /**
   * Rational-quadratic spline of Durkan et al. (2019), equations 4 and 5, in a box scaled to [0, 1]
   * on both axes, which leaves derivatives as they are.
   */
  private Moved spline(RationalQuadraticSpline transform, NDArray raw, NDArray state) {
    int bins = transform.bins();
    long batch = state.getShape().get(0);
    Shape single = new Shape(batch, 1, spec.dimensions());
    NDArray tailBound = constants.of(transform.tailBound());
    NDArray range = constants.of(2 * transform.tailBound());
    NDList parts =
        raw.reshape(new Shape(batch, 3L * bins - 1, spec.dimensions()))
            .split(new long[] {bins, 2L * bins}, 1);
    NDArray widths = shares(parts.get(0), bins, transform.minBinWidth());
    NDArray heights = shares(parts.get(1), bins, transform.minBinHeight());
    NDArray border = state.getManager().ones(single, DataType.FLOAT32);
    NDArray inner =
        ai.djl.nn.Activation.softPlus(parts.get(2)).add(constants.of(transform.minDerivative()));
    NDArray derivatives = NDArrays.concat(new NDList(border, inner, border), 1);
    NDArray rightEdges = widths.cumSum(1);
    NDArray topEdges = heights.cumSum(1);

    NDArray inside = state.abs().lte(tailBound);
    NDArray x =
        state
            .maximum(constants.of(-transform.tailBound()))
            .minimum(tailBound)
            .add(tailBound)
            .div(range)
            .reshape(single);
    NDArray bin =
        rightEdges
            .lte(x)
            .toType(DataType.INT64, false)
            .sum(new int[] {1}, true)
            .minimum(constants.of((long) bins - 1));
    NDArray width = widths.gather(bin, 1);
    NDArray height = heights.gather(bin, 1);
    NDArray left = rightEdges.gather(bin, 1).sub(width);
    NDArray bottom = topEdges.gather(bin, 1).sub(height);
    NDArray before = derivatives.gather(bin, 1);
    NDArray after = derivatives.gather(bin.add(constants.of(1L)), 1);

    NDArray two = constants.of(2.0);
    NDArray slope = height.div(width);
    NDArray xi = x.sub(left).div(width);
    NDArray rest = xi.neg().add(constants.of(1.0));
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
    return new Moved(
        NDArrays.where(inside, moved, state),
        NDArrays.where(inside, logDerivative, logDerivative.zerosLike()));
  }

  /** Sizes of the bins [B, bins, D] as shares of the range, each at least the smallest. */
  private NDArray shares(NDArray raw, int bins, double smallest) {
    return raw.softmax(1).mul(constants.of(1.0 - bins * smallest)).add(constants.of(smallest));
  }

  @Override
  public void close() {
    silu.close();
    manager.close();
  }

  /** Both [B, D]. */
  private record Moved(NDArray state, NDArray logDerivative) {}
}
