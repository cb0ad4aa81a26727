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

    /** One that has not been read counts as one question. */
    private int questions() {
      return reading.map(one -> one.questions().size()).orElse(1);
    }

    void read(Reading.Readable result) {
      reading = Optional.of(result);
    }
  }

  private final KeyValueStore<Integer, byte[]> store;
  private final List<Waiting> waiting = new ArrayList<>();
  private int nextSlot;
  private int unread;
  private long bytes;
  private long questions;

  /** Takes up what an earlier owner of the store left. */
  PendingObservations(KeyValueStore<Integer, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Integer, byte[]> left = store.all()) {
      while (left.hasNext()) {
        KeyValue<Integer, byte[]> one = left.next();
        ReceivedEvent event = ReceivedEvent.of(one.value);
        waiting.add(new Waiting(one.key, event, Optional.empty()));
        bytes += event.bytes();
        questions++;
        nextSlot = Math.max(nextSlot, one.key + 1);
        unread++;
      }
    }
  }

  void add(ReceivedEvent event, Optional<Reading.Readable> reading) {
    store.put(nextSlot, event.toBytes());
    Waiting added = new Waiting(nextSlot, event, reading);
    waiting.add(added);
    bytes += event.bytes();
    questions += added.questions();
    nextSlot++;
    if (reading.isEmpty()) {
      unread++;
    }
  }

  int size() {
    return waiting.size();
  }

  /** Size of the events that wait. */
  long bytes() {
    return bytes;
  }

  /** Questions that wait. */
  long questions() {
    return questions;
  }

  /** Whether some that wait have not been read yet; those that come after must wait behind them. */
  boolean hasUnread() {
    return unread > 0;
  }

  Optional<Waiting> firstUnread() {
    return waiting.stream().filter(one -> one.reading().isEmpty()).findFirst();
  }

  void read(Waiting one, Reading.Readable reading) {
    questions -= one.questions();
    one.read(reading);
    questions += one.questions();
    unread--;
  }

  /** Takes out one that turned out to be no observation. */
  void remove(Waiting one) {
    if (one.reading().isEmpty()) {
      unread--;
    }
    waiting.remove(one);
    bytes -= one.event().bytes();
    questions -= one.questions();
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
    for (Waiting one : ready) {
      bytes -= one.event().bytes();
      questions -= one.questions();
      store.delete(one.slot);
    }
    reuseSlots();
    return ready;
  }

  private void reuseSlots() {
    if (waiting.isEmpty()) {
      nextSlot = 0;
    }
  }
}
