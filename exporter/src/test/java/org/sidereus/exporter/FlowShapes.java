package org.sidereus.exporter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmbeddingSpec;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.PositiveScale;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.TransformSpec;

/** The flows on which every flow test runs: both kinds, all scalings, odd widths and degrees. */
public final class FlowShapes {
  private FlowShapes() {}

  /** A flow with a name that a test report can show. */
  public record Named(String name, FlowNetwork flow) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** All of them. */
  public static Stream<Named> all() {
    return Stream.of(
        named("affine-1d", 1, 2, null, "a", Activation.TANH, 4),
        named("spline-1d", 1, 1, null, "s", Activation.RELU, 3),
        named("affine-2d", 2, 1, null, "aa", Activation.TANH, 5, 7),
        named(
            "spline-2d",
            2,
            3,
            new EmbeddingSpec(List.of(4), Activation.SILU),
            "s",
            Activation.TANH,
            6),
        named("mixed-2d", 2, 3, null, "as", Activation.SILU, 6, 5),
        named("affine-relu-4d", 4, 3, null, "aaa", Activation.RELU, 9, 8),
        named(
            "spline-embedded-4d",
            4,
            5,
            new EmbeddingSpec(List.of(6, 3), Activation.TANH),
            "ss",
            Activation.SILU,
            10,
            9,
            8),
        named(
            "mixed-6d",
            6,
            8,
            new EmbeddingSpec(List.of(8), Activation.RELU),
            "asas",
            Activation.TANH,
            8,
            8),
        named(
            "mixed-embedded-3d",
            3,
            2,
            new EmbeddingSpec(List.of(5), Activation.TANH),
            "as",
            Activation.TANH,
            4,
            4),
        named("narrow-6d", 6, 2, null, "as", Activation.TANH, 3, 2),
        named("wide-6d", 6, 3, null, "as", Activation.SILU, 60, 70, 55),
        named("uneven-5d", 5, 2, null, "a", Activation.TANH, 2, 40, 3),
        named("one-layer-5d", 5, 2, null, "sa", Activation.SILU, 11),
        named("scale-shift-1d", 1, 2, null, "z", Activation.ELU, 4),
        named("scale-shift-4d", 4, 3, null, "zaz", Activation.ELU, 9, 8),
        named("softplus-1d", 1, 2, null, "p", Activation.TANH, 3),
        named("softplus-3d", 3, 2, null, "pp", Activation.LEAKY_RELU, 7, 8),
        named("sigmoid-4d", 4, 3, null, "gp", Activation.TANH, 9, 8),
        named("soft-spline-3d", 3, 3, null, "bb", Activation.RELU, 6, 5),
        named(
            "foreign-5d",
            5,
            4,
            new EmbeddingSpec(
                List.of(6, 5, 7), List.of(Activation.ELU, Activation.IDENTITY, Activation.TANH)),
            "bzpg",
            Activation.ELU,
            12,
            11),
        named("bounded-3d", 3, 2, null, "aa", Activation.SILU, 8));
  }

  /** Those of two dimensions, for integrals. */
  public static Stream<Named> planar() {
    return all().filter(shape -> shape.flow().spec().dimensions() == 2);
  }

  /** A parameter vector well within the bounds of its scaling and features of order one. */
  public static double[] normal(Random random, int length) {
    return random.doubles(length, -2, 2).toArray();
  }

  /** The scalings that the other shapes do not have. */
  private static List<ParameterScaling> bounded() {
    return List.of(
        new ParameterScaling.LogBelow(2, 0.2, 0.6),
        new ParameterScaling.LogProbit(0.3, 4, 0.1, 0.1),
        new ParameterScaling.Log(-0.5, 0.2, 0.6));
  }

  private static Named named(
      String name,
      int dimensions,
      int features,
      EmbeddingSpec embedding,
      String kinds,
      Activation activation,
      int... widths) {
    Random random = new Random(name.hashCode());
    List<ParameterScaling> scalings =
        new ArrayList<>(name.startsWith("bounded") ? bounded() : List.of());
    for (int i = scalings.size(); i < dimensions; i++) {
      scalings.add(
          switch ((i + dimensions) % 4) {
            case 0 -> new ParameterScaling.Affine(1.5 - i, 0.7 + i);
            // narrow: samples of random weights reach far, and doubles end at 8 deviations
            case 1 -> new ParameterScaling.Probit(-1.5, 2.5 + i, 0.1, 0.1);
            case 2 -> new ParameterScaling.Log(-0.5, 0.2, 0.6);
            default -> new ParameterScaling.Logit(-2 - i, 1, 0.2, 0.3);
          });
    }
    List<Standardisation> features2 =
        IntStream.range(0, features)
            // some features are scaled by their logarithm
            .mapToObj(
                i ->
                    new Standardisation(
                        0.1 * i, 0.5 + 0.2 * i, dimensions > 2 && i % 3 == 2 ? 0.1 : null))
            .toList();
    List<TransformSpec> transforms = new ArrayList<>();
    for (char kind : kinds.toCharArray()) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, dimensions).boxed().toList());
      Collections.shuffle(order, random);
      List<List<Integer>> degrees =
          Arrays.stream(widths)
              .mapToObj(width -> random.ints(width, 0, dimensions).boxed().toList())
              .toList();
      transforms.add(transform(kind, order, degrees, activation));
    }
    FlowSpec spec = new FlowSpec(scalings, features2, embedding, transforms);
    return new Named(name, new RandomNetworks(random, 0.7).flow(spec));
  }

  private static TransformSpec transform(
      char kind, List<Integer> order, List<List<Integer>> degrees, Activation activation) {
    return switch (kind) {
      case 'a' -> new TransformSpec.Affine(order, degrees, activation, 5);
      case 'z' -> new TransformSpec.ScaleShift(order, degrees, activation, 4);
      case 'p' ->
          new TransformSpec.PositiveScaleShift(
              order, degrees, activation, PositiveScale.SOFTPLUS, 1e-3);
      case 'g' ->
          new TransformSpec.PositiveScaleShift(
              order, degrees, activation, PositiveScale.SIGMOID, 2e-3);
      case 'b' -> new TransformSpec.BoundedSpline(order, degrees, activation, 6, 5, 6);
      default ->
          new TransformSpec.RationalQuadraticSpline(
              order, degrees, activation, 5, 4, 1e-3, 2e-3, 3e-3);
    };
  }
}
