package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowLimits;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Formula;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.TransformSpec;

/**
 * {@code posterior.onnx}: features and noise to samples and their log densities, as {@link
 * GraphContract} says. It has the marginal log density of the shared parameters where every
 * transform takes them before the others: the terms of log_prob that belong to them. With a
 * likelihood it has chi_square, residuals and log_weight, the importance weights that correct the
 * flow, and takes the correlations of the errors.
 *
 * <p>Limits that keep every output finite are those of {@link FlowLimits}; bounded parameters are
 * strictly within their bounds in float32.
 */
public final class PosteriorGraph {
  private final FlowNetwork network;
  private final Optional<Correction> correction;
  private final DerivedOutputs derived;
  private final FlowSpec spec;
  private final GraphBuilder graph = new GraphBuilder("posterior");

  /** Logarithms of dz_{t+1}/dz_t for each dimension, [B,1,S] or [B,1,1]. */
  private final List<List<Value>> logDerivatives = new ArrayList<>();

  /** The same with the other sign: one negation of a sum is cheaper than many. */
  private final List<List<Value>> logScales = new ArrayList<>();

  private final List<Integer> shared;

  /**
   * What the importance weights are made of.
   *
   * @param prior of the parameters
   * @param terms the likelihood
   * @param emulator its predictions
   */
  public record Correction(ParameterPriors prior, GaussianTerms terms, EmulatorNetwork emulator) {

    /** The correction of a bundle; empty where the likelihood of its observations is not known. */
    public static Optional<Correction> of(Manifest manifest, EmulatorNetwork emulator) {
      return GaussianTerms.of(manifest)
          .map(terms -> new Correction(manifest.parameterPriors(), terms, emulator));
    }
  }

  /**
   * Quantities that follow from the samples.
   *
   * @param formulas of parameters and covariates
   * @param covariates their columns among the features
   */
  public record DerivedOutputs(List<Formula> formulas, List<Integer> covariates) {
    /** None. */
    public static final DerivedOutputs NONE = new DerivedOutputs(List.of(), List.of());
  }

  private PosteriorGraph(
      FlowNetwork network,
      List<Integer> shared,
      Optional<Correction> correction,
      DerivedOutputs derived) {
    this.network = network;
    this.correction = correction;
    this.derived = derived;
    this.spec = network.spec();
    this.shared = shared;
    for (int d = 0; d < spec.dimensions(); d++) {
      logDerivatives.add(new ArrayList<>());
      logScales.add(new ArrayList<>());
    }
  }

  /**
   * The graph of a flow, as bytes of the file.
   *
   * @param shared dimensions of the parameters that the objects of a group share
   */
  public static byte[] of(FlowNetwork network, List<Integer> shared) {
    return of(network, shared, Optional.empty(), DerivedOutputs.NONE);
  }

  /**
   * The graph of a flow, as bytes of the file.
   *
   * @param shared dimensions of the parameters that the objects of a group share
   * @param correction where there is one, the graph has importance weights
   */
  public static byte[] of(
      FlowNetwork network, List<Integer> shared, Optional<Correction> correction) {
    return of(network, shared, correction, DerivedOutputs.NONE);
  }

  /**
   * The graph of a flow, as bytes of the file.
   *
   * @param shared dimensions of the parameters that the objects of a group share
   * @param correction where there is one, the graph has importance weights
   * @param derived derived quantities
   */
  public static byte[] of(
      FlowNetwork network,
      List<Integer> shared,
      Optional<Correction> correction,
      DerivedOutputs derived) {
    return new PosteriorGraph(network, List.copyOf(shared), correction, derived).build();
  }

  private byte[] build() {
    int dimensions = spec.dimensions();
    Axis objects = Axis.free("B");
    Axis samples = Axis.free("S");
    Axis parameters = Axis.of(dimensions);
    Value x = graph.input(GraphContract.FEATURES, objects, Axis.of(spec.features()));
    Value noise = graph.input(GraphContract.NOISE, samples, parameters);
    SampleNodes behind = new SampleNodes(graph, dimensions, spec.features());
    @Nullable Value whitening = correction.map(behind::whitening).orElse(null);

    List<List<Value>> context = contextProducts(new DenseNodes(graph).columnContext(x, network));
    long[] ones = new long[dimensions];
    Arrays.fill(ones, 1);
    List<Value> z = graph.split(graph.transpose(noise, 1, 0), 0, ones);
    for (int t = spec.transforms().size() - 1; t >= 0; t--) {
      z = inverse(t, context.get(t), z);
    }

    ParameterNodes.Mapped physical = new ParameterNodes(graph, spec.parameterScaling()).physical(z);
    Value theta = physical.value();
    graph.output(
        GraphContract.THETA, graph.transpose(theta, 0, 2, 1), objects, samples, parameters);
    Value logProb = logProb(noise, physical);
    graph.output(GraphContract.LOG_PROB, graph.squeeze(logProb, 1), objects, samples);
    if (correction.isPresent() && whitening != null) {
      behind.weights(correction.get(), spec.parameterScaling(), x, theta, whitening, logProb);
    }
    if (!shared.isEmpty() && spec.takesFirst(shared)) {
      graph.output(
          GraphContract.SHARED_LOG_PROB,
          graph.squeeze(sharedLogProb(noise, z), 1),
          objects,
          samples);
    }
    if (!derived.formulas().isEmpty()) {
      behind.derived(derived, x, theta);
    }
    return graph.build();
  }

  /** The product of the context with the weights of all transforms: once per object. */
  private List<List<Value>> contextProducts(Value context) {
    List<long[]> sizes = new ArrayList<>();
    @Nullable Tensor weight = null;
    float[] bias = new float[0];
    for (int t = 0; t < spec.transforms().size(); t++) {
      MadeWeights made = made(t);
      sizes.add(MadeSampler.contextSizes(made));
      weight = weight == null ? made.context() : MadeWeights.stacked(weight, made.context());
      float[] more = made.contextBias().values();
      bias = Arrays.copyOf(bias, bias.length + more.length);
      System.arraycopy(more, 0, bias, bias.length - more.length, more.length);
    }
    Tensor all = Objects.requireNonNull(weight, "a flow has transforms");
    Value product = new DenseNodes(graph).columns(context, all, Tensor.vector(bias));
    List<Value> parts =
        graph.split(product, 1, sizes.stream().flatMapToLong(Arrays::stream).toArray());
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
          transform instanceof TransformSpec.Spline spline
              ? spline(spline, made, dimension, z.get(dimension))
              : affine(transform, made, dimension, z.get(dimension));
      value = graph.clip(value, -FlowLimits.LATENT, FlowLimits.LATENT);
      made.know(value);
      below.set(dimension, value);
    }
    return below;
  }

  private Value affine(TransformSpec affine, MadeSampler made, int dimension, Value z) {
    boolean first = dimension == affine.order().get(0);
    List<Value> outputs = made.outputs(1, 1);
    AffineNodes.Image image =
        new AffineNodes(graph, affine, true, first).inverse(outputs.get(0), outputs.get(1), z);
    (image.negated() ? logScales : logDerivatives).get(dimension).add(image.logDerivative());
    return image.value();
  }

  private Value spline(TransformSpec.Spline spline, MadeSampler made, int dimension, Value z) {
    List<Value> outputs = made.outputs(spline.bins(), spline.bins(), spline.bins() - 1L);
    SplineNodes.Image image =
        new SplineNodes(graph, spline, true)
            .inverse(outputs.get(0), outputs.get(1), outputs.get(2), z);
    logDerivatives.get(dimension).add(image.logDerivative());
    return image.value();
  }

  private Value logProb(Value noise, ParameterNodes.Mapped physical) {
    List<Integer> all = IntStream.range(0, spec.dimensions()).boxed().toList();
    return logDensity(noise, all, physical);
  }

  private Value sharedLogProb(Value noise, List<Value> z) {
    ParameterNodes parameters =
        new ParameterNodes(graph, shared.stream().map(spec.parameterScaling()::get).toList());
    long[] indices = shared.stream().mapToLong(dimension -> dimension).toArray();
    return logDensity(
        graph.op("Gather", Map.of("axis", 1), noise, graph.longs(indices)),
        shared,
        parameters.physical(shared.stream().map(z::get).toList()));
  }

  /** The terms of the log density that belong to some dimensions, [B,1,S]. */
  private Value logDensity(Value noise, List<Integer> some, ParameterNodes.Mapped physical) {
    Value square = graph.reduceSum(graph.multiply(noise, noise), 1);
    Value normal =
        graph.add(
            graph.multiply(graph.transpose(square, 1, 0), -0.5),
            graph.constant(physical.constant() - 0.5 * some.size() * Math.log(2 * Math.PI)));
    List<Value> terms = of(some, logDerivatives);
    terms.add(normal);
    if (physical.logDerivative() != null) {
      terms.add(physical.logDerivative());
    }
    Value logProb = graph.sum(terms);
    List<Value> scales = of(some, logScales);
    if (!scales.isEmpty()) {
      logProb = graph.subtract(logProb, graph.sum(scales));
    }
    return logProb;
  }

  private static List<Value> of(List<Integer> some, List<List<Value>> values) {
    List<Value> result = new ArrayList<>();
    some.forEach(dimension -> result.addAll(values.get(dimension)));
    return result;
  }
}
