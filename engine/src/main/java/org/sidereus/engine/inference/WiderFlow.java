package org.sidereus.engine.inference;

import static org.sidereus.engine.bundle.GraphContract.CHI_SQUARE;
import static org.sidereus.engine.bundle.GraphContract.DERIVED;
import static org.sidereus.engine.bundle.GraphContract.LOG_PROB;
import static org.sidereus.engine.bundle.GraphContract.LOG_WEIGHT;
import static org.sidereus.engine.bundle.GraphContract.THETA;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.hipparchus.random.SobolSequenceGenerator;
import org.hipparchus.special.Erf;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;

/**
 * More samples of one object, of a mixture of the flow and of wider flows, for an object that the
 * flow describes badly. Where the flow is too narrow, or has little of a second mode, few of its
 * own samples are there and each counts much. A mixture that contains the flow bounds the weights,
 * and its wider parts reach what the flow misses (defensive importance sampling; Hesterberg 1995,
 * Technometrics 37, 185). A wider flow has base noise with a larger standard deviation. Sobol
 * points with a fixed digital shift; used by one thread at a time.
 */
final class WiderFlow implements AutoCloseable {
  /** Numbers of samples of one object: the second where the first were not enough. */
  static final int[] COUNTS = {4_096, 16_384};

  /** With fewer effective ones, samples are not enough: the weights are not believed. */
  static final double FEWEST_EFFECTIVE = 512;

  /** The outputs that are read. */
  private static final Set<String> OUTPUTS =
      Set.of(THETA, LOG_PROB, LOG_WEIGHT, CHI_SQUARE, DERIVED);

  /** Standard deviations of the base noise; 1 is the flow itself. */
  private static final double[] SCALES = {1, 1.25, 1.6, 2.2};

  /** Their shares of the samples. */
  private static final double[] SHARES = {0.5, 0.25, 0.15, 0.1};

  private static final long SHIFT_SEED = 0x4d49585455524553L;

  /** Its multiples without their integer parts are even between 0 and 1, however many there are. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private static final double SQRT_TWO = Math.sqrt(2);

  private final int count;
  private final int parameters;
  private final ObjectPoints points;
  private final Summarizer summarizer;
  private final ImportanceWeights weights;
  private final float[] noise;

  /** Logarithm of the density of the mixture over that of the flow, at each point. */
  private final double[] logRatio;

  /**
   * Allocates the memory.
   *
   * @param count number of samples S
   * @param keptSamples samples that each summary keeps; 0: none
   */
  WiderFlow(OnnxGraph graph, Manifest manifest, int count, int keptSamples) throws OrtException {
    this.count = count;
    parameters = manifest.parameters().size();
    points = new ObjectPoints(graph, manifest, count, OUTPUTS);
    summarizer = Summarizer.ofPosteriors(count, manifest, keptSamples);
    weights = new ImportanceWeights(count);
    noise = noise(count, parameters);
    logRatio = new double[count];
    for (int s = 0; s < count; s++) {
      logRatio[s] = logRatio(noise, s, parameters);
    }
  }

  /**
   * The summary of an object, not corrected where too few samples are effective.
   *
   * @param row see {@link Encoding.Row}
   */
  ObjectSummary summary(float[] row) throws OrtException {
    return summarizer.summarize(
        row,
        evaluate(row),
        0,
        new Summarizer.Wanted(false, FEWEST_EFFECTIVE, false),
        all -> {
          throw new IllegalStateException("nothing is fitted");
        });
  }

  /** The samples of an object with their weights; null where too few are effective. */
  @Nullable Samples samples(float[] row) throws OrtException {
    GraphOutputs outputs = evaluate(row);
    float[] logWeight = copy(Objects.requireNonNull(outputs.logWeight(), "a likelihood"));
    return weights.take(logWeight) && weights.effectiveSampleSize() >= FEWEST_EFFECTIVE
        ? new Samples(
            count,
            parameters,
            copy(outputs.theta()),
            copy(Objects.requireNonNull(outputs.logProb(), "every graph has log_prob")),
            logWeight)
        : null;
  }

  private static float[] copy(FloatBuffer buffer) {
    float[] values = new float[buffer.capacity()];
    buffer.get(0, values);
    return values;
  }

  /** The outputs of one object, with the log weights and log densities of the mixture. */
  private GraphOutputs evaluate(float[] row) throws OrtException {
    points.evaluate(row, noise);
    GraphOutputs outputs = points.read();
    FloatBuffer logWeight = Objects.requireNonNull(outputs.logWeight(), "a likelihood");
    FloatBuffer logProb = Objects.requireNonNull(outputs.logProb(), "every graph has log_prob");
    for (int s = 0; s < count; s++) {
      logWeight.put(s, (float) (logWeight.get(s) - logRatio[s]));
      logProb.put(s, (float) (logProb.get(s) + logRatio[s]));
    }
    return outputs;
  }

  private static float[] noise(int count, int dimensions) {
    double[][] uniform =
        BaseNoise.shifted(new SobolSequenceGenerator(dimensions), count, dimensions, SHIFT_SEED);
    float[] noise = new float[count * dimensions];
    for (int s = 0; s < count; s++) {
      double scale = scale((s * GOLDEN) % 1);
      for (int d = 0; d < dimensions; d++) {
        noise[s * dimensions + d] = (float) (-SQRT_TWO * scale * Erf.erfcInv(2 * uniform[s][d]));
      }
    }
    return noise;
  }

  private static double scale(double uniform) {
    double end = 0;
    for (int k = 0; k < SCALES.length - 1; k++) {
      end += SHARES[k];
      if (uniform < end) {
        return SCALES[k];
      }
    }
    return SCALES[SCALES.length - 1];
  }

  /** Logarithm of the mixture's density of a point of the base noise over the normal density. */
  private static double logRatio(float[] noise, int s, int dimensions) {
    double square = 0;
    for (int d = 0; d < dimensions; d++) {
      double value = noise[s * dimensions + d];
      square += value * value;
    }
    double[] terms = new double[SCALES.length];
    for (int k = 0; k < SCALES.length; k++) {
      double precision = 1 / (SCALES[k] * SCALES[k]);
      terms[k] =
          Math.log(SHARES[k]) + 0.5 * (dimensions * Math.log(precision) + (1 - precision) * square);
    }
    double largest = Arrays.stream(terms).max().orElseThrow();
    return largest + Math.log(Arrays.stream(terms).map(t -> Math.exp(t - largest)).sum());
  }

  @Override
  public void close() {
    points.close();
  }
}
