package org.sidereus.engine.inference;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;

/**
 * The noise of an engine. Where the shared parameters are fitted, many samples have several sets,
 * and the features of an object choose its set. The errors of the fit at the points of a set are
 * common to the objects that have it: they add up over a group like its information, and do not
 * average out. Over the sets they do.
 */
final class NoiseTensors implements AutoCloseable {
  /** Number of sets; docs/science/combination.md compares numbers. */
  static final int SETS = 16;

  /** Spreads the bits of a hash: 2^32 over the golden ratio. */
  private static final int GOLDEN = 0x9E3779B9;

  private static final int SET_BITS = 4;

  /**
   * With fewer samples there is one set: several objects are evaluated together, and batches of one
   * set each would be smaller.
   */
  private static final int FEWEST_SAMPLES = 2_048;

  /** With more samples there is one set: the sets would take much memory. */
  private static final int MOST_SAMPLES = 1 << 16;

  private final SampleCounts counts;
  private final FloatTensor samples;

  /** By set; the tensor of the samples alone where nothing is fitted. */
  private final FloatTensor[] summaries;

  private final Manifest manifest;
  private final boolean kernels;

  /** By set, made when first needed. */
  private final Map<Integer, float[]> tension = new ConcurrentHashMap<>();

  private NoiseTensors(
      OnnxGraph graph,
      SampleCounts counts,
      Manifest manifest,
      FloatTensor samples,
      FloatTensor[] summaries) {
    kernels = graph.hasKernels();
    this.counts = counts;
    this.manifest = manifest;
    this.samples = samples;
    this.summaries = summaries;
  }

  /**
   * Fills the tensors.
   *
   * @param count number of samples S
   */
  static NoiseTensors allocate(OnnxGraph graph, Manifest manifest, int count) throws OrtException {
    int parameters = manifest.parameters().size();
    SampleCounts counts =
        SampleCounts.of(manifest, count, graph.hasOutput(GraphContract.SHARED_LOG_PROB));
    FloatTensor samples = tensor(graph, parameters, BaseNoise.of(count, parameters));
    if (!counts.fits()) {
      return new NoiseTensors(graph, counts, manifest, samples, new FloatTensor[] {samples});
    }
    int[] shared = manifest.sharedIndices();
    int sets = count >= FEWEST_SAMPLES && count <= MOST_SAMPLES ? SETS : 1;
    FloatTensor[] summaries = new FloatTensor[sets];
    for (int set = 0; set < summaries.length; set++) {
      float[] posterior = BaseNoise.of(counts.posterior(), parameters, set);
      float[] wide = WideNoise.of(counts.wide(), parameters, shared, set);
      float[] both = Arrays.copyOf(posterior, posterior.length + wide.length);
      System.arraycopy(wide, 0, both, posterior.length, wide.length);
      summaries[set] = tensor(graph, parameters, both);
    }
    return new NoiseTensors(graph, counts, manifest, samples, summaries);
  }

  private static FloatTensor tensor(OnnxGraph graph, int parameters, float[] values)
      throws OrtException {
    FloatTensor tensor =
        FloatTensor.allocate(graph.environment(), values.length / parameters, parameters);
    tensor.buffer().put(0, values);
    return tensor;
  }

  SampleCounts counts() {
    return counts;
  }

  /** Whether the fits of the objects may use kernels. */
  boolean kernels() {
    return kernels;
  }

  /** Number of sets that objects have. */
  int sets() {
    return summaries.length;
  }

  /**
   * The set of an object.
   *
   * @param row its features
   */
  int setOf(float[] row) {
    return summaries.length == 1
        ? 0
        : (Arrays.hashCode(row) * GOLDEN) >>> (Integer.SIZE - SET_BITS);
  }

  /** Posterior samples alone [S, D]. */
  FloatTensor forSamples() {
    return samples;
  }

  /** Posterior samples and then wide points of a set [S, D]. */
  FloatTensor forSummaries(int set) {
    return summaries[set];
  }

  /** Wide points of a set for an object in tension; see {@link WideNoise#inTension}. */
  float[] inTension(int set) {
    return tension.computeIfAbsent(
        set,
        any -> WideNoise.inTension(manifest.parameters().size(), manifest.sharedIndices(), set));
  }

  @Override
  public void close() {
    samples.close();
    for (FloatTensor tensor : summaries) {
      if (tensor != samples) {
        tensor.close();
      }
    }
  }
}
