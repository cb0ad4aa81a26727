package org.sidereus.streams.topology;

import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;

/** A record that the intake forwards. */
sealed interface IntakeOutput {

  /** A record for the topic of the posteriors of objects. */
  record ToPosteriors(ObjectPosterior posterior) implements IntakeOutput {}

  /** Under the key of an object: it has no posterior any more. */
  record NoPosterior() implements IntakeOutput {}

  /** A record for the topic of the samples. */
  record ToSamples(PosteriorSamples samples) implements IntakeOutput {}

  /** A record for the topic of the rejections. */
  record ToRejections(Rejection rejection) implements IntakeOutput {}

  /** A record for the combination. */
  record ToGroups(GroupMessage message) implements IntakeOutput {}
}
