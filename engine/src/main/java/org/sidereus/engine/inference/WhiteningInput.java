package org.sidereus.engine.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the whitening matrices of one batch: the identity for a batch without shared errors,
 * else one matrix for each object. Used by one thread at a time.
 */
final class WhiteningInput implements AutoCloseable {
  private final OrtEnvironment environment;
  private final int features;
  private final int terms;
  private final int batchSize;
  private final float[] identity;
  private final FloatTensor independent;

  /** Made when first needed. */
  private @Nullable FloatTensor matrices;

  /**
   * Memory for a batch.
   *
   * @param features numbers of a row before the matrix
   * @param terms T
   */
  WhiteningInput(OrtEnvironment environment, int features, int terms, int batchSize)
      throws OrtException {
    this.environment = environment;
    this.features = features;
    this.terms = terms;
    this.batchSize = batchSize;
    identity = new float[terms * terms];
    for (int t = 0; t < terms; t++) {
      identity[t * terms + t] = 1;
    }
    independent = FloatTensor.allocate(environment, 1, terms, terms);
    independent.buffer().put(0, identity);
  }

  /**
   * The matrices of a batch, [1,T,T] or [shape,T,T]; close the result after use.
   *
   * @param shape number of objects in the batch, with those that fill it up
   */
  FloatTensor of(List<float[]> rows, int shape) throws OrtException {
    if (rows.stream().allMatch(row -> row.length == features)) {
      return independent.head(environment, 1, terms, terms);
    }
    if (matrices == null) {
      matrices = FloatTensor.allocate(environment, batchSize, terms, terms);
    }
    int size = identity.length;
    for (int i = 0; i < shape; i++) {
      float[] row = i < rows.size() ? rows.get(i) : identity;
      if (i < rows.size() && row.length > features) {
        matrices.buffer().put(i * size, row, features, size);
      } else {
        matrices.buffer().put(i * size, identity);
      }
    }
    return matrices.head(environment, shape, terms, terms);
  }

  @Override
  public void close() {
    independent.close();
    if (matrices != null) {
      matrices.close();
    }
  }
}
