package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.sidereus.engine.combination.GroupState;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.visit.Visit;
import org.sidereus.streams.ledger.LedgerCount;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.ReadPosition;
import org.sidereus.streams.state.GroupKey;

/** A sample of everything that outlives a process, of which later releases know the bytes. */
final class StateSamples {
  private StateSamples() {}

  /**
   * One sample.
   *
   * @param name of the store or message, and of what the sample shows
   * @param value what the bytes mean
   * @param bytes as this release writes it
   * @param reader of bytes of the same kind
   */
  record Sample(String name, Object value, byte[] bytes, Function<byte[], Object> reader) {}

  private static final GroupKey GROUP = new GroupKey("gce", "2", "Messier 13");
  private static final TimeWindow WINDOW = new TimeWindow("apogee", -5_000, 5_000);
  private static final PartialSum SUM =
      new PartialSum(
          GroupState.of(3, new double[] {1.5, -2, 0.1}, new double[] {0, 1e-20, -0.0}), 4_000);

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    all.add(key("group-sums.key.all-time", SumKey.allTime(GROUP)));
    all.add(key("group-sums.key.window", SumKey.in(WINDOW, GROUP)));
    GroupSum sum = GroupSum.empty().with(0, 3).with(7, 1L << 40);
    all.add(new Sample("group-sums.value", sum, sum.toBytes(), GroupSum::of));
    Bytes partKey = GroupSums.partKey(SumKey.in(WINDOW, GROUP), 7);
    all.add(new Sample("group-parts.key", partKey, partKey.get(), Bytes::wrap));
    all.add(new Sample("group-parts.value", SUM, GroupSums.partBytes(SUM), GroupSums::part));
    StoredSum stored = new StoredSum(SUM, true);
    all.add(new Sample("partial-sums.value", stored, stored.toBytes(), StoredSum::of));
    MemberKey memberKey = new MemberKey("B86", "apogee", "gce", "2");
    all.add(
        new Sample(
            "group-members.key",
            memberKey,
            memberKey.toBytes().get(),
            bytes -> MemberKey.of(Bytes.wrap(bytes))));
    Memberships members = Memberships.none();
    members
        .byGroup()
        .put(
            "Messier 13",
            new Member(
                20_260_101,
                1_500,
                Optional.of(WINDOW),
                true,
                new double[] {1, -0.5, 1e300, 0, 0.5, 1.5, 2.5, 3.5}));
    members
        .byGroup()
        .put(
            Memberships.NO_GROUP,
            new Member(1, EventTime.UNKNOWN, Optional.empty(), false, new double[0]));
    all.add(
        new Sample(
            "group-members.value",
            members.toString(),
            members.toBytes(),
            bytes -> Memberships.of(bytes).toString()));
    byte[] visitKey =
        IntakeVisits.visitKey(
                IntakeVisits.objectKey("gce", StreamHarness.observation("B86", null, 1)), "first")
            .get();
    all.add(new Sample("object-visits.key", Bytes.wrap(visitKey), visitKey, Bytes::wrap));
    Visit visit =
        new Visit(
            "first",
            2,
            1_500,
            new TreeMap<>(
                Map.of("g", new Measurement(20.5, null), "r", new Measurement(19.25, 0.01))));
    all.add(new Sample("object-visits.value", visit, StoredVisit.toBytes(visit), StoredVisit::of));
    LedgerCounts ledger =
        LedgerCounts.builder()
            .add(LedgerCount.EVENTS, 10)
            .add(LedgerCount.MARKERS, 1)
            .add(LedgerCount.WITHDRAWALS, 5)
            .add(LedgerCount.RENAMES, 6)
            .add(LedgerCount.REQUESTS, 12)
            .add(LedgerCount.POSTERIORS, 8)
            .add(LedgerCount.REJECTIONS, 3)
            .add(LedgerCount.OUTDATED, 2)
            .add(LedgerCount.LATE, 1)
            .add(LedgerCount.WITHDRAWN, 4)
            .add(LedgerCount.MOVED, 7)
            .advance(9_000)
            .build();
    all.add(new Sample("intake-ledger.value", ledger, ledger.toBytes(), LedgerCounts::of));
    ReadPosition position = new ReadPosition(1L << 40);
    all.add(new Sample("intake-ledger.position", position, position.toBytes(), ReadPosition::of));
    SurveyTime survey = new SurveyTime(9_000, 4_000, 10_000, 1L << 40, (1L << 40) + 5);
    all.add(new Sample("survey-times.value", survey, survey.toBytes(), SurveyTime::of));
    var renamed = new GroupNames.Renamed("M13", true, Optional.of(Bytes.wrap(visitKey)));
    all.add(new Sample("group-names.value", renamed, renamed.toBytes(), GroupNames.Renamed::of));
    byte[] progressKey = PartitionProgress.key(7, "apogee").get();
    all.add(
        new Sample("partition-progress.key", Bytes.wrap(progressKey), progressKey, Bytes::wrap));
    var reached = new PartitionProgress.Reached(true, 1L << 40);
    all.add(
        new Sample(
            "partition-progress.value", reached, reached.toBytes(), PartitionProgress.Reached::of));
    ReceivedEvent first = new ReceivedEvent("observations", 3, 1L << 40, 99, new byte[] {1}, null);
    ReceivedEvent second = new ReceivedEvent("observations", 3, 5, 0, null, new byte[] {2, 3});
    byte[] page = page(first, second);
    all.add(
        new Sample(
            "pending-observations.value",
            List.of(text(first), text(second)),
            page,
            StateSamples::pending));
    Map<String, Long> held = Map.of("gaia", 9_000L, "apogee", -1_000L);
    all.add(
        new Sample("pending-observations.held", held, HeldTimes.toBytes(held), HeldTimes::read));
    all.add(message("message.partial", new GroupMessage.Partial(7, SumKey.in(WINDOW, GROUP), SUM)));
    all.add(
        message(
            "message.progress",
            new GroupMessage.ProgressReport(
                7, true, false, true, 1L << 40, new TreeMap<>(Map.of("apogee", survey)))));
    return all;
  }

  private static Sample key(String name, SumKey key) {
    return new Sample(name, key, key.toBytes().get(), bytes -> SumKey.of(Bytes.wrap(bytes)));
  }

  private static Sample message(String name, GroupMessage message) {
    return new Sample(
        name,
        message,
        GroupMessage.serde().serializer().serialize("partial-sums", message),
        bytes -> GroupMessage.serde().deserializer().deserialize("partial-sums", bytes));
  }

  private static String text(ReceivedEvent event) {
    return event.topic()
        + " "
        + event.partition()
        + " "
        + event.offset()
        + " "
        + event.timestampMs()
        + " "
        + Arrays.toString(event.key())
        + " "
        + Arrays.toString(event.value());
  }

  private static byte[] page(ReceivedEvent... events) {
    KeyValueStore<Integer, byte[]> store = store();
    PendingObservations pending = new PendingObservations(store);
    for (ReceivedEvent one : events) {
      pending.add(one, Optional.empty());
    }
    return store.get(0);
  }

  /** The events of one page of the store. */
  static List<String> pending(byte[] page) {
    KeyValueStore<Integer, byte[]> store = store();
    store.put(0, page);
    PendingObservations pending = new PendingObservations(store);
    List<String> events = new ArrayList<>();
    while (pending.hasUndecoded()) {
      PendingObservations.Waiting one = pending.undecoded().get(0);
      events.add(text(one.event()));
      pending.remove(one);
    }
    return events;
  }

  private static KeyValueStore<Integer, byte[]> store() {
    KeyValueStore<Integer, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("pending"), Serdes.Integer(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return store;
  }
}
