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
    /** Nothing reads the measurements again, and there may be tens of thousands of them. */
    void forgetMeasurements() {
      observation.setMeasurements(List.of());
      observation.setSharedErrors(List.of());
    }

    /** Number of bundles that the observation was put to. */
    int bundles() {
      return requests.size() + rejections.size();
    }
  }

  /**
   * An event that is no observation. It takes effect after all events before it, and is not an
   * inference request.
   */
  sealed interface Signal extends DecodedEvent {}

  /** An end-of-survey marker: windows of the survey that end at or before its time close. */
  record Marker(String survey, long timeMs) implements Signal {}

  /**
   * Takes an object out of its groups.
   *
   * @param survey the survey whose object it is; empty: every survey with an object of this
   *     identifier
   * @param bundle the bundle that forgets it; empty: all
   * @param group the only group that it leaves; empty: it leaves all and is forgotten
   */
  record Withdrawal(
      String object, Optional<String> survey, Optional<String> bundle, Optional<String> group)
      implements Signal {

    /** Whether what is known under a key of this object is withdrawn, or one group of it. */
    boolean covers(MemberKey key) {
      return survey.map(key.survey()::equals).orElse(true)
          && bundle.map(key.bundle()::equals).orElse(true);
    }

    Withdrawal from(Optional<String> otherGroup) {
      return new Withdrawal(object, survey, bundle, otherGroup);
    }
  }

  /** Gives a group another name. */
  record Rename(String oldName, String newName, Observation observation) implements Signal {}

  /**
   * An event without any inference request.
   *
   * @param observation the observation, if at least that could be decoded
   */
  record Unreadable(RejectionCause cause, Optional<Observation> observation)
      implements DecodedEvent {}
}
