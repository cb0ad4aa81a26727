package org.sidereus.simulators.sets;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.SidereusException;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;

/**
 * Runs of a simulator: parameters, covariates and what they give. On disk a safetensors file with
 * the float32 matrices {@code parameters} [N, D + C] and {@code observables} [N, M + R].
 *
 * @param rows number of runs N
 * @param parameters and covariates after them, [N, D + C] row-major, physical units; not modified
 * @param observables and parts after them, [N, M + R] row-major, physical units, without noise; not
 *     modified
 */
public record TrainingSet(int rows, float[] parameters, float[] observables) {
  public TrainingSet {
    if (rows < 1 || parameters.length % rows != 0 || observables.length % rows != 0) {
      throw new IllegalArgumentException(
          "a training set of "
              + rows
              + " rows cannot hold "
              + parameters.length
              + " parameters and "
              + observables.length
              + " observables");
    }
  }

  /** Number of parameters and covariates D + C. */
  public int parameterCount() {
    return parameters.length / rows;
  }

  /** Number of observables and parts M + R. */
  public int observableCount() {
    return observables.length / rows;
  }

  /**
   * Some of the runs.
   *
   * @param from index of the first
   * @param to index after the last
   */
  public TrainingSet between(int from, int to) {
    int d = parameterCount();
    int m = observableCount();
    return new TrainingSet(
        to - from,
        Arrays.copyOfRange(parameters, from * d, to * d),
        Arrays.copyOfRange(observables, from * m, to * m));
  }

  /** These runs and, after them, others of the same model. */
  public TrainingSet and(TrainingSet others) {
    float[] allParameters = Arrays.copyOf(parameters, parameters.length + others.parameters.length);
    float[] all = Arrays.copyOf(observables, observables.length + others.observables.length);
    System.arraycopy(
        others.parameters, 0, allParameters, parameters.length, others.parameters.length);
    System.arraycopy(others.observables, 0, all, observables.length, others.observables.length);
    return new TrainingSet(rows + others.rows, allParameters, all);
  }

  /**
   * The same runs with some of their last columns as the observables.
   *
   * @param first index of the first column that is kept
   */
  public TrainingSet observablesFrom(int first) {
    return first == 0 ? this : withColumns(first, observableCount() - first);
  }

  /**
   * The same runs with some of their first columns as the observables.
   *
   * @param count number of columns that are kept
   */
  public TrainingSet withObservables(int count) {
    return withColumns(0, count);
  }

  private TrainingSet withColumns(int first, int width) {
    float[] some = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(observables, row * observableCount() + first, some, row * width, width);
    }
    return new TrainingSet(rows, parameters, some);
  }

  /**
   * Reads a file.
   *
   * @throws SidereusException where it is missing or broken
   */
  public static TrainingSet read(Path file) {
    Weights tensors = Weights.read(file);
    try {
      Tensor parameters = tensors.get("parameters");
      return new TrainingSet(
          parameters.rows(), parameters.values(), tensors.get("observables").values());
    } catch (IllegalArgumentException e) {
      throw new SidereusException(
          file + " is not a training set: " + e.getMessage() + "; run the stage simulate again", e);
    }
  }

  /** Writes a file; the same runs give the same bytes. */
  public void write(Path file) {
    new Weights(
            Map.of(
                "parameters",
                new Tensor(List.of(rows, parameterCount()), parameters),
                "observables",
                new Tensor(List.of(rows, observableCount()), observables)))
        .write(file);
  }
}
