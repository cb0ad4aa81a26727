package org.sidereus.engine.inference;

import static org.sidereus.engine.bundle.GraphContract.CHI_SQUARE;
import static org.sidereus.engine.bundle.GraphContract.DERIVED;
import static org.sidereus.engine.bundle.GraphContract.FEATURES;
import static org.sidereus.engine.bundle.GraphContract.LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.LOG_WEIGHT;
import static org.sidereus.engine.bundle.GraphContract.NOISE;
import static org.sidereus.engine.bundle.GraphContract.RESIDUALS;
import static org.sidereus.engine.bundle.GraphContract.SHARED_LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.THETA;
import static org.sidereus.engine.bundle.GraphContract.WHITENING;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.SharedSamples;

/** Memory for one batch of the posterior graph, used by one thread at a time. */
final class BatchWorkspace implements AutoCloseable {
  /** The outputs that a summary is made of, where the graph has them. */
  static final Set<String> SUMMARY = Set.of(THETA, LOG_WEIGHT, CHI_SQUARE, DERIVED);

  /** The same, and what the fit of the shared parameters needs. */
  static final Set<String> SUMMARY_AND_SHARED =
      Set.of(THETA, LOG_WEIGHT, CHI_SQUARE, DERIVED, SHARED_LOG_PROB, RESIDUALS);

  /** The outputs that {@link Samples} are made of, where the graph has them. */
  static final Set<String> SAMPLES = Set.of(THETA, LOG_PROB, LOG_WEIGHT);

  private final OnnxGraph graph;
  private final Manifest manifest;
  private final NoiseTensors noise;
  private final int keptSamples;
  private final SampleCounts counts;
  private final int features;
  private final int parameters;
  private final int samples;
  private final int batchSize;
  private final FloatTensor x;

  /** Null where the graph takes no shared errors. */
  private final @Nullable WhiteningInput whitening;

  /** The outputs that the graph has, by name. */
  private final Map<String, FloatTensor> outputs = new LinkedHashMap<>();

  /** Last axis of the outputs that have one beyond objects and samples. */
  private final Map<String, Integer> widths;

  private final Summarizer summarizer;
  private @Nullable ObjectPoints tension;

  /** For objects whose measurements share errors; made when first needed. */
  private @Nullable AdaptedFlow adapted;

  /** For objects that the flow describes badly; made when first needed. */
  private final List<WiderFlow> wider = new ArrayList<>();

  private Set<String> evaluated = Set.of();

  BatchWorkspace(
      OnnxGraph graph, Manifest manifest, NoiseTensors noise, int batchSize, int keptSamples)
      throws OrtException {
    this.graph = graph;
    this.manifest = manifest;
    this.noise = noise;
    counts = noise.counts();
    samples = counts.all();
    this.batchSize = batchSize;
    this.keptSamples = Math.min(keptSamples, counts.posterior());
    features = manifest.features().size();
    parameters = manifest.parameters().size();
    summarizer = new Summarizer(noise, manifest, keptSamples);
    int terms = GaussianTerms.count(manifest);
    widths = Map.of(THETA, parameters, DERIVED, manifest.derived().size(), RESIDUALS, terms);
    x = FloatTensor.allocate(graph.environment(), batchSize, features);
    whitening =
        manifest.takesSharedErrors()
            ? new WhiteningInput(graph.environment(), features, terms, batchSize)
            : null;
    for (String output :
        List.of(THETA, LOG_PROB, SHARED_LOG_PROB, LOG_WEIGHT, CHI_SQUARE, RESIDUALS)) {
      if (graph.hasOutput(output)) {
        outputs.put(output, FloatTensor.allocate(graph.environment(), shape(output, batchSize)));
      }
    }
    if (!manifest.derived().isEmpty()) {
      outputs.put(DERIVED, FloatTensor.allocate(graph.environment(), shape(DERIVED, batchSize)));
    }
  }

  private long[] shape(String output, int count) {
    Integer width = widths.get(output);
    return width == null ? new long[] {count, samples} : new long[] {count, samples, width};
  }

  /**
   * Evaluates the graph.
   *
   * @param rows of 1 to batchSize objects; see {@link Encoding.Row}
   * @param points the noise, with as many rows as the workspace has samples
   * @param wanted names of the outputs that are read afterwards; those that the graph does not have
   *     are left out
   */
  void evaluate(List<float[]> rows, FloatTensor points, Set<String> wanted) {
    int count = rows.size();
    for (int i = 0; i < count; i++) {
      x.buffer().put(i * features, rows.get(i), 0, features);
    }
    boolean onGpu = graph.device().kind() == Device.Kind.CUDA;
    int shape = onGpu ? new BatchShapes(batchSize).holding(count) : count;
    for (int i = count; i < shape; i++) {
      x.buffer().put(i * features, rows.get(0), 0, features);
    }
    Map<String, FloatTensor> asked = new LinkedHashMap<>(outputs);
    asked.keySet().retainAll(wanted);
    try (@Nullable FloatTensor white = whitening == null ? null : whitening.of(rows, shape)) {
      if (shape == batchSize) {
        run(x, points, white, asked);
      } else {
        runHead(shape, points, white, asked);
      }
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + shape + " objects: " + e.getMessage(), e);
    }
    evaluated = asked.keySet();
  }

  private void runHead(
      int count, FloatTensor points, @Nullable FloatTensor white, Map<String, FloatTensor> asked) {
    Map<String, FloatTensor> heads = new LinkedHashMap<>();
    try (FloatTensor someX = x.head(graph.environment(), count, features)) {
      for (Map.Entry<String, FloatTensor> output : asked.entrySet()) {
        long[] shape = shape(output.getKey(), count);
        heads.put(output.getKey(), output.getValue().head(graph.environment(), shape));
      }
      run(someX, points, white, heads);
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + count + " objects: " + e.getMessage(), e);
    } finally {
      heads.values().forEach(FloatTensor::close);
    }
  }

  private void run(
      FloatTensor someX,
      FloatTensor points,
      @Nullable FloatTensor white,
      Map<String, FloatTensor> asked) {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    asked.forEach((name, tensor) -> tensors.put(name, tensor.tensor()));
    Map<String, OnnxTensor> inputs = new HashMap<>();
    inputs.put(FEATURES, someX.tensor());
    inputs.put(NOISE, points.tensor());
    if (white != null) {
      inputs.put(WHITENING, white.tensor());
    }
    graph.run(inputs, tensors);
  }

  /**
   * The summary of an object that was evaluated.
   *
   * @param row its features [F]
   * @param index its place in the batch
   * @param sharedFit whether the shared parameters are fitted
   */
  ObjectSummary summary(float[] row, int index, boolean sharedFit) {
    FloatBuffer logWeight = buffer(LOG_WEIGHT);
    if (row.length > features && logWeight != null) {
      try {
        AdaptedFlow flow = adapted == null ? new AdaptedFlow(graph, manifest, noise) : adapted;
        adapted = flow;
        GraphOutputs outputs = flow.adapt(row, logWeight, index * samples);
        if (outputs != null) {
          return summarizer.summarize(
              row,
              outputs,
              0,
              new Summarizer.Wanted(sharedFit, ObjectSummary.FEWEST_EFFECTIVE_SAMPLES, true),
              flow.inTension(row));
        }
      } catch (OrtException e) {
        throw noMemory(e);
      }
    }
    ObjectSummary summary = summary(row, index, ObjectSummary.FEWEST_EFFECTIVE_SAMPLES, sharedFit);
    LikelihoodCheck check = summary.check();
    if (check == null) {
      return summary;
    }
    int first = firstWider(index, check.effectiveSampleSize(), summary.samples());
    if (first == WiderFlow.COUNTS.length) {
      return summary;
    }
    try {
      for (WiderFlow flow : wider().subList(first, WiderFlow.COUNTS.length)) {
        ObjectSummary more = flow.summary(row);
        if (more.corrected()) {
          return summary.withPosterior(more);
        }
      }
    } catch (OrtException e) {
      throw noMemory(e);
    }
    return summary(row, index, Double.POSITIVE_INFINITY, sharedFit);
  }

  private ObjectSummary summary(float[] row, int index, double fewestEffective, boolean sharedFit) {
    return summarizer.summarize(
        row,
        read(),
        index,
        new Summarizer.Wanted(sharedFit, fewestEffective, false),
        points -> inTension(row, points));
  }

  /** See {@link MoreSamples}; for the first samples of an object, which are of its posterior. */
  private int firstWider(int index, double effective, int count) {
    if (!MoreSamples.mayHelp(effective, count)) {
      return WiderFlow.COUNTS.length;
    }
    GraphOutputs read = read();
    float[] logWeights = new float[count];
    Objects.requireNonNull(read.logWeight(), "a likelihood").get(index * samples, logWeights);
    float[] theta = new float[count * parameters];
    read.theta().get(index * samples * parameters, theta);
    ImportanceWeights weights = new ImportanceWeights(count);
    return weights.take(logWeights)
        ? MoreSamples.first(theta, weights.weights(), effective)
        : WiderFlow.COUNTS.length;
  }

  private List<WiderFlow> wider() throws OrtException {
    if (wider.isEmpty()) {
      for (int count : WiderFlow.COUNTS) {
        wider.add(new WiderFlow(graph, manifest, count, keptSamples));
      }
    }
    return wider;
  }

  static InferenceException noMemory(OrtException e) {
    return new InferenceException("no memory for an object: " + e.getMessage(), e);
  }

  private SharedSamples inTension(float[] row, float[] points) {
    try {
      if (tension == null) {
        tension =
            new ObjectPoints(graph, manifest, WideNoise.COUNT_IN_TENSION, ObjectPoints.SHARED);
      }
      tension.evaluate(row, points);
      return tension.shared();
    } catch (OrtException e) {
      throw noMemory(e);
    }
  }

  /** A copy of the samples of an object that was evaluated. */
  Samples samples(int index) {
    GraphOutputs read = read();
    return new Samples(
        samples,
        parameters,
        copy(read.theta(), index, samples * parameters),
        copy(Objects.requireNonNull(read.logProb(), "every graph has log_prob"), index, samples),
        read.logWeight() == null ? null : copy(read.logWeight(), index, samples));
  }

  /** The same, of an object with its row. */
  Samples ownSamples(float[] row, int index) {
    return samples(index);
  }

  /**
   * The samples that the summary of an object is of, where all its samples are of the posterior:
   * those of {@link #samples}, or more of them. They have no weights where the summary is that of
   * the flow after more samples were drawn.
   */
  Samples published(float[] row, int index) {
    Samples own = samples(index);
    ImportanceWeights weights = new ImportanceWeights(samples);
    if (own.logWeight() == null || !weights.take(own.logWeight())) {
      return own;
    }
    int first = MoreSamples.first(own.theta(), weights.weights(), weights.effectiveSampleSize());
    if (first == WiderFlow.COUNTS.length) {
      return own;
    }
    try {
      for (WiderFlow flow : wider().subList(first, WiderFlow.COUNTS.length)) {
        Samples more = flow.samples(row);
        if (more != null) {
          return more;
        }
      }
    } catch (OrtException e) {
      throw noMemory(e);
    }
    return new Samples(own.count(), parameters, own.theta(), own.logProb(), null);
  }

  private static float[] copy(FloatBuffer from, int index, int length) {
    float[] values = new float[length];
    from.get(index * length, values);
    return values;
  }

  private GraphOutputs read() {
    return new GraphOutputs(
        Objects.requireNonNull(buffer(THETA), "every graph has theta"),
        buffer(LOG_PROB),
        buffer(SHARED_LOG_PROB),
        buffer(LOG_WEIGHT),
        buffer(CHI_SQUARE),
        buffer(RESIDUALS),
        buffer(DERIVED));
  }

  private @Nullable FloatBuffer buffer(String output) {
    FloatTensor tensor = evaluated.contains(output) ? outputs.get(output) : null;
    return tensor == null ? null : tensor.buffer();
  }

  @Override
  public void close() {
    x.close();
    if (tension != null) {
      tension.close();
    }
    if (adapted != null) {
      adapted.close();
    }
    wider.forEach(WiderFlow::close);
    if (whitening != null) {
      whitening.close();
    }
    outputs.values().forEach(FloatTensor::close);
  }
}
