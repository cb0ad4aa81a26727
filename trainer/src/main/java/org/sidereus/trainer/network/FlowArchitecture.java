package org.sidereus.trainer.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidereus.engine.bundle.Role;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmbeddingSpec;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.TransformSpec;

/**
 * Sizes of a masked autoregressive flow.
 *
 * @param kind what each transform does
 * @param transforms number of transforms, at least 1
 * @param hidden units of each hidden layer of a transform's network, at least one layer
 * @param activation nonlinearity of the transforms
 * @param embedding units of each layer of the network that turns the features into the context;
 *     empty: the context is the scaled features
 * @param embeddingActivation nonlinearity of the embedding
 * @param bins bins of a spline; ignored by affine transforms
 * @param tailBound the spline acts in [-tailBound, tailBound]; ignored by affine transforms
 */
public record FlowArchitecture(
    TransformKind kind,
    int transforms,
    List<Integer> hidden,
    Activation activation,
    List<Integer> embedding,
    Activation embeddingActivation,
    int bins,
    double tailBound) {

  /** One dimension is scaled by at most exp(5) in one affine transform. */
  private static final double LOG_SCALE_BOUND = 5.0;

  /** Smallest width and height of a bin as a share of the spline's range. */
  private static final double MIN_BIN_SIZE = 1e-3;

  private static final double MIN_DERIVATIVE = 1e-3;

  public FlowArchitecture {
    if (transforms < 1) {
      throw new IllegalArgumentException("transforms must be at least 1 but is " + transforms);
    }
    hidden = List.copyOf(hidden);
    embedding = List.copyOf(embedding);
  }

  /**
   * The specification of a flow of these sizes.
   *
   * @param parameters scaling of each parameter
   * @param roles role of each parameter
   * @param features scaling of each feature
   * @param seed of the orders of the dimensions
   */
  public FlowSpec spec(
      List<ParameterScaling> parameters,
      List<Role> roles,
      List<Standardisation> features,
      long seed) {
    List<List<Integer>> orders = orders(roles, seed);
    return new FlowSpec(
        parameters,
        features,
        embedding.isEmpty() ? null : new EmbeddingSpec(embedding, embeddingActivation),
        orders.stream().map(this::transform).toList());
  }

  private TransformSpec transform(List<Integer> order) {
    List<List<Integer>> degrees =
        hidden.stream().map(units -> evenDegrees(units, order.size())).toList();
    return switch (kind) {
      case AFFINE -> new TransformSpec.Affine(order, degrees, activation, LOG_SCALE_BOUND);
      case SPLINE ->
          new TransformSpec.RationalQuadraticSpline(
              order,
              degrees,
              activation,
              bins,
              tailBound,
              MIN_BIN_SIZE,
              MIN_BIN_SIZE,
              MIN_DERIVATIVE);
    };
  }

  /** Degrees 0 to D-1 in ascending order, each for an equal share of the units. */
  private static List<Integer> evenDegrees(int units, int dimensions) {
    return IntStream.range(0, units).mapToObj(u -> u * dimensions / units).toList();
  }

  /**
   * In every transform the shared parameters come before the local ones, so that the first terms of
   * the log density are the exact marginal density of the shared parameters, which is what groups
   * combine. Within the shared and within the local ones the order is the natural one, then random
   * ones, each followed by its reverse, so that of each such pair of dimensions each one depends on
   * the other one in some transform.
   */
  private List<List<Integer>> orders(List<Role> roles, long seed) {
    Random random = new Random(seed);
    List<Integer> shared = withRole(roles, Role.SHARED);
    List<Integer> local = withRole(roles, Role.LOCAL);
    List<List<Integer>> orders = new ArrayList<>();
    for (int t = 0; t < transforms; t++) {
      for (List<Integer> block : List.of(shared, local)) {
        if (t % 2 == 1) {
          Collections.reverse(block);
        } else if (t > 0) {
          Collections.shuffle(block, random);
        }
      }
      orders.add(Stream.concat(shared.stream(), local.stream()).toList());
    }
    return orders;
  }

  private static List<Integer> withRole(List<Role> roles, Role role) {
    return new ArrayList<>(
        IntStream.range(0, roles.size()).filter(i -> roles.get(i) == role).boxed().toList());
  }
}
