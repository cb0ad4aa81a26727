package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sidereus.exporter.network.FlowLimits;
import org.sidereus.exporter.network.FlowNetwork;
import org.sidereus.exporter.network.FlowSpec;
import org.sidereus.exporter.network.Tensor;
import org.sidereus.exporter.network.TransformSpec;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;

/**
 * {@code posterior.onnx}: x [B,F], noise [S,D] to theta [B,S,D], log_prob [B,S], mean [B,D] and
 * covariance [B,D,D], in physical units. The covariance is the mean of the products of deviations
 * (1/S), because the noise of the engine is whitened.
 *
 * <p>Limits that keep every output finite are those of {@link FlowLimits}; bounded parameters are
 * strictly within their bounds in float32.
 */
public final class PosteriorGraph {
  private final FlowNetwork network;
  private final FlowSpec spec;
  private final GraphBuilder graph = new GraphBuilder("posterior");

  /** Logarithms of dz_{t+1}/dz_t of single dimensions that depend on object and sample. */
  private final List<Value> logDerivatives = new ArrayList<>();

  private PosteriorGraph(FlowNetwork network) {
    this.network = network;
    this.spec = network.spec();
  }

  /** The graph of a flow, as bytes of the file. */
  public static byte[] of(FlowNetwork network) {
    return new PosteriorGraph(network).build();
  }

  private byte[] build() {
    int dimensions = spec.dimensions();
    Axis objects = Axis.free("B");
    Axis samples = Axis.free("S");
    Axis parameters = Axis.of(dimensions);
    Value x = graph.input("x", objects, Axis.of(spec.features()));
    Value noise = graph.input("noise", samples, parameters);

    List<List<Value>> context = contextProducts(new DenseNodes(graph).context(x, network));
    long[] ones = new long[dimensions];
    Arrays.fill(ones, 1);
    List<Value> z = graph.split(graph.transpose(noise, 1, 0), 0, ones);
    for (int t = spec.transforms().size() - 1; t >= 0; t--) {
      z = inverse(t, context.get(t), z);
    }

    ParameterNodes.Mapped physical = new ParameterNodes(graph, spec.parameterScaling()).physical(z);
    Value theta = physical.value();
    graph.output("theta", graph.transpose(theta, 0, 2, 1), objects, samples, parameters);
    graph.output("log_prob", logProb(noise, physical), objects, samples);
    moments(theta, noise, objects, parameters);
    return graph.build();
  }

  /** The product of the context with the weights of all transforms: once per object. */
  private List<List<Value>> contextProducts(Value context) {
    List<long[]> sizes = new ArrayList<>();
    Tensor weight = null;
    float[] bias = new float[0];
    for (int t = 0; t < spec.transforms().size(); t++) {
      MadeWeights made = made(t);
      sizes.add(MadeSampler.contextSizes(made));
      weight = weight == null ? made.context() : MadeWeights.stacked(weight, made.context());
      float[] more = made.contextBias().values();
      bias = Arrays.copyOf(bias, bias.length + more.length);
      System.arraycopy(more, 0, bias, bias.length - more.length, more.length);
    }
    Value all =
        graph.unsqueeze(new DenseNodes(graph).layer(context, weight, Tensor.vector(bias)), 2);
    List<Value> parts = graph.split(all, 1, sizes.stream().flatMapToLong(Arrays::stream).toArray());
    List<List<Value>> perTransform = new ArrayList<>();
    int from = 0;
    for (long[] size : sizes) {
      perTransform.add(parts.subList(from, from + size.length));
      from += size.length;
    }
    return perTransform;
  }

  private MadeWeights made(int transform) {
    return new MadeWeights(spec.transforms().get(transform), network.weights(), transform);
  }

  /** z_{t+1} to z_t, one value for each dimension. */
  private List<Value> inverse(int t, List<Value> context, List<Value> z) {
    TransformSpec transform = spec.transforms().get(t);
    MadeSampler made = new MadeSampler(graph, made(t), context);
    List<Value> below = new ArrayList<>(z);
    for (int dimension : transform.order()) {
      Value value =
          transform instanceof TransformSpec.RationalQuadraticSpline spline
              ? spline(spline, made, z.get(dimension))
              : affine((TransformSpec.Affine) transform, made, z.get(dimension));
      value = graph.clip(value, -FlowLimits.LATENT, FlowLimits.LATENT);
      made.know(value);
      below.set(dimension, value);
    }
    return below;
  }

  private Value affine(TransformSpec.Affine affine, MadeSampler made, Value z) {
    List<Value> outputs = made.outputs(1, 1);
    Value logScale = graph.multiply(graph.op("Softsign", outputs.get(1)), affine.logScaleBound());
    logDerivatives.add(graph.op("Neg", logScale));
    return graph.add(graph.multiply(z, graph.op("Exp", logScale)), outputs.get(0));
  }

  private Value spline(TransformSpec.RationalQuadraticSpline spline, MadeSampler made, Value z) {
    List<Value> outputs = made.outputs(spline.bins(), spline.bins(), spline.bins() - 1L);
    SplineNodes.Image image =
        new SplineNodes(graph, spline).inverse(outputs.get(0), outputs.get(1), outputs.get(2), z);
    logDerivatives.add(image.logDerivative());
    return image.value();
  }

  private Value logProb(Value noise, ParameterNodes.Mapped physical) {
    Value square = graph.reduceSum(graph.multiply(noise, noise), 1);
    Value normal =
        graph.add(
            graph.multiply(graph.transpose(square, 1, 0), -0.5),
            graph.constant(physical.constant() - 0.5 * spec.dimensions() * Math.log(2 * Math.PI)));
    List<Value> terms = new ArrayList<>(logDerivatives);
    terms.add(normal);
    if (physical.logDerivative() != null) {
      terms.add(physical.logDerivative());
    }
    return graph.squeeze(graph.sum(terms), 1);
  }

  private void moments(Value theta, Value noise, Axis objects, Axis parameters) {
    Value mean = graph.reduceMean(theta, 2);
    Value deviation = graph.subtract(theta, mean);
    Value products = graph.matMul(deviation, graph.transpose(deviation, 0, 2, 1));
    Value samples = graph.toFloat(graph.op("Shape", Map.of("start", 0, "end", 1), noise));
    graph.output("mean", graph.squeeze(mean, 2), objects, parameters);
    graph.output("covariance", graph.divide(products, samples), objects, parameters, parameters);
  }
}
