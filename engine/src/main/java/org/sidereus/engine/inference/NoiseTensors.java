package org.sidereus.engine.inference;

import ai.onnxruntime.OrtException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;

/** The noise that the objects of an engine share. */
final class NoiseTensors implements AutoCloseable {
  private final SampleCounts counts;
  private final FloatTensor samples;
  private final FloatTensor summaries;
  private final float @Nullable [] tension;

  private NoiseTensors(
      SampleCounts counts, FloatTensor samples, FloatTensor summaries, float @Nullable [] tension) {
    this.counts = counts;
    this.samples = samples;
    this.summaries = summaries;
    this.tension = tension;
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
      return new NoiseTensors(counts, samples, samples, null);
    }
    int[] shared = manifest.sharedIndices();
    float[] posterior = BaseNoise.of(counts.posterior(), parameters);
    float[] wide = WideNoise.of(counts.wide(), parameters, shared);
    float[] both = new float[posterior.length + wide.length];
    System.arraycopy(posterior, 0, both, 0, posterior.length);
    System.arraycopy(wide, 0, both, posterior.length, wide.length);
    return new NoiseTensors(
        counts, samples, tensor(graph, parameters, both), WideNoise.inTension(parameters, shared));
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

  /** Posterior samples alone [S, D]. */
  FloatTensor forSamples() {
    return samples;
  }

  /** Posterior samples and then wide points [S, D]. */
  FloatTensor forSummaries() {
    return summaries;
  }

  /** Wide points for an object in tension [{@link WideNoise#ALL_IN_TENSION} * D]. */
  float[] inTension() {
    if (tension == null) {
      throw new IllegalStateException("the shared parameters are not fitted");
    }
    return tension;
  }

  @Override
  public void close() {
    samples.close();
    if (summaries != samples) {
      summaries.close();
    }
  }
}
