package org.sidereus.networks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Networks with random weights, for benchmarks, for tests and as a start for training: uniform in
 * +-gain/sqrt(fan-in), masked, biases included.
 */
public final class RandomNetworks {
  private final RandomGenerator random;
  private final double gain;

  /**
   * A generator.
   *
   * @param random source of the numbers
   * @param gain factor on the width of the distribution; 1 is the usual start of training
   */
  public RandomNetworks(RandomGenerator random, double gain) {
    this.random = random;
    this.gain = gain;
  }

  /** A flow of the given shape. */
  public FlowNetwork flow(FlowSpec spec) {
    Map<String, Tensor> tensors = draw(spec.tensorShapes());
    for (int t = 0; t < spec.transforms().size(); t++) {
      TransformSpec transform = spec.transforms().get(t);
      AutoregressiveMask mask = new AutoregressiveMask(transform);
      String name = "transforms." + t + ".";
      apply(mask.input(), tensors, name + "layers.0.weight");
      for (int l = 1; l < transform.hiddenLayers(); l++) {
        apply(mask.hidden(l), tensors, name + "layers." + l + ".weight");
      }
      apply(mask.output(), tensors, name + "output.weight");
    }
    return new FlowNetwork(spec, new Weights(tensors));
  }

  /** An emulator of the given shape. */
  public EmulatorNetwork emulator(EmulatorSpec spec) {
    return new EmulatorNetwork(spec, new Weights(draw(spec.tensorShapes())));
  }

  /** Degrees of a layer that share its units as evenly as possible among 0 to D-1, ascending. */
  public static List<Integer> evenDegrees(int width, int dimensions) {
    List<Integer> degrees = new ArrayList<>();
    for (int unit = 0; unit < width; unit++) {
      degrees.add((int) ((long) unit * dimensions / width));
    }
    return degrees;
  }

  private Map<String, Tensor> draw(Map<String, List<Integer>> shapes) {
    Map<String, Tensor> tensors = new TreeMap<>();
    shapes.forEach(
        (name, shape) -> {
          int fanIn = shape.size() == 2 ? shape.get(1) : shape.get(0);
          double bound = gain / Math.sqrt(fanIn);
          float[] values = new float[shape.stream().reduce(1, (a, b) -> a * b)];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) (bound * (2 * random.nextDouble() - 1));
          }
          tensors.put(name, new Tensor(shape, values));
        });
    return tensors;
  }

  private static void apply(float[] mask, Map<String, Tensor> tensors, String name) {
    Tensor tensor = Objects.requireNonNull(tensors.get(name), name);
    for (int i = 0; i < mask.length; i++) {
      tensor.values()[i] *= mask[i];
    }
  }
}
