package org.sidereus.streams.config;

import org.sidereus.engine.SidereusException;

/** How topics are created that are missing at start. Immutable once bound. */
public final class TopicCreation {
  @Setting(
      key = "topic.observations.retention",
      doc =
          "How long the topic of the observations keeps its records when it is created: a duration"
              + " or forever. A stream that begins anew needs all of them.")
  private Retention observationsRetention = Retention.ofDays(365);

  @Setting(
      key = "topic.object-posteriors.retention",
      doc = "The same of the posteriors of objects.")
  private Retention objectPosteriorsRetention = Retention.ofDays(30);

  @Setting(key = "topic.rejections.retention", doc = "The same of the rejections.")
  private Retention rejectionsRetention = Retention.ofDays(90);

  @Setting(key = "topics.create", doc = "Whether to create topics that are missing at start.")
  private boolean allowed = true;

  @Setting(key = "topics.partitions", doc = "Partitions of topics that are created.", min = 1)
  private int partitions = 4;

  @Setting(
      key = "topics.replication",
      doc = "Replicas of topics that are created; -1: the default of the broker.",
      min = -1,
      max = Short.MAX_VALUE)
  private int replication = -1;

  TopicCreation() {}

  /** How long the topic of the observations keeps its records when it is created. */
  public Retention observationsRetention() {
    return observationsRetention;
  }

  /** How long the topic of the posteriors of objects keeps its records when it is created. */
  public Retention objectPosteriorsRetention() {
    return objectPosteriorsRetention;
  }

  /** How long the topic of the rejections keeps its records when it is created. */
  public Retention rejectionsRetention() {
    return rejectionsRetention;
  }

  /** Whether topics that are missing at start are created. */
  public boolean isAllowed() {
    return allowed;
  }

  /** Partitions of topics that are created. */
  public int partitions() {
    return partitions;
  }

  /** Replicas of topics that are created; -1: the default of the broker. */
  public short replication() {
    return (short) replication;
  }

  void validate() {
    if (replication == 0) {
      throw new SidereusException("topics.replication is 0; give -1 or at least 1");
    }
  }
}
