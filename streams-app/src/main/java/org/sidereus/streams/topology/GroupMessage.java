package org.sidereus.streams.topology;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.GroupKey;
import org.sidereus.streams.state.StateFormat;

/** A message from the intake of one partition of the observations to the combination. */
sealed interface GroupMessage {
  int PARTIAL = 1;
  int PROGRESS = 2;

  /** The partition of the observations that sends the message. */
  int observationPartition();

  /**
   * The newest partial sum of a group at one partition. It replaces the one before, so receiving it
   * twice changes nothing.
   */
  record Partial(int observationPartition, SumKey key, PartialSum sum) implements GroupMessage {}

  /**
   * How far a partition has come. Sent to every partition of the combination.
   *
   * @param idle whether nothing is published to the partition, so that windows close without it
   * @param marked whether the partition has just passed an end-of-survey marker
   * @param resting whether the partition has sent all its sums, and no observation has come since
   *     the last emit interval began
   * @param logMs the latest of Kafka's timestamps of the events that the partition is through with;
   *     0: there is none
   * @param surveys how far the surveys have come of which there is news
   */
  record ProgressReport(
      int observationPartition,
      boolean idle,
      boolean marked,
      boolean resting,
      long logMs,
      SortedMap<String, SurveyTime> surveys)
      implements GroupMessage {}

  /** The binary form. */
  static Serde<GroupMessage> serde() {
    Serializer<GroupMessage> serializer = (topic, message) -> toBytes(message);
    Deserializer<GroupMessage> deserializer = (topic, bytes) -> of(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte[] toBytes(GroupMessage message) {
    BinaryWriter out = StateFormat.begin();
    if (message instanceof Partial partial) {
      out.putByte(PARTIAL)
          .putInt(partial.observationPartition)
          .putBytes(partial.key.toBytes().get());
      return partial.sum.write(out).toBytes();
    }
    ProgressReport progress = (ProgressReport) message;
    out.putByte(PROGRESS)
        .putInt(progress.observationPartition)
        .putBoolean(progress.idle)
        .putBoolean(progress.marked)
        .putBoolean(progress.resting)
        .putLong(progress.logMs);
    progress.surveys.forEach((survey, time) -> time.write(out.putString(survey)));
    return out.toBytes();
  }

  private static GroupMessage of(byte[] bytes) {
    BinaryReader in = StateFormat.open(bytes, "a message of the topic partial-sums");
    int kind = in.getByte();
    if (kind == PARTIAL) {
      return new Partial(in.getInt(), SumKey.of(Bytes.wrap(in.getBytes())), PartialSum.read(in));
    }
    if (kind != PROGRESS) {
      throw new IllegalStateException("a message of the topic partial-sums is of kind " + kind);
    }
    return new ProgressReport(
        in.getInt(), in.getBoolean(), in.getBoolean(), in.getBoolean(), in.getLong(), surveys(in));
  }

  private static SortedMap<String, SurveyTime> surveys(BinaryReader in) {
    SortedMap<String, SurveyTime> surveys = new TreeMap<>();
    while (in.hasMore()) {
      surveys.put(in.getString(), SurveyTime.read(in));
    }
    return surveys;
  }

  /** The key under which a message travels: messages of one group stay in order. */
  default Optional<GroupKey> group() {
    return this instanceof Partial partial ? Optional.of(partial.key().group()) : Optional.empty();
  }
}
