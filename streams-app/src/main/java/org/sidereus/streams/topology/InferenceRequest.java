package org.sidereus.streams.topology;

import java.util.Optional;

/**
 * An observation put to one bundle.
 *
 * @param bundle the bundle
 * @param row [F] features of the bundle; not copied
 * @param visits the visits that the row combines; empty: the row is of one observation
 */
record InferenceRequest(ServedBundle bundle, float[] row, Optional<IntakeVisits.Combined> visits) {

  /** A request for the posterior of one observation. */
  InferenceRequest(ServedBundle bundle, float[] row) {
    this(bundle, row, Optional.empty());
  }
}
