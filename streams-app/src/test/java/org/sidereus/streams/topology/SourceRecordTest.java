package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.junit.jupiter.api.Test;

class SourceRecordTest {
  /** If Kafka Streams keeps the bytes elsewhere, its caches would hold whole events again. */
  @Test
  void shouldDropTheBytesThatKafkaStreamsKeeps() {
    List<Integer> before = new ArrayList<>();
    List<byte[]> after = new ArrayList<>();
    ProcessorSupplier<byte[], byte[], Void, Void> processor =
        () ->
            new ContextualProcessor<>() {
              @Override
              public void process(Record<byte[], byte[]> record) {
                RecordMetadata metadata = context().recordMetadata().orElseThrow();
                before.add(((ProcessorRecordContext) metadata).sourceRawValue().length);
                SourceRecord.dropBytes(metadata);
                after.add(((ProcessorRecordContext) metadata).sourceRawValue());
              }
            };
    Topology topology = new Topology();
    topology.addSource(
        "in", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), "topic");
    topology.addProcessor("drop", processor, "in");
    try (TopologyTestDriver driver = new TopologyTestDriver(topology, new Properties())) {
      driver
          .createInputTopic("topic", new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput(new byte[1], new byte[7]);
    }
    assertThat(before).containsExactly(7);
    assertThat(after).hasSize(1).containsOnlyNulls();
  }
}
