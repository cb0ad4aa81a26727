package org.sidereus.trainer.data;

import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.model.bundle.Feature;

/**
 * What a survey makes of the observables of an object: noise, errors that differ from object to
 * object, missing values. It turns noiseless observables into the features on which a flow is
 * conditioned. Immutable; safe for use by several threads.
 */
public interface ObservationModel {
  /** The columns of the features [F]. */
  List<Feature> features();

  /**
   * One observation.
   *
   * @param observables [.., M] row-major, without noise
   * @param from index of the first observable of the object
   * @param random source of the noise
   * @param features to be filled, physical units, [.., F] row-major
   * @param to index of the first feature of the object
   */
  void observe(float[] observables, int from, RandomGenerator random, float[] features, int to);

  /** Error that the manifest names for an observable without an error of its own. */
  double defaultError();
}
