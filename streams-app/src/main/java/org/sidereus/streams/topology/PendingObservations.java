package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The observations that wait for their batch, in the order of their arrival. What waits is in a
 * changelogged store, so that it survives the process; this class only mirrors the store.
 *
 * <p>Slots are used again once the batch is gone, and the store is cached: what came and went
 * between two commits costs one deletion per slot in the changelog, however many events there were.
 */
final class PendingObservations {

  /** One that waits. Its reading is empty as long as the registry is absent. */
  static final class Waiting {
    private final int slot;
    private final ReceivedEvent event;
    private Optional<Reading.Readable> reading;

    private Waiting(int slot, ReceivedEvent event, Optional<Reading.Readable> reading) {
      this.slot = slot;
      this.event = event;
      this.reading = reading;
    }

    ReceivedEvent event() {
      return event;
    }

    Optional<Reading.Readable> reading() {
      return reading;
    }

    void read(Reading.Readable result) {
      reading = Optional.of(result);
    }
  }

  private final KeyValueStore<Integer, byte[]> store;
  private final List<Waiting> waiting = new ArrayList<>();
  private int nextSlot;
  private int unread;

  /** Takes up what an earlier owner of the store left. */
  PendingObservations(KeyValueStore<Integer, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Integer, byte[]> left = store.all()) {
      while (left.hasNext()) {
        KeyValue<Integer, byte[]> one = left.next();
        waiting.add(new Waiting(one.key, ReceivedEvent.of(one.value), Optional.empty()));
        nextSlot = Math.max(nextSlot, one.key + 1);
        unread++;
      }
    }
  }

  void add(ReceivedEvent event, Optional<Reading.Readable> reading) {
    store.put(nextSlot, event.toBytes());
    waiting.add(new Waiting(nextSlot, event, reading));
    nextSlot++;
    if (reading.isEmpty()) {
      unread++;
    }
  }

  int size() {
    return waiting.size();
  }

  /** Whether some that wait have not been read yet; those that come after must wait behind them. */
  boolean hasUnread() {
    return unread > 0;
  }

  Optional<Waiting> firstUnread() {
    return waiting.stream().filter(one -> one.reading().isEmpty()).findFirst();
  }

  void read(Waiting one, Reading.Readable reading) {
    one.read(reading);
    unread--;
  }

  /** Takes out one that turned out to be no observation. */
  void remove(Waiting one) {
    if (one.reading().isEmpty()) {
      unread--;
    }
    waiting.remove(one);
    store.delete(one.slot);
    reuseSlots();
  }

  /** Takes out all that can be answered: those before the first that has not been read. */
  List<Waiting> takeReady() {
    List<Waiting> ready = new ArrayList<>(waiting.size());
    Iterator<Waiting> all = waiting.iterator();
    while (all.hasNext()) {
      Waiting one = all.next();
      if (one.reading().isEmpty()) {
        break;
      }
      ready.add(one);
    }
    waiting.subList(0, ready.size()).clear();
    ready.forEach(one -> store.delete(one.slot));
    reuseSlots();
    return ready;
  }

  private void reuseSlots() {
    if (waiting.isEmpty()) {
      nextSlot = 0;
    }
  }
}
