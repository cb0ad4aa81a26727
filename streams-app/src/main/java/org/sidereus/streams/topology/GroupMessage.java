package org.sidereus.streams.topology;

import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.GroupKey;

/** What the intake of one partition of the observations tells the combination. */
sealed interface GroupMessage {
  int PARTIAL = 1;
  int PROGRESS = 2;

  /** The partition of the observations that speaks. */
  int source();

  /**
   * The newest partial sum of a group at a source. It replaces the one before, so that hearing it
   * twice does no harm.
   */
  record Partial(int source, SumKey key, PartialSum sum) implements GroupMessage {}

  /**
   * How far a source has come. Sent to every partition of the combination.
   *
   * @param closedThroughMs every window that ends at or before this event time has got from this
   *     source all that it will get
   * @param idle whether the source is silent, so that nobody should wait for it
   * @param marked whether the source has just passed the marker at the end of a replay
   * @param resting whether the source has sent all that it has, and nothing more has come for a
   *     moment
   */
  record Progress(int source, long closedThroughMs, boolean idle, boolean marked, boolean resting)
      implements GroupMessage {}

  /** The binary form. */
  static Serde<GroupMessage> serde() {
    Serializer<GroupMessage> serializer = (topic, message) -> toBytes(message);
    Deserializer<GroupMessage> deserializer = (topic, bytes) -> of(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte[] toBytes(GroupMessage message) {
    BinaryWriter out = new BinaryWriter();
    if (message instanceof Partial partial) {
      out.putByte(PARTIAL).putInt(partial.source).putBytes(partial.key.toBytes().get());
      return partial.sum.write(out).toBytes();
    }
    Progress progress = (Progress) message;
    return out.putByte(PROGRESS)
        .putInt(progress.source)
        .putLong(progress.closedThroughMs)
        .putBoolean(progress.idle)
        .putBoolean(progress.marked)
        .putBoolean(progress.resting)
        .toBytes();
  }

  private static GroupMessage of(byte[] bytes) {
    BinaryReader in = new BinaryReader(bytes);
    if (in.getByte() == PARTIAL) {
      return new Partial(in.getInt(), SumKey.of(Bytes.wrap(in.getBytes())), PartialSum.read(in));
    }
    return new Progress(
        in.getInt(), in.getLong(), in.getBoolean(), in.getBoolean(), in.getBoolean());
  }

  /** The key under which a message travels: messages of one group stay in order. */
  default Optional<GroupKey> group() {
    return this instanceof Partial partial ? Optional.of(partial.key().group()) : Optional.empty();
  }
}
