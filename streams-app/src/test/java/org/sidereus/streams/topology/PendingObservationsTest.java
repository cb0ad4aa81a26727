package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.topology.DecodedEvent.Readable;
import org.sidereus.streams.topology.PendingObservations.Waiting;

class PendingObservationsTest {
  private static final int SMALL = 100;
  private static final ServedBundle BUNDLE = StreamHarness.bundle("b", "1", null);

  private KeyValueStore<Integer, byte[]> store;

  @BeforeEach
  void openStore() {
    store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("pending"), Serdes.Integer(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
  }

  @Test
  void shouldGiveALaterOwnerWhatWaitsInItsOrder() {
    PendingObservations pending = new PendingObservations(store);
    for (int i = 0; i < 100; i++) {
      pending.add(event(i, SMALL), i % 3 == 0 ? Optional.empty() : Optional.of(readable(2)));
    }
    PendingObservations later = new PendingObservations(store);
    assertThat(later.size()).isEqualTo(100);
    assertThat(later.bytes()).isEqualTo(pending.bytes());
    assertThat(later.requests()).isEqualTo(pending.requests()).isEqualTo(34 + 2 * 66);
    assertThat(readAll(later)).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(later.takeReady(1_000, Long.MAX_VALUE)).hasSize(100);
    assertThat(keys()).isEmpty();
  }

  @Test
  void shouldKnowWhatAnEarlierOwnerHadDecoded() {
    PendingObservations pending = new PendingObservations(store);
    pending.add(event(0, SMALL), Optional.of(readable(2)));
    pending.add(event(1, SMALL), Optional.empty());
    pending.add(event(2, SMALL), Optional.empty());
    pending.decode(pending.undecoded().get(0), readable(3));

    PendingObservations later = new PendingObservations(store);
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Waiting one = later.undecoded().get(0);
      open.add(one.openBefore());
      later.decode(one, readable(1));
    }
    assertThat(open).containsExactly(2, 3, 0);
    assertThat(later.requests()).isEqualTo(3);
  }

  @Test
  void shouldUseFewPagesAndThoseAgain() {
    PendingObservations pending = new PendingObservations(store);
    for (int batch = 0; batch < 3; batch++) {
      for (int i = 0; i < 256; i++) {
        pending.add(event(i, SMALL), Optional.of(readable(1)));
      }
      assertThat(keys()).hasSize(16).contains(0).doesNotContain(16);
      pending.takeReady(1_000, Long.MAX_VALUE);
      assertThat(keys()).isEmpty();
    }
  }

  @Test
  void shouldGiveLargeEventsPagesOfTheirOwn() {
    PendingObservations pending = new PendingObservations(store);
    for (int i = 0; i < 5; i++) {
      pending.add(event(i, 100_000), Optional.of(readable(1)));
    }
    assertThat(keys()).hasSize(5);
  }

  @Test
  void shouldLetOthersOvertakeOneThatIsUnread() {
    PendingObservations pending = new PendingObservations(store);
    for (int i = 0; i < 10; i++) {
      pending.add(event(i, SMALL), i == 4 ? Optional.empty() : Optional.of(readable(1)));
    }
    assertThat(pending.unresolvedBefore(4)).isEmpty();
    assertThat(pending.unresolvedBefore(5)).hasValue(4);
    assertThat(pending.takeReady(3, Long.MAX_VALUE))
        .extracting(one -> one.event().offset())
        .containsExactly(0L, 1L, 2L);
    assertThat(readAll(new PendingObservations(store))).containsExactly(3, 4, 5, 6, 7, 8, 9);
    assertThat(pending.takeReady(1_000, Long.MAX_VALUE)).hasSize(6);
    Waiting unread = pending.undecoded().get(0);
    pending.remove(unread);
    assertThat(pending.resolve(unread)).isTrue();
    assertThat(pending.unresolvedBefore(10)).isEmpty();
    assertThat(keys()).isEmpty();
    assertThat(pending.bytes()).isZero();
    assertThat(pending.requests()).isZero();
  }

  @Test
  void shouldKnowTheKeysAndSchemasThatMustNotBeOvertaken() {
    PendingObservations pending = new PendingObservations(store);
    pending.add(eventOf(1, 7), Optional.empty());
    pending.add(eventOf(1, 7), Optional.empty());
    assertThat(pending.mustWait(eventOf(1, 8))).as("the same key").isTrue();
    assertThat(pending.mustWait(eventOf(2, 7))).as("the same schema").isTrue();
    assertThat(pending.mustWait(eventOf(2, 8))).isFalse();
    pending.remove(pending.undecoded().get(0));
    assertThat(pending.mustWait(eventOf(1, 8))).isTrue();
    assertThat(pending.mustWait(eventOf(2, 7))).isTrue();
    pending.decode(pending.undecoded().get(0), readable(1));
    assertThat(pending.mustWait(eventOf(1, 7))).isFalse();
  }

  private static ReceivedEvent eventOf(int key, int schema) {
    byte[] value = ByteBuffer.allocate(SMALL).put((byte) 0).putInt(schema).array();
    return new ReceivedEvent("observations", 0, 1, 1, new byte[] {(byte) key}, value);
  }

  private static List<Integer> readAll(PendingObservations pending) {
    List<Integer> offsets = new ArrayList<>();
    while (pending.hasUndecoded()) {
      Waiting one = pending.undecoded().get(0);
      offsets.add((int) one.event().offset());
      pending.decode(one, readable(1));
    }
    return offsets;
  }

  private List<Integer> keys() {
    List<Integer> keys = new ArrayList<>();
    try (KeyValueIterator<Integer, byte[]> all = store.all()) {
      all.forEachRemaining(one -> keys.add(one.key));
    }
    return keys;
  }

  private static ReceivedEvent event(int offset, int bytes) {
    return new ReceivedEvent("observations", 0, offset, 1, null, new byte[bytes]);
  }

  private static Readable readable(int requests) {
    return new Readable(
        StreamHarness.observation("o", "g", 1),
        IntStream.range(0, requests)
            .mapToObj(i -> new InferenceRequest(BUNDLE, new float[1]))
            .toList(),
        List.of(new RejectionCause(RejectionReason.MALFORMED, "of another bundle")));
  }
}
