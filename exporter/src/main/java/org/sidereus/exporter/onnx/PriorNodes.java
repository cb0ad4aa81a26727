package org.sidereus.exporter.onnx;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Tensor;

/** The prior density at posterior samples. */
final class PriorNodes {
  private final GraphBuilder graph;
  private final ParameterPriors joint;
  private final List<Prior> priors;
  private final List<ParameterScaling> scalings;

  /**
   * The prior of a flow's parameters.
   *
   * @param joint the prior
   * @param scalings of the flow: where they keep samples within the bounds of the prior, the bounds
   *     are not looked at again
   */
  PriorNodes(GraphBuilder graph, ParameterPriors joint, List<ParameterScaling> scalings) {
    this.graph = graph;
    this.joint = joint;
    this.priors = joint.marginals();
    this.scalings = scalings;
  }

  /**
   * The joint log density.
   *
   * @param theta samples [B,D,S], physical units
   * @return [B,1,S]; negative infinity outside the support
   */
  Value logDensity(Value theta) {
    int d = priors.size();
    float[] centre = new float[d];
    float[] inverseScale = new float[d];
    double constant = 0;
    for (int i = 0; i < d; i++) {
      Prior prior = priors.get(i);
      double sd = untruncatedSd(prior);
      centre[i] = (float) peak(prior);
      inverseScale[i] = (float) (1 / sd); // 0 for a uniform prior
      constant +=
          prior instanceof LogUniform logUniform
              ? -Math.log(logUniform.logRange())
              : prior.logDensity(peakWithin(prior)) + offset(prior);
    }
    Value z =
        graph.multiply(
            graph.subtract(theta, graph.constant(Tensor.matrix(d, 1, centre))),
            graph.constant(Tensor.matrix(d, 1, inverseScale)));
    if (!joint.areIndependent()) {
      double[][] whitening = joint.whitening();
      float[] matrix = new float[d * d];
      for (int i = 0; i < d; i++) {
        constant += Math.log(whitening[i][i]);
        for (int k = 0; k < d; k++) {
          matrix[i * d + k] = (float) whitening[i][k];
        }
      }
      z = graph.matMul(graph.constant(Tensor.matrix(d, d, matrix)), z);
    }
    Value squares = graph.sumOverMiddle(graph.multiply(z, z), d);
    Value density = graph.add(graph.multiply(squares, -0.5), graph.constant(constant));
    return withinBounds(theta, withLogarithms(theta, density));
  }

  /** Less the logarithms of the parameters whose prior is log-uniform. */
  private Value withLogarithms(Value theta, Value density) {
    int[] indices =
        IntStream.range(0, priors.size())
            .filter(i -> priors.get(i) instanceof LogUniform)
            .toArray();
    if (indices.length == 0) {
      return density;
    }
    float[] lower = new float[indices.length];
    for (int i = 0; i < lower.length; i++) {
      lower[i] = (float) priors.get(indices[i]).lower();
    }
    Value some =
        graph.op(
            "Gather",
            Map.of("axis", 1),
            theta,
            graph.longs(IntStream.of(indices).asLongStream().toArray()));
    // a sample below the bound has no density, whatever its logarithm
    Value above = graph.op("Max", some, graph.constant(Tensor.matrix(lower.length, 1, lower)));
    return graph.subtract(density, graph.sumOverMiddle(graph.op("Log", above), lower.length));
  }

  private Value withinBounds(Value theta, Value density) {
    int d = priors.size();
    float[] lower = new float[d];
    float[] upper = new float[d];
    boolean needed = false;
    for (int i = 0; i < d; i++) {
      lower[i] = (float) Math.max(-Float.MAX_VALUE, priors.get(i).lower());
      upper[i] = (float) Math.min(Float.MAX_VALUE, priors.get(i).upper());
      needed |= !keepsWithin(scalings.get(i), priors.get(i));
    }
    if (!needed) {
      return density;
    }
    Value nearest =
        graph.op(
            "Min",
            graph.op("Max", theta, graph.constant(Tensor.matrix(d, 1, lower))),
            graph.constant(Tensor.matrix(d, 1, upper)));
    Value outside = graph.reduceMax(graph.op("Abs", graph.subtract(theta, nearest)), 1);
    return graph.op(
        "Where",
        graph.op("Greater", outside, graph.constant(0)),
        graph.constant(Double.NEGATIVE_INFINITY),
        density);
  }

  private static boolean keepsWithin(ParameterScaling scaling, Prior prior) {
    boolean below = Double.isInfinite(prior.lower());
    boolean above = Double.isInfinite(prior.upper());
    if (scaling instanceof ParameterScaling.Bounded bounded) {
      below |= bounded.lower() >= prior.lower();
      above |= bounded.upper() <= prior.upper();
    } else if (scaling instanceof ParameterScaling.Log log) {
      below |= log.lower() >= prior.lower();
    } else if (scaling instanceof ParameterScaling.LogBelow log) {
      above |= log.upper() <= prior.upper();
    }
    return below && above;
  }

  private static double untruncatedSd(Prior prior) {
    if (prior instanceof Normal normal) {
      return normal.sd();
    }
    return prior instanceof TruncatedNormal truncated
        ? truncated.untruncatedSd()
        : Double.POSITIVE_INFINITY;
  }

  /** The point at which the parabola of the log density has its top. */
  private static double peak(Prior prior) {
    if (prior instanceof Uniform) {
      return prior.mean();
    }
    return prior instanceof TruncatedNormal truncated ? truncated.untruncatedMean() : prior.mean();
  }

  private static double peakWithin(Prior prior) {
    return Math.max(prior.lower(), Math.min(prior.upper(), peak(prior)));
  }

  /** The log density at the top of the parabola less that at the nearest point of the support. */
  private static double offset(Prior prior) {
    double z = (peakWithin(prior) - peak(prior)) / untruncatedSd(prior);
    return 0.5 * z * z;
  }
}
