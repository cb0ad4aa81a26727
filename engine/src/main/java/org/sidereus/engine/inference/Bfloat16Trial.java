package org.sidereus.engine.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.kernel.TileGraph;
import org.sidereus.engine.kernel.UnfitGraphException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the products of a bundle's likelihood in bfloat16. Mock objects of the bundle say which
 * values the weights meet, and the posteriors of other ones are compared with those of float32:
 * they may differ by a part of their sampling error ({@link PosteriorShift}).
 */
final class Bfloat16Trial {
  private static final Logger LOG = LoggerFactory.getLogger(Bfloat16Trial.class);

  /** Objects and samples of each for the rounding of the weights. */
  private static final int OBJECTS = 64;

  private static final int SAMPLES = 96;

  /** Objects whose posteriors are compared. */
  private static final int COMPARED = 48;

  private static final long SEED = 1;

  private final Bundle bundle;
  private final Manifest manifest;

  Bfloat16Trial(Bundle bundle) {
    this.bundle = bundle;
    manifest = bundle.manifest();
  }

  /**
   * The graph with products of bfloat16.
   *
   * @param exact the graph with float32 alone
   * @return null where the posteriors would differ by more than they may, the graph has no
   *     likelihood with an emulator, the processor has no bfloat16, or the trial is ended from
   *     outside
   */
  @Nullable TileGraph of(TileGraph exact) {
    boolean hasLikelihood =
        exact.outputs().contains(GraphContract.LOG_WEIGHT)
            && manifest.files().containsKey(Manifest.EMULATOR);
    if (!hasLikelihood || !exact.takesBfloat16()) {
      return null;
    }
    try {
      return rounded(exact);
    } catch (UnfitGraphException | SidereusException e) {
      LOG.debug("{} has no products of bfloat16: {}", bundle.directory(), e.getMessage());
      return null;
    }
  }

  private @Nullable TileGraph rounded(TileGraph exact) throws UnfitGraphException {
    FeatureEncoder encoder = new FeatureEncoder(manifest);
    List<float[]> rows =
        MockObjects.draw(bundle, OBJECTS + COMPARED, 0, SEED).stream()
            .map(encoder::features)
            .toList();
    TileGraph rounded =
        exact.inBfloat16(OBJECTS, SAMPLES, inputs(rows.subList(0, OBJECTS), SAMPLES));
    if (rounded == null) {
      throw new InferenceException("the evaluation of a kernel was ended");
    }
    try {
      PosteriorShift shift = shift(exact, rounded, rows.subList(OBJECTS, rows.size()));
      LOG.debug("{} by a {}: {}", bundle.directory(), rounded, shift);
      if (shift.isSmall()) {
        return rounded;
      }
    } catch (RuntimeException e) {
      rounded.close();
      throw e;
    }
    rounded.close();
    return null;
  }

  private PosteriorShift shift(TileGraph exact, TileGraph rounded, List<float[]> rows) {
    int samples = manifest.samples();
    int parameters = manifest.parameters().size();
    Map<String, FloatBuffer> inputs = inputs(rows, samples);
    FloatBuffer theta = memory(COMPARED * samples * parameters);
    FloatBuffer before = memory(COMPARED * samples);
    FloatBuffer after = memory(COMPARED * samples);
    boolean isThrough =
        exact.run(
                COMPARED,
                samples,
                inputs,
                Map.of(GraphContract.THETA, theta, GraphContract.LOG_WEIGHT, before))
            && rounded.run(COMPARED, samples, inputs, Map.of(GraphContract.LOG_WEIGHT, after));
    if (!isThrough) {
      throw new InferenceException("the evaluation of a kernel was ended");
    }
    PosteriorShift shift = new PosteriorShift(samples, parameters);
    float[] of = new float[samples * parameters];
    float[] one = new float[samples];
    float[] other = new float[samples];
    for (int object = 0; object < COMPARED; object++) {
      theta.get(object * of.length, of);
      before.get(object * samples, one);
      after.get(object * samples, other);
      shift.add(of, one, other);
    }
    return shift;
  }

  /** The inputs of an evaluation. */
  private Map<String, FloatBuffer> inputs(List<float[]> rows, int samples) {
    int features = manifest.features().size();
    int parameters = manifest.parameters().size();
    Map<String, FloatBuffer> inputs = new HashMap<>();
    FloatBuffer x = memory(rows.size() * features);
    for (int i = 0; i < rows.size(); i++) {
      x.put(i * features, rows.get(i));
    }
    inputs.put(GraphContract.FEATURES, x);
    FloatBuffer noise = memory(samples * parameters);
    noise.put(0, BaseNoise.of(samples, parameters));
    inputs.put(GraphContract.NOISE, noise);
    if (manifest.takesSharedErrors()) {
      int terms = GaussianTerms.count(manifest);
      FloatBuffer whitening = memory(terms * terms);
      for (int i = 0; i < terms; i++) {
        whitening.put(i * terms + i, 1);
      }
      inputs.put(GraphContract.WHITENING, whitening);
    }
    return inputs;
  }

  private static FloatBuffer memory(int numbers) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(numbers, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
