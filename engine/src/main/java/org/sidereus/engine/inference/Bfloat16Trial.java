package org.sidereus.engine.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
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

  private final OrtEnvironment environment;
  private final Bundle bundle;
  private final Manifest manifest;

  Bfloat16Trial(OrtEnvironment environment, Bundle bundle) {
    this.environment = environment;
    this.bundle = bundle;
    manifest = bundle.manifest();
  }

  /**
   * The graph with products of bfloat16.
   *
   * @param exact the graph with float32 alone
   * @return null where the posteriors would differ by more than they may, the graph has no
   *     likelihood with an emulator, or the processor no bfloat16
   * @throws InferenceException if an evaluation is ended from outside
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
    } catch (OrtException e) {
      throw new InferenceException("no memory for " + OBJECTS + " objects: " + e.getMessage(), e);
    }
  }

  private @Nullable TileGraph rounded(TileGraph exact) throws OrtException, UnfitGraphException {
    FeatureEncoder encoder = new FeatureEncoder(manifest);
    List<float[]> rows =
        MockObjects.draw(bundle, OBJECTS + COMPARED, 0, SEED).stream()
            .map(encoder::features)
            .toList();
    TileGraph rounded;
    try (Inputs some = new Inputs(rows.subList(0, OBJECTS), SAMPLES)) {
      rounded = exact.inBfloat16(OBJECTS, SAMPLES, some.buffers());
    }
    if (rounded == null) {
      throw new InferenceException("the evaluation of a kernel was ended");
    }
    try (Inputs others = new Inputs(rows.subList(OBJECTS, rows.size()), manifest.samples())) {
      PosteriorShift shift = shift(exact, rounded, others);
      LOG.debug("{} by a {}: {}", bundle.directory(), rounded, shift);
      if (shift.isSmall()) {
        return rounded;
      }
    } catch (OrtException | RuntimeException e) {
      rounded.close();
      throw e;
    }
    rounded.close();
    return null;
  }

  private PosteriorShift shift(TileGraph exact, TileGraph rounded, Inputs inputs)
      throws OrtException {
    int samples = manifest.samples();
    int parameters = manifest.parameters().size();
    try (FloatTensor theta = FloatTensor.allocate(environment, COMPARED, samples, parameters);
        FloatTensor before = FloatTensor.allocate(environment, COMPARED, samples);
        FloatTensor after = FloatTensor.allocate(environment, COMPARED, samples)) {
      boolean isThrough =
          exact.run(
                  COMPARED,
                  samples,
                  inputs.buffers(),
                  Map.of(
                      GraphContract.THETA, theta.buffer(),
                      GraphContract.LOG_WEIGHT, before.buffer()))
              && rounded.run(
                  COMPARED,
                  samples,
                  inputs.buffers(),
                  Map.of(GraphContract.LOG_WEIGHT, after.buffer()));
      if (!isThrough) {
        throw new InferenceException("the evaluation of a kernel was ended");
      }
      PosteriorShift shift = new PosteriorShift(samples, parameters);
      float[] of = new float[samples * parameters];
      float[] one = new float[samples];
      float[] other = new float[samples];
      for (int object = 0; object < COMPARED; object++) {
        theta.buffer().get(object * of.length, of);
        before.buffer().get(object * samples, one);
        after.buffer().get(object * samples, other);
        shift.add(of, one, other);
      }
      return shift;
    }
  }

  /** The inputs of an evaluation. */
  private final class Inputs implements AutoCloseable {
    private final Map<String, FloatTensor> tensors = new HashMap<>();

    Inputs(List<float[]> rows, int samples) throws OrtException {
      int features = manifest.features().size();
      int parameters = manifest.parameters().size();
      FloatTensor x = allocate(GraphContract.FEATURES, rows.size(), features);
      for (int i = 0; i < rows.size(); i++) {
        x.buffer().put(i * features, rows.get(i));
      }
      FloatTensor noise = allocate(GraphContract.NOISE, samples, parameters);
      noise.buffer().put(0, BaseNoise.of(samples, parameters));
      if (manifest.takesSharedErrors()) {
        int terms = GaussianTerms.of(manifest).map(one -> one.terms().size()).orElse(0);
        FloatTensor whitening = allocate(GraphContract.WHITENING, 1, terms, terms);
        for (int i = 0; i < terms; i++) {
          whitening.buffer().put(i * terms + i, 1);
        }
      }
    }

    private FloatTensor allocate(String name, long... shape) throws OrtException {
      FloatTensor tensor = FloatTensor.allocate(environment, shape);
      tensors.put(name, tensor);
      return tensor;
    }

    Map<String, FloatBuffer> buffers() {
      Map<String, FloatBuffer> buffers = new HashMap<>();
      tensors.forEach((name, tensor) -> buffers.put(name, tensor.buffer()));
      return buffers;
    }

    @Override
    public void close() {
      tensors.values().forEach(FloatTensor::close);
    }
  }
}
