package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * The observations of one partition that wait for their batch, in the order of their arrival. They
 * are in a changelogged store, so they survive the process; this class mirrors the store.
 *
 * <p>The store keeps pages of some observations each. Pages are used again after their batch, and
 * the store is cached: events that came and went between two commits cost one deletion per page in
 * the changelog, however many they were.
 */
final class PendingObservations {
  private static final int PAGE_EVENTS = 16;

  /** A page is written anew with each of its events, so large events get pages of their own. */
  private static final int PAGE_BYTES = 16 * 1024;

  /** A pending observation. It is not decoded as long as the registry is absent. */
  static final class Waiting {
    private final ReceivedEvent event;
    private final int openBefore;
    private Optional<DecodedEvent.Readable> decoded;

    // Page.add sets it at once.
    @SuppressWarnings("NullAway.Init")
    private Page page;

    private Waiting(ReceivedEvent event, int openBefore, Optional<DecodedEvent.Readable> decoded) {
      this.event = event;
      this.openBefore = openBefore;
      this.decoded = decoded;
    }

    ReceivedEvent event() {
      return event;
    }

    Optional<DecodedEvent.Readable> decoded() {
      return decoded;
    }

    /**
     * Number of requests that the previous instance had accepted and not finished. 0: the event was
     * not decoded.
     */
    int openBefore() {
      return openBefore;
    }

    /** An event that is not decoded counts as one request. */
    private int requests() {
      return decoded.map(one -> one.requests().size()).orElse(Math.max(1, openBefore));
    }

    private void write(BinaryWriter out) {
      out.putInt(decoded.map(one -> one.requests().size()).orElse(openBefore));
      event.write(out);
    }

    private static Waiting read(BinaryReader in) {
      int open = in.getInt();
      return new Waiting(ReceivedEvent.read(in), open, Optional.empty());
    }
  }

  /** Consecutive pending observations under one key of the store. */
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
  private @Nullable Page last;
  private int nextKey;
  private int undecoded;
  private long bytes;
  private long requests;

  /** The observations that an earlier owner of the store left. */
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
    requests += one.requests();
    if (one.decoded().isEmpty()) {
      undecoded++;
    }
  }

  void add(ReceivedEvent event, Optional<DecodedEvent.Readable> decoded) {
    if (last == null || last.isFull()) {
      last = new Page(nextKey++);
    }
    Waiting added = new Waiting(event, 0, decoded);
    last.add(added);
    store.put(last.key, last.written.toBytes());
    count(added);
  }

  int size() {
    return waiting.size();
  }

  /** Size of the pending events. */
  long bytes() {
    return bytes;
  }

  /** Pending inference requests. */
  long requests() {
    return requests;
  }

  /** Whether some are not decoded yet; later events must wait behind them. */
  boolean hasUndecoded() {
    return undecoded > 0;
  }

  Optional<Waiting> firstUndecoded() {
    return waiting.stream().filter(one -> one.decoded().isEmpty()).findFirst();
  }

  /** Replaces the undecoded event of one by the decoded one. */
  void decode(Waiting one, DecodedEvent.Readable decoded) {
    requests -= one.requests();
    one.decoded = Optional.of(decoded);
    requests += one.requests();
    undecoded--;
    keep(Set.of(one.page));
  }

  /** Removes one that turned out to have no request. */
  void remove(Waiting one) {
    if (one.decoded().isEmpty()) {
      undecoded--;
    }
    waiting.remove(one);
    bytes -= one.event().bytes();
    requests -= one.requests();
    one.page.content.remove(one);
    keep(Set.of(one.page));
  }

  /** Removes all that are ready: those before the first that is not decoded. */
  List<Waiting> takeReady() {
    int count = 0;
    while (count < waiting.size() && waiting.get(count).decoded().isPresent()) {
      count++;
    }
    List<Waiting> ready = List.copyOf(waiting.subList(0, count));
    waiting.subList(0, count).clear();
    Set<Page> changed = new LinkedHashSet<>();
    for (Waiting one : ready) {
      bytes -= one.event().bytes();
      requests -= one.requests();
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
