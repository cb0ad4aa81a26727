package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.Tensor;

/**
 * The masked network of one transform in the direction of sampling, position by position, every
 * hidden unit evaluated once: a unit of degree d needs the dimensions at positions below d only, so
 * it is evaluated between position d-1 and position d.
 *
 * <p>Units of degree 0 depend on the object but not on the sample: they are [B, units, 1], and what
 * they contribute to others is added to the biases.
 *
 * <p>Where there are many units of a degree, the degrees are taken in two blocks: when the first is
 * complete, its contribution to the whole second block is one product, so that later products and
 * the concatenations of their inputs have the second block only.
 */
final class MadeSampler {
  /**
   * With fewer units of a degree, two blocks are slower: the added nodes cost more than the smaller
   * products save.
   */
  private static final int FEWEST_UNITS_OF_A_BLOCKED_DEGREE = 8;

  private static final int FEWEST_BLOCKED_DEGREES = 3;

  private final GraphBuilder graph;
  private final MadeWeights weights;
  private final DenseNodes dense;
  private final int dimensions;
  private final int outputs;
  private final int layers;

  /** The last degree of the first block; 0: there is one block only. */
  private final int firstBlock;

  /** Per layer and degree, what a unit adds to its inputs' product; null where there is no unit. */
  private final @Nullable Value[][] bias;

  /** Per layer, the activated units of degrees 1 and up, or of the second block, known so far. */
  private final List<List<Value>> known = new ArrayList<>();

  /** The positions known so far, [B,1,S] each. */
  private final List<Value> z = new ArrayList<>();

  private Value firstOutputs;
  private @Nullable Value laterOutputs;

  /**
   * A sampler.
   *
   * @param context parts of {@link #contextSizes}, [B, size, 1] each
   */
  MadeSampler(GraphBuilder graph, MadeWeights weights, List<Value> context) {
    this.graph = graph;
    this.weights = weights;
    this.dense = new DenseNodes(graph);
    this.dimensions = weights.spec().dimensions();
    this.outputs = weights.spec().outputsPerDimension();
    this.layers = weights.spec().hiddenLayers();
    this.bias = new Value[layers][dimensions];
    int degrees = dimensions - 1;
    int units =
        IntStream.range(0, layers).map(l -> weights.units(l, 1, dimensions).length).max().orElse(0);
    boolean blocked =
        degrees >= FEWEST_BLOCKED_DEGREES && units >= FEWEST_UNITS_OF_A_BLOCKED_DEGREE * degrees;
    firstBlock = blocked ? (degrees + 1) / 2 : 0;
    int part = 0;
    for (int degree = 0; degree < dimensions; degree++) {
      if (weights.units(0, degree).length > 0) {
        bias[0][degree] = context.get(part++);
      }
    }
    firstOutputs = context.get(part++);
    laterOutputs = dimensions > 1 ? context.get(part) : null;
    for (int layer = 0; layer < layers; layer++) {
      known.add(new ArrayList<>());
    }
    evaluateDegreeZero();
  }

  /** Sizes of the parts of the context product, in the order of {@link MadeWeights#context}. */
  static long[] contextSizes(MadeWeights weights) {
    List<Long> sizes = new ArrayList<>();
    int dimensions = weights.spec().dimensions();
    int outputs = weights.spec().outputsPerDimension();
    for (int degree = 0; degree < dimensions; degree++) {
      if (weights.units(0, degree).length > 0) {
        sizes.add((long) weights.units(0, degree).length);
      }
    }
    sizes.add((long) outputs);
    if (dimensions > 1) {
      sizes.add((long) outputs * (dimensions - 1));
    }
    return sizes.stream().mapToLong(size -> size).toArray();
  }

  private void evaluateDegreeZero() {
    @Nullable Value below = bias[0][0] == null ? null : activated(bias[0][0]);
    for (int layer = 1; layer < layers; layer++) {
      int[] to = weights.units(layer, 0, dimensions);
      Tensor constant = weights.bias(layer, to);
      Value all = graph.constant(Tensor.matrix(to.length, 1, constant.values()));
      if (below != null) {
        int[] from = weights.units(layer - 1, 0);
        Value product = graph.matMul(graph.constant(weights.hidden(layer, to, from)), below);
        all = graph.add(product, all);
      }
      List<Integer> degrees = new ArrayList<>();
      for (int degree = 0; degree < dimensions; degree++) {
        if (weights.units(layer, degree).length > 0) {
          degrees.add(degree);
        }
      }
      int atLayer = layer;
      long[] sizes = degrees.stream().mapToLong(d -> weights.units(atLayer, d).length).toArray();
      List<Value> parts = graph.split(all, -2, sizes);
      for (int i = 0; i < parts.size(); i++) {
        bias[layer][degrees.get(i)] = parts.get(i);
      }
      below = bias[layer][0] == null ? null : activated(bias[layer][0]);
    }
    if (below != null) {
      int[] from = weights.units(layers - 1, 0);
      Value product = graph.matMul(graph.constant(weights.output(0, from)), below);
      if (dimensions == 1) {
        firstOutputs = graph.add(product, firstOutputs);
      } else {
        List<Value> parts = graph.split(product, -2, outputs, (long) outputs * (dimensions - 1));
        firstOutputs = graph.add(parts.get(0), firstOutputs);
        laterOutputs = graph.add(parts.get(1), laterOutputs());
      }
    }
  }

  /**
   * The outputs of the next position.
   *
   * @param sizes how they are to be split; the sum is P
   * @return [B, size, 1] each for position 0, then [B, size, S] or, where nothing that depends on
   *     the sample is seen, still [B, size, 1]
   */
  List<Value> outputs(long... sizes) {
    int position = z.size();
    if (position == 0) {
      return graph.split(firstOutputs, 1, sizes);
    }
    evaluateUnits(position);
    int[] from = weights.units(layers - 1, position);
    List<Value> last = known.get(layers - 1);
    if (from.length > 0) {
      // The contribution to all later positions at once: the hidden values are read once, and
      // there is no growing concatenation of them.
      Value product =
          graph.matMul(graph.constant(weights.output(position, from)), last.get(last.size() - 1));
      laterOutputs = graph.add(product, laterOutputs());
    }
    int later = dimensions - 1 - position;
    long[] parts = later > 0 ? Arrays.copyOf(sizes, sizes.length + 1) : sizes;
    if (later > 0) {
      parts[sizes.length] = (long) outputs * later;
    }
    List<Value> split = graph.split(laterOutputs(), 1, parts);
    laterOutputs = later > 0 ? split.get(sizes.length) : null;
    return split.subList(0, sizes.length);
  }

  private Value laterOutputs() {
    return Objects.requireNonNull(laterOutputs, "there is no later position");
  }

  /** Makes the value of the current position known to later ones. */
  void know(Value value) {
    z.add(value);
  }

  private void evaluateUnits(int degree) {
    for (int layer = 0; layer < layers; layer++) {
      if (layer > 0 && degree == firstBlock) {
        addToSecondBlock(layer);
      }
      int[] to = weights.units(layer, degree);
      if (to.length == 0) {
        continue;
      }
      Value pre = bias[layer][degree];
      if (layer == 0) {
        Value product = graph.matMul(graph.constant(weights.input(degree)), graph.concat(1, z));
        pre = graph.add(product, pre);
      } else if (degree != firstBlock) {
        int first = degree > firstBlock ? firstBlock + 1 : 1;
        int[] from = weights.units(layer - 1, first, degree + 1);
        if (from.length > 0) {
          Value product =
              graph.matMul(
                  graph.constant(weights.hidden(layer, to, from)),
                  graph.concat(1, known.get(layer - 1)));
          pre = graph.add(product, pre);
        }
      }
      known.get(layer).add(activated(pre));
    }
  }

  /**
   * Adds what the first block of the layer below contributes to the last degree of the first block
   * and to all of the second.
   */
  private void addToSecondBlock(int layer) {
    int[] from = weights.units(layer - 1, 1, firstBlock + 1);
    int[] degrees =
        IntStream.range(firstBlock, dimensions)
            .filter(degree -> weights.units(layer, degree).length > 0)
            .toArray();
    if (from.length == 0 || degrees.length == 0) {
      return;
    }
    int[] to = weights.units(layer, firstBlock, dimensions);
    Value product =
        graph.matMul(
            graph.constant(weights.hidden(layer, to, from)), graph.concat(1, known.get(layer - 1)));
    List<Value> biases = IntStream.of(degrees).mapToObj(degree -> bias[layer][degree]).toList();
    // units that see no sample may be constants [units, 1], without the axis of the objects
    Value sum = graph.add(product, graph.concat(-2, biases));
    long[] sizes =
        IntStream.of(degrees).mapToLong(degree -> weights.units(layer, degree).length).toArray();
    List<Value> parts = graph.split(sum, 1, sizes);
    for (int i = 0; i < degrees.length; i++) {
      bias[layer][degrees[i]] = parts.get(i);
    }
    known.get(layer - 1).clear();
  }

  private Value activated(Value value) {
    return dense.activate(value, weights.spec().activation());
  }
}
