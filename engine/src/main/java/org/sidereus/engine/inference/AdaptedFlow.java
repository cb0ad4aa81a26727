package org.sidereus.engine.inference;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.polynomial.SharedSamples;

/**
 * Adapts the flow to one object whose measurements share errors: the flow was trained for
 * independent ones, and few of its samples count. A {@link LatentMap} of its base is fitted to the
 * weighted samples, again and again, with tempered weights while few samples count (adaptive
 * importance sampling; Cappe et al. 2004, J. Comput. Graph. Stat. 13, 907). Only the samples of the
 * last flow are used, with weights that are exact for it. Used by one thread at a time.
 */
final class AdaptedFlow implements AutoCloseable {
  /** Evaluations for one object. */
  private static final int MOST_PASSES = 8;

  /** With this share of effective samples, the flow is near enough. */
  private static final double ENOUGH = 0.7;

  /** A map is fitted to weights of at least this share of effective samples. */
  private static final double FITTED = 0.2;

  private static final int BISECTIONS = 20;

  private final OnnxGraph graph;
  private final Manifest manifest;
  private final int samples;
  private final int parameters;
  private final int[] shared;
  private final NoiseTensors noise;

  /** The points of the object's set. */
  private float[] base = new float[0];

  private final ObjectPoints points;
  private final ImportanceWeights weights;
  private final float[] logWeights;
  private final float[] tempered;
  private @Nullable ObjectPoints tension;
  private @Nullable LatentMap map;

  AdaptedFlow(OnnxGraph graph, Manifest manifest, NoiseTensors noise) throws OrtException {
    this.graph = graph;
    this.manifest = manifest;
    samples = noise.counts().posterior();
    parameters = manifest.parameters().size();
    shared = manifest.sharedIndices();
    this.noise = noise;
    points =
        new ObjectPoints(graph, manifest, noise.counts().all(), BatchWorkspace.SUMMARY_AND_SHARED);
    weights = new ImportanceWeights(samples);
    logWeights = new float[samples];
    tempered = new float[samples];
  }

  private static float[] copy(FloatTensor tensor) {
    float[] values = new float[tensor.buffer().capacity()];
    tensor.buffer().get(0, values);
    return values;
  }

  /**
   * Adapts the flow to an object.
   *
   * @param row see {@link Encoding.Row}
   * @param first log weights of the flow's own samples and more
   * @param from place of the first of them
   * @return the outputs for the adapted flow, of one object; null: the flow's own are best
   */
  @Nullable GraphOutputs adapt(float[] row, FloatBuffer first, int from) throws OrtException {
    first.get(from, logWeights);
    map = null;
    base = copy(noise.forSummaries(noise.setOf(row)));
    if (!weights.take(logWeights)) {
      return null;
    }
    double best = weights.effectiveSampleSize();
    float[] at = base;
    @Nullable LatentMap evaluated = null;
    for (int pass = 0; pass < MOST_PASSES && best < ENOUGH * samples; pass++) {
      temper();
      evaluated = LatentMap.fitted(at, weights.weights(), parameters, shared);
      if (evaluated == null) {
        break;
      }
      at = evaluate(row, evaluated);
      FloatBuffer found = Objects.requireNonNull(points.read().logWeight(), "a likelihood");
      found.get(0, logWeights);
      if (!weights.take(logWeights)) {
        break;
      }
      if (weights.effectiveSampleSize() > best) {
        best = weights.effectiveSampleSize();
        map = evaluated;
      }
    }
    if (map == null) {
      return null;
    }
    if (map != evaluated) {
      evaluate(row, map);
    }
    return points.read();
  }

  /** Takes the highest power of the weights, at most 1, that leaves enough effective samples. */
  private void temper() {
    double low = 0;
    double high = 1;
    for (int i = 0; i < BISECTIONS; i++) {
      double power = i == 0 ? 1 : 0.5 * (low + high);
      take(power);
      if (weights.effectiveSampleSize() >= FITTED * samples) {
        low = power;
      } else {
        high = power;
      }
      if (low == 1) {
        return;
      }
    }
    take(low);
  }

  private void take(double power) {
    for (int s = 0; s < samples; s++) {
      tempered[s] = power == 0 ? 0 : (float) (power * logWeights[s]);
    }
    weights.take(tempered);
  }

  /** Evaluates the flow after a map; returns the points [S * D]. */
  private float[] evaluate(float[] row, LatentMap with) throws OrtException {
    float[] at = with.of(base);
    points.evaluate(row, at);
    correct(points.read(), with, base, at);
    return at;
  }

  /** Replaces the densities of the flow by those of the flow after the map. */
  private void correct(GraphOutputs outputs, LatentMap with, float[] from, float[] to) {
    FloatBuffer logWeight = Objects.requireNonNull(outputs.logWeight(), "a likelihood");
    FloatBuffer sharedLogProb = outputs.sharedLogProb();
    for (int s = 0; s < to.length / parameters; s++) {
      logWeight.put(s, (float) (logWeight.get(s) - with.logRatio(from, to, s)));
      if (sharedLogProb != null) {
        sharedLogProb.put(s, (float) (sharedLogProb.get(s) + with.sharedLogRatio(from, to, s)));
      }
    }
  }

  /**
   * Wide points of the object that was adapted last; {@link #adapt} gave outputs for it. Their
   * shared noise is mapped, and their local noise is the flow's own: the map is right near the
   * object alone. So its local part is where a proposal starts.
   */
  PointsInTension inTension(float[] row) {
    LatentMap whole = Objects.requireNonNull(map, "an adapted flow");
    LatentMap with = whole.ofShared();
    return new PointsInTension() {
      @Override
      public SharedSamples at(float[] from) {
        try {
          return evaluateInTension(row, with, from);
        } catch (OrtException e) {
          throw BatchWorkspace.noMemory(e);
        }
      }

      @Override
      public LocalProposal start(NoiseLayout layout, NoiseCells cells) {
        return whole.ofLocal(layout, cells);
      }
    };
  }

  private SharedSamples evaluateInTension(float[] row, LatentMap with, float[] from)
      throws OrtException {
    if (tension == null) {
      tension = new ObjectPoints(graph, manifest, WideNoise.COUNT_IN_TENSION, ObjectPoints.SHARED);
    }
    float[] to = with.of(from);
    tension.evaluate(row, to);
    correct(tension.read(), with, from, to);
    return tension.shared();
  }

  @Override
  public void close() {
    points.close();
    if (tension != null) {
      tension.close();
    }
  }
}
