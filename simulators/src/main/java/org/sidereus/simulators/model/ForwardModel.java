package org.sidereus.simulators.model;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;

/**
 * A simulator: parameters and covariates of an object in, noiseless observables out. Where an array
 * holds both, the parameters come first.
 *
 * <p>The model itself is immutable and may be shared by threads. A {@link Runner} owns the work
 * arrays of one run, so each thread MUST use its own. A run depends on its parameters alone: the
 * same parameters give the same result to the last bit, whatever ran before and on whichever
 * thread.
 */
public interface ForwardModel {

  /** Short name of the model, for provenance. */
  String name();

  /** What is inferred, in the order of the first elements of a run's inputs. */
  List<Parameter> parameters();

  /**
   * What else the model depends on and is known of each object, in the order of the last elements
   * of a run's inputs.
   */
  default List<Covariate> covariates() {
    return List.of();
  }

  /** The names of a run's inputs [D + C], in their order. */
  default List<String> inputNames() {
    return Stream.concat(
            parameters().stream().map(Parameter::name), covariates().stream().map(Covariate::name))
        .toList();
  }

  /** The distributions of a run's inputs [D + C] in a training, in their order. */
  default List<Prior> inputPriors() {
    return Stream.concat(
            parameters().stream().map(Parameter::prior),
            covariates().stream().map(Covariate::training))
        .toList();
  }

  /**
   * What the model predicts, in the order of the elements of {@link
   * SimulationResult.Observables#y()}.
   */
  List<Observable> observables();

  /** The names of the observables, in their order. */
  default List<String> observableNames() {
    return observables().stream().map(Observable::name).toList();
  }

  /** What an emulator learns in place of the observables. */
  default EmulatedParts parts() {
    return EmulatedParts.NONE;
  }

  /** What a bundle reports of an object beside its parameters. */
  default List<DerivedQuantity> derived() {
    return List.of();
  }

  /**
   * The age of the model's universe in Gyr, by which the age of an object becomes the time of its
   * birth. The manifest of a bundle has it.
   *
   * @return empty for a model without birth times
   */
  default OptionalDouble ageOfUniverseGyr() {
    return OptionalDouble.empty();
  }

  /** Linear effects on all observables, or on all {@link #parts()} where there are any. */
  default List<LinearEffect> linearEffects() {
    return List.of();
  }

  /** A new runner, for the use of one thread. */
  Runner newRunner();

  /** Evaluates the model; not safe for use by several threads. */
  @FunctionalInterface
  interface Runner {
    /**
     * One run.
     *
     * @param inputs parameters and covariates [D + C] in physical units, in the order of {@link
     *     ForwardModel#parameters()} and {@link ForwardModel#covariates()}; not kept, not changed
     * @return the observables [M], or the reason why these inputs have none
     */
    SimulationResult run(double[] inputs);

    /**
     * Several runs; a model that is faster with many at a time overrides this. The result of a run
     * MUST NOT depend on the others.
     *
     * @param inputs parameters and covariates [N][D + C]
     * @return results [N]
     */
    default SimulationResult[] runAll(double[][] inputs) {
      SimulationResult[] results = new SimulationResult[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        results[i] = run(inputs[i]);
      }
      return results;
    }

    /**
     * A runner of a model that takes many objects at a time.
     *
     * @param runs inputs [N][D + C] to results [N]
     */
    static Runner ofMany(Function<double[][], SimulationResult[]> runs) {
      return new Runner() {
        @Override
        public SimulationResult run(double[] inputs) {
          return runs.apply(new double[][] {inputs})[0];
        }

        @Override
        public SimulationResult[] runAll(double[][] inputs) {
          return runs.apply(inputs);
        }
      };
    }
  }
}
