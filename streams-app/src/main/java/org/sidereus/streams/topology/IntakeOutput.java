package org.sidereus.streams.topology;

import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Rejection;

/** A record that the intake forwards. */
sealed interface IntakeOutput {

  /** To the topic of the posteriors of objects. */
  record ToPosteriors(ObjectPosterior posterior) implements IntakeOutput {}

  /** To the topic of the rejections. */
  record ToRejections(Rejection rejection) implements IntakeOutput {}

  /** To the combination. */
  record ToGroups(GroupMessage message) implements IntakeOutput {}
}
