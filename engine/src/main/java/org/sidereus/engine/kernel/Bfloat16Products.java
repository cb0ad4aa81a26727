package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;

/**
 * The products of a graph that may be computed in bfloat16: large ones that no sample and no
 * density of the flow depends on. They are the hidden layers of emulators. A rounded likelihood
 * moves the weights of the samples a little, while the density of each sample stays exact.
 */
final class Bfloat16Products {
  /** Where products are smaller, rounding the rows takes the time that is saved. */
  private static final int LEAST = 48;

  private static final Set<String> EXACT =
      Set.of(GraphContract.THETA, GraphContract.LOG_PROB, GraphContract.SHARED_LOG_PROB);

  private Bfloat16Products() {}

  /**
   * A product of constant weights and a value.
   *
   * @param output name of the result
   * @param input name of the value
   * @param weight [count, terms], row-major
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Product(String output, String input, float[] weight, int count, int terms) {}

  /** The products of a graph. */
  static List<Product> of(OnnxModel model) {
    List<OnnxNode> others = new ArrayList<>(model.nodes());
    others.removeAll(new HashSet<>(model.nodesOf(EXACT)));
    List<Product> products = new ArrayList<>();
    for (OnnxNode node : others) {
      Product product = product(node, model.constants());
      if (product != null
          && Math.min(product.count, product.terms) >= LEAST
          && product.terms % 2 == 0) {
        products.add(product);
      }
    }
    return products;
  }

  private static @Nullable Product product(OnnxNode node, Map<String, OnnxConstant> constants) {
    boolean isGemm = node.operator().equals("Gemm");
    if (!isGemm && !node.operator().equals("MatMul")) {
      return null;
    }
    String output = node.outputs().get(0);
    String left = node.inputs().get(0);
    String right = node.inputs().get(1);
    if (!isGemm && constants.get(left) instanceof OnnxConstant.Numbers weight) {
      int[] shape = weight.shape();
      return shape.length == 2
          ? new Product(output, right, weight.values(), shape[0], shape[1])
          : null;
    }
    if (!(constants.get(right) instanceof OnnxConstant.Numbers weight)
        || weight.shape().length != 2) {
      return null;
    }
    int[] shape = weight.shape();
    return isGemm && node.attribute("transB", 0) == 1
        ? new Product(output, left, weight.values(), shape[0], shape[1])
        : new Product(output, left, TileCompiler.transposed(weight), shape[1], shape[0]);
  }
}
