package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;
import org.sidereus.networks.Weights;

/**
 * The weights of one transform with the hidden units grouped by the degree that they see, and the
 * outputs by autoregressive position: output row {@code k*P + p} is output p of position k.
 */
final class MadeWeights {
  private final TransformSpec spec;
  private final Weights weights;
  private final String name;
  private final List<int[][]> units = new ArrayList<>();

  MadeWeights(TransformSpec spec, Weights weights, int transform) {
    this.spec = spec;
    this.weights = weights;
    this.name = "transforms." + transform + ".";
    for (List<Integer> layer : effectiveDegrees(spec)) {
      int[][] byDegree = new int[spec.dimensions()][];
      for (int degree = 0; degree < byDegree.length; degree++) {
        int wanted = degree;
        byDegree[degree] =
            IntStream.range(0, layer.size()).filter(unit -> layer.get(unit) == wanted).toArray();
      }
      units.add(byDegree);
    }
  }

  /**
   * The degree of a unit is the highest that it may see. What it does see is the highest degree of
   * the units below it, which is lower where a degree has no unit there. With these degrees, a unit
   * of degree 1 or more always depends on the sample.
   */
  private static List<List<Integer>> effectiveDegrees(TransformSpec spec) {
    List<List<Integer>> all = new ArrayList<>();
    all.add(spec.degrees().get(0));
    for (int layer = 1; layer < spec.hiddenLayers(); layer++) {
      List<Integer> below = spec.degrees().get(layer - 1);
      List<Integer> seenBelow = all.get(layer - 1);
      List<Integer> seen = new ArrayList<>();
      for (int degree : spec.degrees().get(layer)) {
        seen.add(
            IntStream.range(0, below.size())
                .filter(unit -> below.get(unit) <= degree)
                .map(seenBelow::get)
                .max()
                .orElse(0));
      }
      all.add(seen);
    }
    return all;
  }

  TransformSpec spec() {
    return spec;
  }

  /** Indices of the units of a degree; may be empty. */
  int[] units(int layer, int degree) {
    return units.get(layer)[degree];
  }

  /** Indices of the units of degrees from (inclusive) to (exclusive), by degree. */
  int[] units(int layer, int from, int to) {
    return IntStream.range(from, to).flatMap(d -> Arrays.stream(units(layer, d))).toArray();
  }

  /**
   * Weights of the first layer: the units of a degree, and the dimensions at positions below it.
   */
  Tensor input(int degree) {
    int[] dimensions = spec.order().subList(0, degree).stream().mapToInt(i -> i).toArray();
    return weights.get(name + "layers.0.weight").rows(units(0, degree)).columns(dimensions);
  }

  /** Weights of a later layer. */
  Tensor hidden(int layer, int[] to, int[] from) {
    return weights.get(name + "layers." + layer + ".weight").rows(to).columns(from);
  }

  Tensor bias(int layer, int[] to) {
    return weights.get(name + "layers." + layer + ".bias").rows(to);
  }

  /** Outputs of positions first and later, from some units of the last layer. */
  Tensor output(int first, int[] from) {
    return folded(weights.get(name + "output.weight"), first).columns(from);
  }

  /** [H0 + P*D, C]: the units of the first layer by degree, then the outputs by position. */
  Tensor context() {
    return stacked(
        weights.get(name + "context.weight").rows(units(0, 0, spec.dimensions())),
        folded(weights.get(name + "output.context.weight"), 0));
  }

  /** [H0 + P*D], in the order of {@link #context}. */
  Tensor contextBias() {
    Tensor first = bias(0, units(0, 0, spec.dimensions()));
    Tensor last = folded(weights.get(name + "output.bias"), 0);
    float[] both = Arrays.copyOf(first.values(), first.rows() + last.rows());
    System.arraycopy(last.values(), 0, both, first.rows(), last.rows());
    return Tensor.vector(both);
  }

  /**
   * Rows by position. A soft bound, {@code raw / (1 + |raw| / bound)}, is {@code bound *
   * softsign(raw / bound)}: the division moves into the weights.
   */
  private Tensor folded(Tensor tensor, int firstPosition) {
    int dimensions = spec.dimensions();
    int outputs = spec.outputsPerDimension();
    int[] rows = new int[(dimensions - firstPosition) * outputs];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (i % outputs) * dimensions + spec.order().get(firstPosition + i / outputs);
    }
    Tensor selected = tensor.rows(rows);
    int width = selected.values().length / rows.length;
    for (int i = 0; i < selected.values().length; i++) {
      OptionalDouble bound = spec.softBound(i / width % outputs);
      if (bound.isPresent()) {
        selected.values()[i] = (float) (selected.values()[i] / bound.getAsDouble());
      }
    }
    return selected;
  }

  static Tensor stacked(Tensor top, Tensor bottom) {
    float[] both = Arrays.copyOf(top.values(), top.values().length + bottom.values().length);
    System.arraycopy(bottom.values(), 0, both, top.values().length, bottom.values().length);
    return Tensor.matrix(top.rows() + bottom.rows(), top.columns(), both);
  }
}
