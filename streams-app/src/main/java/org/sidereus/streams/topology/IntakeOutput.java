package org.sidereus.streams.topology;

import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Rejection;

/** What leaves the intake. */
sealed interface IntakeOutput {

  /** To the topic of the posteriors of objects. */
  record Answer(ObjectPosterior posterior) implements IntakeOutput {}

  /** To the topic of the rejections. */
  record Refusal(Rejection rejection) implements IntakeOutput {}

  /** To the combination. */
  record ToGroups(GroupMessage message) implements IntakeOutput {}
}
