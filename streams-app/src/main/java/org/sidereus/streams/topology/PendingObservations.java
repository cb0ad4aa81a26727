package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * The observations that wait for their batch, in the order of their arrival. What waits is in a
 * changelogged store, so that it survives the process; this class only mirrors the store.
 *
 * <p>The store keeps pages of some observations each. Pages are used again once the batch is gone,
 * and the store is cached: what came and went between two commits costs one deletion per page in
 * the changelog, however many events there were.
 */
final class PendingObservations {
  private static final int PAGE_EVENTS = 16;

  /** A page is written anew with each of its events, so large ones get pages of their own. */
  private static final int PAGE_BYTES = 16 * 1024;

  /** One that waits. Its reading is empty as long as the registry is absent. */
  static final class Waiting {
    private final ReceivedEvent event;
    private final int openBefore;
    private Optional<DecodedEvent.Readable> reading;
    private Page page;

    private Waiting(ReceivedEvent event, int openBefore, Optional<DecodedEvent.Readable> reading) {
      this.event = event;
      this.openBefore = openBefore;
      this.reading = reading;
    }

    ReceivedEvent event() {
      return event;
    }

    Optional<DecodedEvent.Readable> reading() {
      return reading;
    }

    /**
     * Questions that an earlier owner of the partition left open when it had read the event, and
     * refused the others; 0: nobody has read it.
     */
    int openBefore() {
      return openBefore;
    }

    /** One that has not been read counts as one question. */
    private int questions() {
      return reading.map(one -> one.questions().size()).orElse(Math.max(1, openBefore));
    }

    private void write(BinaryWriter out) {
      out.putInt(reading.map(one -> one.questions().size()).orElse(openBefore));
      event.write(out);
    }

    private static Waiting read(BinaryReader in) {
      int open = in.getInt();
      return new Waiting(ReceivedEvent.read(in), open, Optional.empty());
    }
  }

  /** Some that came one after the other, under one key of the store. */
  private static final class Page {
    private final int key;
    private final List<Waiting> content = new ArrayList<>(PAGE_EVENTS);
    private BinaryWriter written = StateFormat.begin();

    private Page(int key) {
      this.key = key;
    }

    private boolean isFull() {
      return content.size() >= PAGE_EVENTS || written.length() >= PAGE_BYTES;
    }

    private void add(Waiting one) {
      one.page = this;
      content.add(one);
      one.write(written);
    }

    private void rewrite() {
      written = StateFormat.begin();
      content.forEach(one -> one.write(written));
    }
  }

  private final KeyValueStore<Integer, byte[]> store;
  private final List<Waiting> waiting = new ArrayList<>();
  private Page last;
  private int nextKey;
  private int unread;
  private long bytes;
  private long questions;

  /** Takes up what an earlier owner of the store left. */
  PendingObservations(KeyValueStore<Integer, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Integer, byte[]> left = store.all()) {
      while (left.hasNext()) {
        KeyValue<Integer, byte[]> one = left.next();
        take(new Page(one.key), StateFormat.open(one.value, "a page of pending observations"));
        nextKey = Math.max(nextKey, one.key + 1);
      }
    }
  }

  private void take(Page page, BinaryReader in) {
    while (in.hasMore()) {
      Waiting one = Waiting.read(in);
      page.add(one);
      count(one);
    }
  }

  private void count(Waiting one) {
    waiting.add(one);
    bytes += one.event().bytes();
    questions += one.questions();
    if (one.reading().isEmpty()) {
      unread++;
    }
  }

  void add(ReceivedEvent event, Optional<DecodedEvent.Readable> reading) {
    if (last == null || last.isFull()) {
      last = new Page(nextKey++);
    }
    Waiting added = new Waiting(event, 0, reading);
    last.add(added);
    store.put(last.key, last.written.toBytes());
    count(added);
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

  void read(Waiting one, DecodedEvent.Readable reading) {
    questions -= one.questions();
    one.reading = Optional.of(reading);
    questions += one.questions();
    unread--;
    keep(Set.of(one.page));
  }

  /** Takes out one that turned out to be no observation. */
  void remove(Waiting one) {
    if (one.reading().isEmpty()) {
      unread--;
    }
    waiting.remove(one);
    bytes -= one.event().bytes();
    questions -= one.questions();
    one.page.content.remove(one);
    keep(Set.of(one.page));
  }

  /** Takes out all that can be answered: those before the first that has not been read. */
  List<Waiting> takeReady() {
    int count = 0;
    while (count < waiting.size() && waiting.get(count).reading().isPresent()) {
      count++;
    }
    List<Waiting> ready = List.copyOf(waiting.subList(0, count));
    waiting.subList(0, count).clear();
    Set<Page> changed = new LinkedHashSet<>();
    for (Waiting one : ready) {
      bytes -= one.event().bytes();
      questions -= one.questions();
      one.page.content.remove(one);
      changed.add(one.page);
    }
    keep(changed);
    return ready;
  }

  private void keep(Set<Page> changed) {
    for (Page page : changed) {
      if (page.content.isEmpty()) {
        store.delete(page.key);
      } else {
        page.rewrite();
        store.put(page.key, page.written.toBytes());
      }
    }
    if (last != null && last.content.isEmpty()) {
      last = null;
    }
    if (waiting.isEmpty()) {
      nextKey = 0;
    }
  }
}
