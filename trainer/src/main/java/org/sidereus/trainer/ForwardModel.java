package org.sidereus.trainer;

import java.util.List;
import org.sidereus.model.bundle.Observable;
import org.sidereus.model.bundle.Parameter;

/**
 * A simulator: parameters of an object in, noiseless observables out.
 *
 * <p>The model itself is immutable and may be shared by threads. A {@link Runner} owns the work
 * arrays of one run, so each thread MUST use its own. A run depends on its parameters alone: the
 * same parameters give the same outcome to the last bit, whatever ran before and on whichever
 * thread.
 */
public interface ForwardModel {

  /** Short name of the model, for provenance. */
  String name();

  /** What the model depends on, in the order of the elements of {@code theta}. */
  List<Parameter> parameters();

  /** What the model predicts, in the order of the elements of {@link Outcome.Observables#y()}. */
  List<Observable> observables();

  /** A new runner, for the use of one thread. */
  Runner newRunner();

  /** Evaluates the model; not safe for use by several threads. */
  @FunctionalInterface
  interface Runner {
    /**
     * One run.
     *
     * @param theta parameters [D] in physical units, in the order of {@link
     *     ForwardModel#parameters()}; not kept, not changed
     * @return the observables [M], or the reason why these parameters have none
     */
    Outcome run(double[] theta);
  }
}
