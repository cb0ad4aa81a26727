package org.sidereus.model.engine;

import java.util.List;
import org.sidereus.model.bundle.Bundle;

/**
 * Posteriors of objects from the {@code posterior.onnx} of a bundle. Safe for threads: several may
 * call at the same time. Deterministic: an object's posterior does not depend on when, with which
 * other objects or by which thread it is inferred.
 */
public final class PosteriorEngine implements AutoCloseable {
  private PosteriorEngine() {}

  /**
   * Opens the graph.
   *
   * @throws org.sidereus.command.UserError if the device is not there
   */
  public static PosteriorEngine open(Bundle bundle, EngineOptions options) {
    throw new UnsupportedOperationException();
  }

  /** Evaluates a full batch once, so that the first real one finds memory allocated. */
  public void warmUp() {
    throw new UnsupportedOperationException();
  }

  /**
   * Summaries of the posteriors of any number of objects.
   *
   * @param rows rows [F] of {@link FeatureEncoder}
   * @return one summary for each row, in the same order
   * @throws InferenceException if the graph could not be evaluated
   */
  public List<ObjectSummary> infer(List<float[]> rows) {
    throw new UnsupportedOperationException();
  }

  /**
   * Posterior samples of one object.
   *
   * @param row [F]
   */
  public Samples sample(float[] row) {
    throw new UnsupportedOperationException();
  }

  /** Posterior samples for each object. */
  public int samples() {
    throw new UnsupportedOperationException();
  }

  /** Most objects in one evaluation; callers with more objects need not split them. */
  public int batchSize() {
    throw new UnsupportedOperationException();
  }

  /** Where the graph is evaluated; never {@link Device#AUTO}. */
  public Device device() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
