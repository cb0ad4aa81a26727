package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.config.StoreKind;

/** What the changelog gets of observations that wait. The driver commits after each event. */
class PendingChangelogTest {
  private static final String CHANGELOG = "pending-test-" + StreamStores.PENDING + "-changelog";

  /** Adds an observation for 'a', takes all for 't', and both in turn for more characters. */
  private static final class Commands implements Processor<byte[], byte[], Void, Void> {
    private PendingObservations pending;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      pending = new PendingObservations(context.getStateStore(StreamStores.PENDING));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      for (byte command : record.value()) {
        if (command == 'a') {
          ReceivedEvent event = new ReceivedEvent("night", 0, 1, 2, new byte[1], new byte[50]);
          ServedBundle bundle = StreamHarness.bundle("b", "1", null);
          pending.add(
              event,
              Optional.of(
                  new DecodedEvent.Readable(
                      StreamHarness.observation("o", "g", 1),
                      List.of(new InferenceRequest(bundle, new float[4])),
                      List.of())));
        } else {
          pending.takeReady(100, Long.MAX_VALUE);
        }
      }
    }
  }

  @Test
  void shouldGetNothingOfWhatCameAndWentBetweenTwoCommits() {
    assertThat(changesAfter("at")).isEmpty();
    assertThat(changesAfter("aaataat")).isEmpty();
    assertThat(changesAfter("ata")).containsExactly(true);
  }

  @Test
  void shouldGetWhatWaitsAndItsEnd() {
    assertThat(changesAfter("a", "t")).containsExactly(true, false);
    assertThat(changesAfter("a", "taat", "t")).containsExactly(true, false);
    assertThat(changesAfter("a", "ta", "t")).containsExactly(true, true, false);
  }

  /** Of each change whether there is a page; false: it is gone. */
  private static List<Boolean> changesAfter(String... commands) {
    Topology topology = new Topology();
    topology.addSource(
        "source", Serdes.ByteArray().deserializer(), Serdes.ByteArray().deserializer(), "commands");
    topology.addProcessor("intake", Commands::new, "source");
    for (StoreBuilder<?> one : new StreamStores(StoreKind.MEMORY, 1_000).ofIntake()) {
      if (one.name().equals(StreamStores.PENDING)) {
        topology.addStateStore(one, "intake");
      }
    }
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "pending-test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, System.getProperty("java.io.tmpdir"));
    List<Boolean> changes = new ArrayList<>();
    try (TopologyTestDriver driver = new TopologyTestDriver(topology, settings)) {
      TestInputTopic<byte[], byte[]> in =
          driver.createInputTopic("commands", new ByteArraySerializer(), new ByteArraySerializer());
      TestOutputTopic<byte[], byte[]> changelog =
          driver.createOutputTopic(
              CHANGELOG, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      for (String one : commands) {
        in.pipeInput(one.getBytes(StandardCharsets.UTF_8));
        while (!changelog.isEmpty()) {
          changes.add(changelog.readKeyValue().value != null);
        }
      }
    }
    return changes;
  }
}
