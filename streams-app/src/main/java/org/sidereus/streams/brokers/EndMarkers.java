package org.sidereus.streams.brokers;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

/**
 * Writes the end of a transaction into partitions, as its coordinator does. Brokers before Kafka
 * 4.3 would write it, too, where the producer has just begun its next transaction, and end that
 * one; so this class does not ask them. Kafka's {@code Admin} can only abort ({@code
 * abortTransaction}); a transaction that was committed must be committed everywhere. So this class
 * sends the request of the coordinator itself. Brokers take it from whom they give the right {@code
 * Alter} on the cluster.
 */
final class EndMarkers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Version of the request with which brokers compare epochs strictly. */
  private static final short STRICT = 2;

  private final BrokerRequests requests;

  /**
   * At some brokers.
   *
   * @param settings of an administration client
   */
  EndMarkers(Map<String, Object> settings) {
    this.requests = new BrokerRequests(settings, "sidereus-transactions", PATIENCE);
  }

  /**
   * Writes it.
   *
   * @param leader of the partitions
   * @return what each partition says
   * @throws UnsupportedVersionException the leader is older than Kafka 4.3
   */
  Map<TopicPartition, Errors> write(Node leader, WriteTxnMarkersRequest.TxnMarkerEntry end)
      throws IOException {
    WriteTxnMarkersResponse response;
    try {
      response =
          (WriteTxnMarkersResponse)
              requests.send(leader, new WriteTxnMarkersRequest.Builder(List.of(end)), STRICT);
    } catch (UnsupportedVersionException e) {
      throw new UnsupportedVersionException("the brokers are older than Kafka 4.3", e);
    }
    return new HashMap<>(response.errorsByProducerId().getOrDefault(end.producerId(), Map.of()));
  }
}
