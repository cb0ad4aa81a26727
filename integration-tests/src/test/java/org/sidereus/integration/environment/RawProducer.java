package org.sidereus.integration.environment;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.RequestHeader;

/** Sends what Kafka's producer refuses to send, by a request made by hand. */
public final class RawProducer {
  private static final short VERSION = 9;

  private RawProducer() {}

  /** Sends one record with any timestamp, also a negative one. */
  public static void send(
      String broker, String topic, int partition, long timestampMs, byte[] key, byte[] value)
      throws IOException {
    MemoryRecords records =
        MemoryRecords.withRecords(
            RecordBatch.MAGIC_VALUE_V2,
            0L,
            Compression.NONE,
            TimestampType.CREATE_TIME,
            new SimpleRecord(timestampMs, key, value));
    ProduceRequestData.TopicProduceDataCollection topics =
        new ProduceRequestData.TopicProduceDataCollection();
    topics.add(
        new ProduceRequestData.TopicProduceData()
            .setName(topic)
            .setPartitionData(
                List.of(
                    new ProduceRequestData.PartitionProduceData()
                        .setIndex(partition)
                        .setRecords(records))));
    ProduceRequest request =
        new ProduceRequest.Builder(
                VERSION,
                VERSION,
                new ProduceRequestData()
                    .setAcks((short) -1)
                    .setTimeoutMs(10_000)
                    .setTopicData(topics))
            .build(VERSION);
    ByteBuffer bytes =
        request.serializeWithHeader(new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", 1));
    String[] address = broker.split(":");
    try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      byte[] frame = new byte[bytes.remaining()];
      bytes.get(frame);
      out.writeInt(frame.length);
      out.write(frame);
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.skipNBytes(in.readInt());
    }
  }
}
