package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The partition at which an object belongs, by its identifier as the key and by the partitioner of
 * Kafka's own clients (murmur2). What is known of an object is at the partition of its
 * observations: a correction that comes to another one does not find what it corrects, and the
 * object counts twice.
 */
final class ObjectPlaces {
  private static final int LONGEST_QUOTE = 100;

  private final int partitions;

  /**
   * Places.
   *
   * @param partitions number of partitions of the observations
   */
  ObjectPlaces(int partitions) {
    this.partitions = partitions;
  }

  /**
   * Why an observation or a withdrawal of an object is not where the object belongs; empty: it is.
   */
  Optional<String> misplaced(ReceivedEvent event, String object) {
    byte[] identifier = object.getBytes(StandardCharsets.UTF_8);
    if (event.key() == null) {
      return Optional.of("an event of object '%s' has no key".formatted(quoted(object)));
    }
    if (!Arrays.equals(event.key(), identifier)) {
      return Optional.of(
          "an event of object '%s' has another key, '%s'"
              .formatted(quoted(object), quoted(new String(event.key(), StandardCharsets.UTF_8))));
    }
    int place = KeyPartition.of(identifier, partitions);
    return place == event.partition()
        ? Optional.empty()
        : Optional.of(
            "an event of object '%s' is in partition %d and belongs in partition %d"
                .formatted(quoted(object), event.partition(), place));
  }

  private static String quoted(String text) {
    return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "...";
  }
}
