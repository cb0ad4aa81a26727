package org.sidereus.trainer.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The arrays, orders and masks of a masked autoregressive flow (Papamakarios et al. 2017) over D
 * parameters, conditioned on F features.
 *
 * <p>In each transform a hidden unit of degree d sees the dimensions at the autoregressive positions
 * below d (degree 0: only the context), and the outputs for position k see the hidden units of
 * degree up to k. So the numbers that move a dimension depend only on the dimensions before it, and
 * the Jacobian is triangular.
 */
public final class FlowNetwork {

  /**
   * One transform.
   *
   * @param order {@code order[k]} is the dimension at autoregressive position k
   * @param degrees degrees of the units of each hidden layer
   * @param weightSlots slots of the weights: hidden layers, then the output. The first and the last
   *     have the context's columns after their own
   * @param biasSlots slots of the biases, in the same order
   */
  public record Transform(
      List<Integer> order,
      List<List<Integer>> degrees,
      List<Integer> weightSlots,
      List<Integer> biasSlots) {}

  /** Small enough that the untrained flow is nearly the identity, large enough to pass gradients. */
  private static final double OUTPUT_GAIN = 0.01;

  private final FlowArchitecture architecture;
  private final int dimensions;
  private final int features;
  private final WeightLayout layout;
  private final List<Integer> embeddingWeightSlots = new ArrayList<>();
  private final List<Integer> embeddingBiasSlots = new ArrayList<>();
  private final List<Transform> transforms = new ArrayList<>();

  /**
   * Lays out a flow.
   *
   * @param dimensions number of parameters D
   * @param features number of features F
   * @param seed of the initial weights and of the orders
   */
  public FlowNetwork(FlowArchitecture architecture, int dimensions, int features, long seed) {
    if (dimensions < 1 || features < 1) {
      throw new IllegalArgumentException(
          "a flow needs parameters and features but has " + dimensions + " and " + features);
    }
    this.architecture = architecture;
    this.dimensions = dimensions;
    this.features = features;
    SplittableRandom random = new SplittableRandom(seed);
    Initialisation initialisation = new Initialisation(random);
    WeightLayout.Builder builder = new WeightLayout.Builder();
    addEmbedding(builder, initialisation);
    for (int t = 0; t < architecture.transforms(); t++) {
      transforms.add(transform(t, order(t, random), builder, initialisation));
    }
    this.layout = builder.build();
  }

  /** The sizes. */
  public FlowArchitecture architecture() {
    return architecture;
  }

  /** Number of parameters D. */
  public int dimensions() {
    return dimensions;
  }

  /** Number of features F. */
  public int features() {
    return features;
  }

  /** Where the arrays lie in the vector of weights. */
  public WeightLayout layout() {
    return layout;
  }

  /** The transforms in the density direction. */
  public List<Transform> transforms() {
    return List.copyOf(transforms);
  }

  /** Slots of the weights of the embedding; empty without one. */
  public List<Integer> embeddingWeightSlots() {
    return List.copyOf(embeddingWeightSlots);
  }

  /** Slots of the biases of the embedding. */
  public List<Integer> embeddingBiasSlots() {
    return List.copyOf(embeddingBiasSlots);
  }

  /** Length of the context that the transforms see. */
  public int contextSize() {
    List<Integer> embedding = architecture.embedding();
    return embedding.isEmpty() ? features : embedding.get(embedding.size() - 1);
  }

  private void addEmbedding(WeightLayout.Builder builder, Initialisation initialisation) {
    int inputs = features;
    for (int l = 0; l < architecture.embedding().size(); l++) {
      int units = architecture.embedding().get(l);
      float[] open = ones(units * inputs);
      embeddingWeightSlots.add(
          builder.add(
              "embedding." + l + ".weight",
              List.of(units, inputs),
              initialisation.weights(units, inputs, open, 1.0)));
      embeddingBiasSlots.add(
          builder.add(
              "embedding." + l + ".bias", List.of(units), initialisation.biases(units, 0.1)));
      inputs = units;
    }
  }

  /** Natural, reversed, then random orders, so that every pair of dimensions meets both ways. */
  private List<Integer> order(int transform, SplittableRandom random) {
    List<Integer> natural = IntStream.range(0, dimensions).boxed().toList();
    List<Integer> order = new ArrayList<>(natural);
    if (transform % 2 == 1) {
      List<Integer> before = transforms.get(transform - 1).order();
      for (int k = 0; k < dimensions; k++) {
        order.set(k, before.get(dimensions - 1 - k));
      }
    } else if (transform > 0) {
      for (int k = dimensions - 1; k > 0; k--) {
        int other = random.nextInt(k + 1);
        Integer held = order.get(k);
        order.set(k, order.get(other));
        order.set(other, held);
      }
    }
    return List.copyOf(order);
  }

  private Transform transform(
      int index, List<Integer> order, WeightLayout.Builder builder, Initialisation initialisation) {
    List<List<Integer>> degrees = new ArrayList<>();
    for (int units : architecture.hidden()) {
      degrees.add(evenDegrees(units));
    }
    int[] position = new int[dimensions];
    for (int k = 0; k < dimensions; k++) {
      position[order.get(k)] = k;
    }
    String name = "transforms." + index + ".";
    List<Integer> weightSlots = new ArrayList<>();
    List<Integer> biasSlots = new ArrayList<>();
    for (int l = 0; l < degrees.size(); l++) {
      float[] mask =
          l == 0
              ? inputMask(degrees.get(0), position)
              : hiddenMask(degrees.get(l - 1), degrees.get(l));
      int units = degrees.get(l).size();
      int columns = mask.length / units;
      weightSlots.add(
          builder.add(
              name + "layers." + l + ".weight",
              List.of(units, columns),
              mask,
              initialisation.weights(units, columns, mask, 1.0)));
      biasSlots.add(
          builder.add(
              name + "layers." + l + ".bias", List.of(units), initialisation.biases(units, 0.1)));
    }
    float[] mask = outputMask(degrees.get(degrees.size() - 1), position);
    int outputs = architecture.outputsPerDimension() * dimensions;
    int columns = mask.length / outputs;
    weightSlots.add(
        builder.add(
            name + "output.weight",
            List.of(outputs, columns),
            mask,
            initialisation.weights(outputs, columns, mask, OUTPUT_GAIN)));
    biasSlots.add(builder.add(name + "output.bias", List.of(outputs), identityBias()));
    return new Transform(order, List.copyOf(degrees), weightSlots, biasSlots);
  }

  /** Degrees 0..D-1 in ascending order, each for an equal share of the units. */
  private List<Integer> evenDegrees(int units) {
    return IntStream.range(0, units).mapToObj(u -> u * dimensions / units).toList();
  }

  private float[] inputMask(List<Integer> degrees, int[] position) {
    int columns = dimensions + contextSize();
    float[] mask = ones(degrees.size() * columns);
    for (int h = 0; h < degrees.size(); h++) {
      for (int i = 0; i < dimensions; i++) {
        mask[h * columns + i] = position[i] < degrees.get(h) ? 1f : 0f;
      }
    }
    return mask;
  }

  private static float[] hiddenMask(List<Integer> from, List<Integer> to) {
    float[] mask = new float[to.size() * from.size()];
    for (int out = 0; out < to.size(); out++) {
      for (int in = 0; in < from.size(); in++) {
        mask[out * from.size() + in] = to.get(out) >= from.get(in) ? 1f : 0f;
      }
    }
    return mask;
  }

  private float[] outputMask(List<Integer> degrees, int[] position) {
    int columns = degrees.size() + contextSize();
    int outputs = architecture.outputsPerDimension() * dimensions;
    float[] mask = ones(outputs * columns);
    for (int row = 0; row < outputs; row++) {
      for (int h = 0; h < degrees.size(); h++) {
        mask[row * columns + h] = degrees.get(h) <= position[row % dimensions] ? 1f : 0f;
      }
    }
    return mask;
  }

  /** Zeros, except that the derivatives of a spline start at 1. */
  private float[] identityBias() {
    int perDimension = architecture.outputsPerDimension();
    float[] bias = new float[perDimension * dimensions];
    if (architecture.kind() == TransformKind.SPLINE) {
      float one = (float) Math.log(Math.expm1(1.0 - FlowArchitecture.MIN_DERIVATIVE));
      Arrays.fill(bias, 2 * architecture.bins() * dimensions, bias.length, one);
    }
    return bias;
  }

  private static float[] ones(int length) {
    float[] values = new float[length];
    Arrays.fill(values, 1f);
    return values;
  }
}
