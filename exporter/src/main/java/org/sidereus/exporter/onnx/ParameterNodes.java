package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.FlowLimits;
import org.sidereus.networks.ParameterScaling;

/** The scalings of all parameters as nodes, parameters of a kind together. */
final class ParameterNodes {
  private final GraphBuilder graph;
  private final List<ParameterScaling> scalings;
  private final List<Group> groups;

  ParameterNodes(GraphBuilder graph, List<ParameterScaling> scalings) {
    this.graph = graph;
    this.scalings = scalings;
    this.groups = groups(scalings);
  }

  /** Parameters of one kind. */
  private record Group(Class<?> kind, int[] indices) {}

  /**
   * Values and log |dz/dtheta|.
   *
   * @param logDerivative null where it is constant
   * @param constant to be added to the sum of the log derivatives
   */
  record Mapped(Value value, @Nullable Value logDerivative, double constant) {}

  private static List<Group> groups(List<ParameterScaling> scalings) {
    List<Group> groups = new ArrayList<>();
    for (Class<?> kind :
        List.of(
            ParameterScaling.Affine.class,
            ParameterScaling.Probit.class,
            ParameterScaling.Logit.class,
            ParameterScaling.Log.class,
            ParameterScaling.LogBelow.class,
            ParameterScaling.LogProbit.class)) {
      int[] indices =
          IntStream.range(0, scalings.size())
              .filter(i -> kind.isInstance(scalings.get(i)))
              .toArray();
      if (indices.length > 0) {
        groups.add(new Group(kind, indices));
      }
    }
    return groups;
  }

  /**
   * From z to physical units, strictly within the bounds in float32.
   *
   * @param z one value for each parameter, [B,1,S]
   * @return value [B,D,S], log derivative [B,1,S]
   */
  Mapped physical(List<Value> z) {
    List<Value> values = new ArrayList<>();
    List<Value> logDerivatives = new ArrayList<>();
    double constant = 0;
    for (Group group : groups) {
      List<Value> members = IntStream.of(group.indices).mapToObj(z::get).toList();
      Value u =
          graph.add(
              graph.multiply(graph.concat(1, members), column(group, ParameterScaling::scale)),
              column(group, ParameterScaling::shift));
      constant -= sum(group, scaling -> Math.log(scaling.scale()));
      if (group.kind == ParameterScaling.Affine.class) {
        values.add(u);
        continue;
      }
      double limit = FlowLimits.UNBOUNDED_COORDINATE;
      u = graph.clip(u, -limit, limit);
      if (isProbit(group)) {
        boolean ofLogarithm = group.kind == ParameterScaling.LogProbit.class;
        Value erf = graph.op("Erf", graph.multiply(u, Math.sqrt(0.5)));
        Value within =
            graph.add(
                graph.multiply(
                    graph.add(erf, graph.constant(1)),
                    column(group, scaling -> 0.5 * range(scaling))),
                column(group, ParameterNodes::start));
        Value theta = ofLogarithm ? graph.op("Exp", within) : within;
        values.add(
            graph.op(
                "Min",
                graph.op("Max", theta, column(group, ParameterNodes::lowest)),
                column(group, ParameterNodes::highest)));
        Value half = graph.multiply(graph.multiply(u, u), 0.5);
        logDerivatives.add(ofLogarithm ? graph.subtract(half, within) : half);
        constant += sum(group, ParameterNodes::probitConstant);
      } else if (group.kind == ParameterScaling.Logit.class) {
        Value theta =
            graph.add(
                graph.multiply(graph.sigmoid(u), column(group, ParameterNodes::range)),
                column(group, ParameterNodes::lower));
        values.add(
            graph.op(
                "Min",
                graph.op("Max", theta, column(group, ParameterNodes::lowest)),
                column(group, ParameterNodes::highest)));
        logDerivatives.add(logitDerivative(u));
        constant -= sum(group, scaling -> Math.log(range(scaling)));
      } else if (group.kind == ParameterScaling.LogBelow.class) {
        Value theta =
            graph.subtract(
                column(group, ParameterNodes::upper), graph.op("Exp", graph.op("Neg", u)));
        values.add(graph.op("Min", theta, column(group, ParameterNodes::highest)));
        logDerivatives.add(u);
      } else {
        Value theta = graph.add(graph.op("Exp", u), column(group, ParameterNodes::lower));
        values.add(graph.op("Max", theta, column(group, ParameterNodes::lowest)));
        logDerivatives.add(graph.op("Neg", u));
      }
    }
    Value stacked = graph.concat(1, values);
    @Nullable Value logDerivative = null;
    if (!logDerivatives.isEmpty()) {
      int bounded =
          (int) scalings.stream().filter(s -> !(s instanceof ParameterScaling.Affine)).count();
      logDerivative = graph.sumOverMiddle(graph.concat(1, logDerivatives), bounded);
    }
    return new Mapped(inOrder(stacked), logDerivative, constant);
  }

  private @Nullable Value summed(List<Value> logDerivatives) {
    return logDerivatives.isEmpty() ? null : graph.reduceSum(graph.concat(1, logDerivatives), 1);
  }

  private Value inOrder(Value stacked) {
    int[] sources = groups.stream().flatMapToInt(group -> IntStream.of(group.indices)).toArray();
    long[] place = new long[sources.length];
    for (int i = 0; i < sources.length; i++) {
      place[sources[i]] = i;
    }
    boolean sorted = IntStream.range(0, place.length).allMatch(i -> place[i] == i);
    return sorted ? stacked : graph.op("Gather", Map.of("axis", 1), stacked, graph.longs(place));
  }

  /**
   * From physical units to z.
   *
   * @param theta [N,D]; values at and outside the bounds are taken to the nearest within
   * @return value [N,D], log derivative [N,1]
   */
  Mapped standardised(Value theta) {
    List<Value> values = new ArrayList<>();
    List<Value> logDerivatives = new ArrayList<>();
    double constant = 0;
    for (Group group : groups) {
      Value members =
          groups.size() == 1
              ? theta
              : graph.op(
                  "Gather",
                  Map.of("axis", 1),
                  theta,
                  graph.longs(IntStream.of(group.indices).asLongStream().toArray()));
      Value u = members;
      if (group.kind != ParameterScaling.Affine.class) {
        Value inside = inside(members, group, of -> row(group, of));
        u = unbounded(inside, group, of -> row(group, of));
        if (isProbit(group)) {
          Value half = graph.multiply(graph.multiply(u, u), 0.5);
          logDerivatives.add(
              group.kind == ParameterScaling.LogProbit.class
                  ? graph.subtract(half, graph.op("Log", inside))
                  : half);
          constant += sum(group, ParameterNodes::probitConstant);
        } else if (group.kind == ParameterScaling.Logit.class) {
          logDerivatives.add(logitDerivative(u));
          constant -= sum(group, scaling -> Math.log(range(scaling)));
        } else {
          logDerivatives.add(
              group.kind == ParameterScaling.LogBelow.class ? u : graph.op("Neg", u));
        }
      }
      constant -= sum(group, scaling -> Math.log(scaling.scale()));
      values.add(
          graph.divide(
              graph.subtract(u, row(group, ParameterScaling::shift)),
              row(group, ParameterScaling::scale)));
    }
    return new Mapped(inOrder(graph.concat(1, values)), summed(logDerivatives), constant);
  }

  /**
   * From physical units to z, the samples along the last axis.
   *
   * @param theta [B,D,S]; values at and outside the bounds are taken to the nearest within
   * @return [B,D,S]
   */
  Value standardisedSamples(Value theta) {
    List<Value> values = new ArrayList<>();
    for (Group group : groups) {
      long[] indices = IntStream.of(group.indices).asLongStream().toArray();
      Value u =
          groups.size() == 1
              ? theta
              : graph.op("Gather", Map.of("axis", 1), theta, graph.longs(indices));
      if (group.kind != ParameterScaling.Affine.class) {
        u = unbounded(inside(u, group, of -> column(group, of)), group, of -> column(group, of));
      }
      values.add(
          graph.divide(
              graph.subtract(u, column(group, ParameterScaling::shift)),
              column(group, ParameterScaling::scale)));
    }
    return inOrder(graph.concat(1, values));
  }

  /** Values, or the nearest within the bounds. */
  private Value inside(Value values, Group group, Function<Of, Value> constants) {
    Value inside =
        group.kind == ParameterScaling.LogBelow.class
            ? values
            : graph.op("Max", values, constants.apply(ParameterNodes::lowest));
    return group.kind == ParameterScaling.Log.class
        ? inside
        : graph.op("Min", inside, constants.apply(ParameterNodes::highest));
  }

  /** The unbounded coordinates of values within the bounds. */
  private Value unbounded(Value inside, Group group, Function<Of, Value> constants) {
    if (group.kind == ParameterScaling.LogProbit.class) {
      return quantile(graph.op("Log", inside), constants);
    }
    if (group.kind == ParameterScaling.Probit.class) {
      return quantile(inside, constants);
    }
    if (group.kind == ParameterScaling.Logit.class) {
      return logit(inside, constants);
    }
    return group.kind == ParameterScaling.LogBelow.class
        ? graph.op(
            "Neg", graph.op("Log", graph.subtract(constants.apply(ParameterNodes::upper), inside)))
        : graph.op("Log", graph.subtract(inside, constants.apply(ParameterNodes::lower)));
  }

  private static boolean isProbit(Group group) {
    return group.kind == ParameterScaling.Probit.class
        || group.kind == ParameterScaling.LogProbit.class;
  }

  /** The normal quantile of where values, or logarithms, lie between their bounds. */
  private Value quantile(Value inside, Function<Of, Value> constants) {
    Value range = constants.apply(ParameterNodes::range);
    Value below = graph.subtract(inside, constants.apply(ParameterNodes::start));
    Value above = graph.subtract(constants.apply(ParameterNodes::end), inside);
    return new NormalQuantileNodes(graph)
        .quantile(graph.divide(below, range), graph.divide(above, range));
  }

  /** The logit of where values lie between their bounds. */
  private Value logit(Value inside, Function<Of, Value> constants) {
    Value below = graph.subtract(inside, constants.apply(ParameterNodes::lower));
    Value above = graph.subtract(constants.apply(ParameterNodes::upper), inside);
    return graph.op("Log", graph.divide(below, above));
  }

  /** The part of log |du/dtheta| of a logit u that depends on theta. */
  private Value logitDerivative(Value u) {
    Value size = graph.op("Abs", u);
    return graph.add(size, graph.multiply(graph.softplus(graph.op("Neg", size)), 2));
  }

  /** Whether every parameter is strictly within its bounds: bool [N,1], or null without bounds. */
  @Nullable Value within(Value theta) {
    if (scalings.stream().allMatch(ParameterScaling.Affine.class::isInstance)) {
      return null;
    }
    List<Integer> shape = List.of(1, scalings.size());
    Value lowest = graph.constant(shape, values(scalings, ParameterNodes::lowest));
    Value highest = graph.constant(shape, values(scalings, ParameterNodes::highest));
    Value inside =
        graph.op(
            "And",
            graph.op("GreaterOrEqual", theta, lowest),
            graph.op("LessOrEqual", theta, highest));
    Value outside = graph.number(graph.op("Not", inside));
    return graph.op("Less", graph.reduceMax(outside, 1), graph.constant(0.5));
  }

  private interface Of {
    double value(ParameterScaling scaling);
  }

  private Value column(Group group, Of of) {
    return graph.constant(List.of(group.indices.length, 1), values(members(group), of));
  }

  private Value row(Group group, Of of) {
    return graph.constant(List.of(1, group.indices.length), values(members(group), of));
  }

  private static double[] values(List<ParameterScaling> scalings, Of of) {
    return scalings.stream().mapToDouble(of::value).toArray();
  }

  private List<ParameterScaling> members(Group group) {
    return IntStream.of(group.indices).mapToObj(scalings::get).toList();
  }

  private double sum(Group group, Of of) {
    return members(group).stream().mapToDouble(of::value).sum();
  }

  private static double lower(ParameterScaling scaling) {
    if (scaling instanceof ParameterScaling.Bounded bounded) {
      return bounded.lower();
    }
    return scaling instanceof ParameterScaling.Log log ? log.lower() : Double.NEGATIVE_INFINITY;
  }

  private static double upper(ParameterScaling scaling) {
    if (scaling instanceof ParameterScaling.Bounded bounded) {
      return bounded.upper();
    }
    return scaling instanceof ParameterScaling.LogBelow below
        ? below.upper()
        : Double.POSITIVE_INFINITY;
  }

  /** Where the range begins of which the probit is taken: the lower bound, or its logarithm. */
  private static double start(ParameterScaling scaling) {
    return scaling instanceof ParameterScaling.LogProbit
        ? Math.log(lower(scaling))
        : lower(scaling);
  }

  /** Where it ends. */
  private static double end(ParameterScaling scaling) {
    return scaling instanceof ParameterScaling.LogProbit
        ? Math.log(upper(scaling))
        : upper(scaling);
  }

  /** The part of log |du/dtheta| that does not depend on theta. */
  private static double probitConstant(ParameterScaling scaling) {
    return 0.5 * Math.log(2 * Math.PI) - Math.log(range(scaling));
  }

  private static double range(ParameterScaling scaling) {
    return end(scaling) - start(scaling);
  }

  /** The lowest float32 number above the lower bound, in its double and in its float32 form. */
  private static double lowest(ParameterScaling scaling) {
    float lower = (float) lower(scaling);
    return Float.isInfinite(lower) ? -Float.MAX_VALUE : Math.nextUp(lower);
  }

  private static double highest(ParameterScaling scaling) {
    float upper = (float) upper(scaling);
    return Float.isInfinite(upper) ? Float.MAX_VALUE : Math.nextDown(upper);
  }
}
