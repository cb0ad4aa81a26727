package org.sidereus.streams.topology;

import java.util.List;
import java.util.Optional;
import org.sidereus.schemas.Observation;

/** The content of an event of the observations topic. */
sealed interface DecodedEvent {

  /**
   * An observation.
   *
   * @param requests one for each bundle that can infer a posterior from it
   * @param rejections one for each other bundle that the observation was put to
   */
  record Readable(
      Observation observation, List<InferenceRequest> requests, List<RejectionCause> rejections)
      implements DecodedEvent {
    /** Number of bundles that the observation was put to. */
    int bundles() {
      return requests.size() + rejections.size();
    }
  }

  /** An end-of-survey marker: every window that ends at or before its time closes. */
  record Marker(long timeMs) implements DecodedEvent {}

  /**
   * An event without any inference request.
   *
   * @param observation the observation, if at least that could be decoded
   */
  record Unreadable(RejectionCause cause, Optional<Observation> observation)
      implements DecodedEvent {}
}
