package org.sidereus.explorer.api;

import org.apache.kafka.common.serialization.Deserializer;
import org.sidereus.explorer.follow.TopicFollower;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.Topics;

/** Decodes the records that the database keeps as they were published. Safe for threads. */
final class Decoded {
  private final Topics topics;
  private final Deserializer<ObjectPosterior> objects;
  private final Deserializer<GroupPosterior> groups;
  private final Deserializer<Rejection> rejections;
  private final Deserializer<PosteriorSamples> samples;

  Decoded(Topics topics, TopicFollower.Decoders decoders) {
    this.topics = topics;
    objects = decoders.objects();
    groups = decoders.groups();
    rejections = decoders.rejections();
    samples = decoders.samples();
  }

  // A deserializer of the registry's client is not promised to be safe for threads.

  synchronized ObjectPosterior object(byte[] record) {
    return objects.deserialize(topics.objectPosteriors(), record);
  }

  synchronized GroupPosterior group(byte[] record) {
    return groups.deserialize(topics.groupPosteriors(), record);
  }

  synchronized PosteriorSamples samples(byte[] record) {
    return samples.deserialize("samples", record);
  }

  synchronized Rejection rejection(byte[] record) {
    return rejections.deserialize(topics.rejections(), record);
  }
}
