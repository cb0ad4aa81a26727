package org.sidereus.trainer.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.networks.AutoregressiveMask;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.Weights;

/** Weights before training, masked, drawn from one generator. */
public final class InitialWeights {
  /** Bound of the biases of hidden layers. */
  private static final double BIAS = 0.1;

  /**
   * Small enough that the untrained flow is nearly the identity, large enough to pass gradients.
   */
  private static final double FLOW_OUTPUT_GAIN = 0.01;

  private final RandomGenerator random;

  /**
   * A source of weights.
   *
   * @param random where the numbers come from; the same state gives the same weights
   */
  public InitialWeights(RandomGenerator random) {
    this.random = random;
  }

  /** Draws the weights of an emulator. */
  public Weights emulator(EmulatorSpec spec) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    spec.tensorShapes().forEach((name, shape) -> tensors.put(name, draw(shape, null, 0)));
    return new Weights(tensors);
  }

  /** Draws the weights of a flow; its transforms are nearly the identity. */
  public Weights flow(FlowSpec spec) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, float[]> masks = masks(spec);
    spec.tensorShapes()
        .forEach(
            (name, shape) -> {
              // what the layer sees through its other matrix shares the variance
              int besides =
                  name.endsWith(".layers.0.weight")
                      ? spec.contextWidth()
                      : name.endsWith(".context.weight") ? spec.dimensions() : 0;
              tensors.put(
                  name,
                  name.contains(".output.")
                      ? scaled(draw(shape, masks.get(name), besides), FLOW_OUTPUT_GAIN)
                      : draw(shape, masks.get(name), besides));
            });
    for (int t = 0; t < spec.transforms().size(); t++) {
      tensors.put(
          "transforms." + t + ".output.bias",
          identityBias(spec.transforms().get(t), spec.dimensions()));
    }
    return new Weights(tensors);
  }

  /** The masks of the masked tensors of a flow, by name. */
  static Map<String, float[]> masks(FlowSpec spec) {
    Map<String, float[]> masks = new LinkedHashMap<>();
    for (int t = 0; t < spec.transforms().size(); t++) {
      TransformSpec transform = spec.transforms().get(t);
      AutoregressiveMask mask = new AutoregressiveMask(transform);
      String name = "transforms." + t + ".";
      masks.put(name + "layers.0.weight", mask.input());
      for (int l = 1; l < transform.hiddenLayers(); l++) {
        masks.put(name + "layers." + l + ".weight", mask.hidden(l));
      }
      masks.put(name + "output.weight", mask.output());
    }
    return masks;
  }

  /**
   * Weights uniform in +-sqrt(3 / fanIn), which keeps the variance from layer to layer, with the
   * fan-in that the mask of each row leaves open; biases uniform in +-{@value #BIAS}.
   */
  private Tensor draw(List<Integer> shape, float @Nullable [] mask, int besides) {
    int columns = shape.size() == 2 ? shape.get(1) : 1;
    float[] values = new float[shape.get(0) * columns];
    for (int r = 0; r < shape.get(0); r++) {
      double fanIn = besides;
      for (int c = 0; c < columns; c++) {
        fanIn += mask == null ? 1 : mask[r * columns + c];
      }
      double bound = shape.size() == 2 ? Math.sqrt(3.0 / Math.max(fanIn, 1.0)) : BIAS;
      for (int c = 0; c < columns; c++) {
        int i = r * columns + c;
        float value = (float) (bound * (2.0 * random.nextDouble() - 1.0));
        values[i] = mask == null ? value : value * mask[i];
      }
    }
    return new Tensor(shape, values);
  }

  private static Tensor scaled(Tensor tensor, double gain) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) gain;
    }
    return new Tensor(tensor.shape(), values);
  }

  /** Zeros, except that the derivatives of a spline start at 1. */
  private static Tensor identityBias(TransformSpec transform, int dimensions) {
    float[] bias = new float[transform.outputsPerDimension() * dimensions];
    if (transform instanceof TransformSpec.RationalQuadraticSpline spline) {
      float one = (float) Math.log(Math.expm1(1.0 - spline.minDerivative()));
      for (int i = 2 * spline.bins() * dimensions; i < bias.length; i++) {
        bias[i] = one;
      }
    }
    return Tensor.vector(bias);
  }
}
