package org.sidereus.streams.topology;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.state.BinaryReader;
import org.sidereus.streams.state.BinaryWriter;
import org.sidereus.streams.state.StateFormat;

/**
 * The observations of one partition that wait, in the order of their arrival. They are in a
 * changelogged store, so they survive the process; this class mirrors the store.
 *
 * <p>Those that are decoded are ready: they wait for their batch. The others wait for the schema
 * registry, or behind another event of the same key. Later events of other keys overtake them.
 *
 * <p>The store keeps pages of some observations each. Pages are used again after their batch, and
 * the store is cached: events that came and went between two commits cost nothing in the changelog.
 */
final class PendingObservations {
  private static final int PAGE_EVENTS = 16;

  /** A page is written anew with each of its events, so large events get pages of their own. */
  private static final int PAGE_BYTES = 16 * 1024;

  /** A pending observation. It is not decoded as long as the registry is absent. */
  static final class Waiting {
    private final ReceivedEvent event;
    private final int openBefore;
    private final long number;
    private Optional<DecodedEvent.Readable> decoded;

    // Page.add sets it at once.
    @SuppressWarnings("NullAway.Init")
    private Page page;

    private Waiting(
        ReceivedEvent event, int openBefore, long number, Optional<DecodedEvent.Readable> decoded) {
      this.event = event;
      this.openBefore = openBefore;
      this.number = number;
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

    /** Its place in the order of arrival. */
    long number() {
      return number;
    }

    /** An event that is not decoded counts as one request. */
    private int requests() {
      return decoded.map(one -> one.requests().size()).orElse(Math.max(1, openBefore));
    }

    private void write(BinaryWriter out) {
      out.putInt(decoded.map(one -> one.requests().size()).orElse(openBefore));
      event.write(out);
    }

    private static Waiting read(BinaryReader in, long number) {
      int open = in.getInt();
      return new Waiting(ReceivedEvent.read(in), open, number, Optional.empty());
    }
  }

  /** Consecutive pending observations under one key of the store. */
  private static final class Page {
    private final int key;
    private final List<Waiting> content = new ArrayList<>(PAGE_EVENTS);

    /** What the store has, as long as the page grows; null: it grows no more. */
    private @Nullable BinaryWriter written;

    private Page(int key, @Nullable BinaryWriter written) {
      this.key = key;
      this.written = written;
    }

    private void add(Waiting one) {
      one.page = this;
      content.add(one);
    }

    /** What the store is to have. */
    private byte[] bytes() {
      BinaryWriter all = StateFormat.begin();
      content.forEach(one -> one.write(all));
      if (written != null) {
        written = isFull(all) ? null : all;
      }
      return all.toBytes();
    }

    /** The same with one more at the end. */
    private byte[] bytesWith(Waiting added) {
      BinaryWriter all = written == null ? StateFormat.begin() : written;
      add(added);
      added.write(all);
      written = isFull(all) ? null : all;
      return all.toBytes();
    }

    private boolean isFull(BinaryWriter all) {
      return content.size() >= PAGE_EVENTS || all.length() >= PAGE_BYTES;
    }
  }

  private final KeyValueStore<Integer, byte[]> store;
  private final Deque<Waiting> ready = new ArrayDeque<>();

  /** Events that are not decoded, by their numbers. */
  private final TreeMap<Long, Waiting> undecoded = new TreeMap<>();

  /** How many of them have a key. */
  private final Map<ByteBuffer, Integer> undecodedKeys = new HashMap<>();

  /** How many of them have a schema. */
  private final Map<Integer, Integer> undecodedSchemas = new HashMap<>();

  /** The numbers of those that were not decoded when they came, until they are concluded. */
  private final TreeSet<Long> unresolved = new TreeSet<>();

  private @Nullable Page last;
  private int nextKey;
  private long nextNumber;
  private long bytes;
  private long readyBytes;
  private long requests;

  /** The observations that an earlier owner of the store left. */
  PendingObservations(KeyValueStore<Integer, byte[]> store) {
    this.store = store;
    if (store instanceof CachedStateStore<?, ?> cached) {
      // With a listener, Kafka Streams deletes only what the store has without its cache.
      cached.setFlushListener(flushed -> {}, false);
    }
    try (KeyValueIterator<Integer, byte[]> left = store.all()) {
      while (left.hasNext()) {
        KeyValue<Integer, byte[]> one = left.next();
        if (one.key != HeldTimes.KEY) {
          take(
              new Page(one.key, null),
              StateFormat.open(one.value, "a page of pending observations"));
          nextKey = Math.max(nextKey, one.key + 1);
        }
      }
    }
  }

  private void take(Page page, BinaryReader in) {
    while (in.hasMore()) {
      Waiting one = Waiting.read(in, nextNumber++);
      page.add(one);
      count(one);
    }
  }

  private void count(Waiting one) {
    bytes += one.event().bytes();
    requests += one.requests();
    if (one.decoded().isPresent()) {
      addReady(one);
    } else {
      undecoded.put(one.number(), one);
      unresolved.add(one.number());
      byte[] key = one.event().key();
      if (key != null) {
        undecodedKeys.merge(ByteBuffer.wrap(key), 1, Integer::sum);
      }
      undecodedSchemas.merge(one.event().schemaId(), 1, Integer::sum);
    }
  }

  private void addReady(Waiting one) {
    ready.add(one);
    readyBytes += one.event().bytes();
  }

  /** Adds an event at the end. */
  void add(ReceivedEvent event, Optional<DecodedEvent.Readable> decoded) {
    if (last == null || last.written == null) {
      last = new Page(nextKey++, StateFormat.begin());
    }
    Waiting added = new Waiting(event, 0, nextNumber++, decoded);
    store.put(last.key, last.bytesWith(added));
    count(added);
  }

  int size() {
    return ready.size() + undecoded.size();
  }

  /** Size of the pending events. */
  long bytes() {
    return bytes;
  }

  /** Pending inference requests. */
  long requests() {
    return requests;
  }

  /** Number of observations that wait for their batch. */
  int ready() {
    return ready.size();
  }

  /** Size of the observations that wait for their batch. */
  long readyBytes() {
    return readyBytes;
  }

  /** Whether some are not decoded yet. */
  boolean hasUndecoded() {
    return !undecoded.isEmpty();
  }

  /** Number of those that are not decoded yet. */
  int undecodedCount() {
    return undecoded.size();
  }

  /** Those that are not decoded yet, in the order of their arrival. */
  List<Waiting> undecoded() {
    return List.copyOf(undecoded.values());
  }

  /**
   * Whether an event must not overtake those that are not decoded yet: one has the same key, or
   * waits for the same schema. Otherwise it would depend on the moment at which a schema comes
   * which of two observations closes a window first.
   */
  boolean mustWait(ReceivedEvent event) {
    byte[] key = event.key();
    return (key != null && undecodedKeys.containsKey(ByteBuffer.wrap(key)))
        || undecodedSchemas.containsKey(event.schemaId());
  }

  /**
   * The last event before one that was not decoded when it came, and is not concluded yet; empty:
   * all before it are concluded, apart from those that are ready.
   */
  OptionalLong unresolvedBefore(long number) {
    Long before = unresolved.lower(number);
    return before == null ? OptionalLong.empty() : OptionalLong.of(before);
  }

  /** The number of the event that comes next. */
  long nextNumber() {
    return nextNumber;
  }

  /** Replaces the undecoded event of one by the decoded one. */
  void decode(Waiting one, DecodedEvent.Readable decoded) {
    requests -= one.requests();
    one.decoded = Optional.of(decoded);
    requests += one.requests();
    leaveUndecoded(one);
    addReady(one);
    keep(Set.of(one.page));
  }

  private void leaveUndecoded(Waiting one) {
    undecoded.remove(one.number());
    byte[] key = one.event().key();
    if (key != null) {
      takeOne(undecodedKeys, ByteBuffer.wrap(key));
    }
    takeOne(undecodedSchemas, one.event().schemaId());
  }

  private static <K> void takeOne(Map<K, Integer> counts, K of) {
    counts.computeIfPresent(of, (same, count) -> count == 1 ? null : count - 1);
  }

  /** Removes one that turned out to have no request. It is not decoded. */
  void remove(Waiting one) {
    leaveUndecoded(one);
    bytes -= one.event().bytes();
    requests -= one.requests();
    one.page.content.remove(one);
    keep(Set.of(one.page));
  }

  /** The event is concluded. Returns whether it was not decoded when it came. */
  boolean resolve(Waiting one) {
    return unresolved.remove(one.number());
  }

  /**
   * Removes those that are ready, in the order in which they became so.
   *
   * @param most how many at most
   * @param mostBytes the size of all but the last, at most
   */
  List<Waiting> takeReady(int most, long mostBytes) {
    List<Waiting> taken = new ArrayList<>(Math.min(most, ready.size()));
    Set<Page> changed = new LinkedHashSet<>();
    long size = 0;
    while (taken.size() < most && size < mostBytes && !ready.isEmpty()) {
      Waiting one = ready.remove();
      size += one.event().bytes();
      taken.add(one);
      bytes -= one.event().bytes();
      readyBytes -= one.event().bytes();
      requests -= one.requests();
      one.page.content.remove(one);
      changed.add(one.page);
    }
    keep(changed);
    return taken;
  }

  private void keep(Set<Page> changed) {
    for (Page page : changed) {
      if (page.content.isEmpty()) {
        store.delete(page.key);
      } else {
        store.put(page.key, page.bytes());
      }
    }
    if (last != null && last.content.isEmpty()) {
      last = null;
    }
    if (size() == 0) {
      nextKey = 0;
    }
  }
}
