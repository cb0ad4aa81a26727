package org.sidereus.engine.inference;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;

/**
 * The noise that the objects of an engine share. Where objects are combined in groups, there are
 * several sets of points, and the features of an object choose its set: the errors of the sets are
 * independent, so that less of them is common to a group.
 */
final class NoiseTensors implements AutoCloseable {
  /** More sets mean smaller evaluations, because the objects of one have the same set. */
  private static final int SETS_FOR_GROUPS = 8;

  private final SampleCounts counts;
  private final FloatTensor samples;

  /** By set. */
  private final List<FloatTensor> summaries = new ArrayList<>();

  /** By set; empty where the shared parameters are not fitted. */
  private final List<float[]> tension = new ArrayList<>();

  private NoiseTensors(SampleCounts counts, FloatTensor samples) {
    this.counts = counts;
    this.samples = samples;
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
    FloatTensor samples = tensor(graph, parameters, BaseNoise.of(count, parameters, 1)[0]);
    NoiseTensors noise = new NoiseTensors(counts, samples);
    if (!counts.fits()) {
      noise.summaries.add(samples);
      return noise;
    }
    int[] shared = manifest.sharedIndices();
    float[][] posterior = BaseNoise.of(counts.posterior(), parameters, SETS_FOR_GROUPS);
    for (int set = 0; set < SETS_FOR_GROUPS; set++) {
      float[] wide = WideNoise.of(counts.wide(), parameters, shared, WideNoise.RADIUS, set);
      float[] both = Arrays.copyOf(posterior[set], posterior[set].length + wide.length);
      System.arraycopy(wide, 0, both, posterior[set].length, wide.length);
      noise.summaries.add(tensor(graph, parameters, both));
      noise.tension.add(
          WideNoise.of(
              WideNoise.COUNT_IN_TENSION, parameters, shared, WideNoise.RADIUS_IN_TENSION, set));
    }
    return noise;
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

  /** Number of sets. */
  int sets() {
    return summaries.size();
  }

  /**
   * The set of an object, by its features alone.
   *
   * @param row see {@link Encoding.Row}
   */
  int setOf(float[] row) {
    // the low digits of a sum of bits of floats are all alike: a product mixes them
    return Math.floorMod((Arrays.hashCode(row) * 0x9E3779B9) >>> 16, summaries.size());
  }

  /** Posterior samples alone [S, D]. */
  FloatTensor forSamples() {
    return samples;
  }

  /** Posterior samples and then wide points [S, D]. */
  FloatTensor forSummaries(int set) {
    return summaries.get(set);
  }

  /** Wide points for an object in tension [{@link WideNoise#COUNT_IN_TENSION} * D]. */
  float[] inTension(int set) {
    if (tension.isEmpty()) {
      throw new IllegalStateException("the shared parameters are not fitted");
    }
    return tension.get(set);
  }

  @Override
  public void close() {
    samples.close();
    summaries.stream().filter(tensor -> tensor != samples).forEach(FloatTensor::close);
  }
}
