package org.sidereus.streams.http;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.ToLongFunction;
import org.sidereus.engine.Printable;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.brokers.BrokerStatus;
import org.sidereus.streams.ledger.Histogram;
import org.sidereus.streams.ledger.LedgerCounts;
import org.sidereus.streams.ledger.LedgerSnapshot;
import org.sidereus.streams.ledger.ObservationLag;
import org.sidereus.streams.ledger.StreamMeters;

/**
 * The meters of the service in a text format of Prometheus. An object writes one page. It is
 * without the line that ends a page of OpenMetrics, so that others can follow.
 */
final class MetricsText {
  private static final String COUNTER = "counter";
  private static final String COUNTER_SUFFIX = "_total";

  private final StringBuilder out = new StringBuilder();
  private final MetricsFormat format;

  private MetricsText(MetricsFormat format) {
    this.format = format;
  }

  /** The whole page. */
  static String of(
      MetricsFormat format,
      StreamMeters meters,
      ObservationLag lag,
      BrokerStatus brokers,
      Topics topics,
      boolean running) {
    MetricsText text = new MetricsText(format);
    text.head("sidereus_running", "gauge", "1 if the stream is running on its partitions.");
    text.line("sidereus_running", "", running ? 1 : 0);
    text.brokers(brokers);
    text.ledgers(meters.ledgerCounts());
    text.snapshots(meters.ledgers(), topics);
    text.lag(lag.byPartition());
    text.lost(brokers.connection().lost());
    text.outcomes(meters);
    text.histogram(
        "sidereus_batch_observations", "Observations of a batch.", "", meters.batchSizes());
    text.histogram(
        "sidereus_batch_inference_seconds",
        "Time of inference of a batch.",
        "",
        meters.inferenceTimes());
    text.head(
        "sidereus_latency_seconds",
        "histogram",
        "Time from the Kafka timestamp of an observation to its posterior, before the commit.");
    meters
        .latencies()
        .forEach(
            (bundle, histogram) ->
                text.buckets("sidereus_latency_seconds", "bundle=\"" + bundle + "\"", histogram));
    text.process();
    return text.out.toString();
  }

  private void snapshots(SortedMap<Integer, LedgerSnapshot> snapshots, Topics topics) {
    perPartition(
        snapshots,
        "sidereus_pending",
        "gauge",
        "Inference requests that wait for their batch or the registry.",
        LedgerSnapshot::waiting);
    perPartition(
        snapshots,
        "sidereus_pending_bytes",
        "gauge",
        "Size of the events of these requests, bytes.",
        LedgerSnapshot::waitingBytes);
    perPartition(
        snapshots,
        "sidereus_unaccounted_requests",
        "gauge",
        "Inference requests with neither an outcome nor a place among the pending; must be 0.",
        LedgerSnapshot::unaccounted);
    perPartition(
        snapshots,
        "sidereus_missing",
        "gauge",
        deprecated("sidereus_unaccounted_requests"),
        LedgerSnapshot::unaccounted);
    LedgerSnapshot sum = LedgerSnapshot.sum(snapshots.values());
    head(
        "sidereus_ledger",
        "gauge",
        "Ledger of the partitions of this instance by topic; in = out + rejected + pending.");
    ledger(topics.observations(), "in", sum.counts().requests());
    ledger(topics.observations(), "pending", sum.waiting());
    ledger(topics.objectPosteriors(), "out", sum.counts().posteriors());
    ledger(topics.rejections(), "rejected", sum.counts().rejections());
  }

  private void brokers(BrokerStatus brokers) {
    gauge(
        "sidereus_brokers_connected",
        "1 if the brokers respond.",
        brokers.connection().isConnected() ? 1 : 0);
    real(
        "sidereus_brokers_response_age_seconds",
        "Seconds since the brokers have last responded.",
        seconds(brokers.connection().responseAge()));
    real(
        "sidereus_commit_age_seconds",
        "Seconds since the last commit; at rest it grows, since nothing is to commit.",
        brokers.commits().sinceLastCommit().map(MetricsText::seconds).orElse(Double.NaN));
    real(
        "sidereus_uncommitted_seconds",
        "Seconds for which the oldest uncommitted transaction is open; 0: none is.",
        seconds(brokers.commits().oldestOpen()));
  }

  private void lost(SortedMap<Integer, Long> lost) {
    perPartition(
        lost,
        "sidereus_lost_events_total",
        COUNTER,
        "Events that are never read: retention removed them, or offsets were set ahead of them.",
        Long::longValue);
  }

  private static double seconds(Duration time) {
    return 1e-3 * time.toMillis();
  }

  /** What the brokers do not say now is no number. */
  private void lag(SortedMap<Integer, Optional<ObservationLag.Lag>> lag) {
    head(
        "sidereus_lag_events",
        "gauge",
        "Events up to the end of the observations that are still to be read; NaN: unknown.");
    lag.forEach(
        (partition, one) ->
            real(
                "sidereus_lag_events",
                partition,
                one.map(known -> (double) known.events()).orElse(Double.NaN)));
    head(
        "sidereus_open_transaction_events",
        "gauge",
        "Events of the lag that wait for the end of a producer's transaction; NaN: unknown.");
    lag.forEach(
        (partition, one) ->
            real(
                "sidereus_open_transaction_events",
                partition,
                one.map(known -> (double) known.inOpenTransactions()).orElse(Double.NaN)));
  }

  private void real(String name, int partition, double value) {
    out.append("%s{partition=\"%d\"} %s\n".formatted(name, partition, number(value)));
  }

  private void real(String name, String help, double value) {
    head(name, "gauge", help);
    out.append(name).append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The help of a metric that has a new name; this release serves it for the last time. */
  private static String deprecated(String now) {
    return "Deprecated, the new name is " + now + ".";
  }

  private void ledger(String topic, String entry, long value) {
    line("sidereus_ledger", "topic=\"%s\",entry=\"%s\"".formatted(topic, entry), value);
  }

  private void process() {
    ProcessGauges.residentBytes()
        .ifPresent(
            bytes ->
                gauge("process_resident_memory_bytes", "Memory, heap and native, bytes.", bytes));
    ProcessGauges.openFiles()
        .ifPresent(files -> gauge("process_open_fds", "Open file handles.", files));
    gauge("jvm_heap_used_bytes", "Heap in use, bytes.", ProcessGauges.heapBytes());
    gauge(
        "jvm_heap_live_bytes",
        "Heap that was in use after the last collections, bytes.",
        ProcessGauges.liveHeapBytes());
    gauge("jvm_threads", "Threads.", ProcessGauges.threads());
  }

  private void gauge(String name, String help, long value) {
    head(name, "gauge", help);
    line(name, "", value);
  }

  private void ledgers(SortedMap<Integer, LedgerCounts> ledgers) {
    perPartition(
        ledgers,
        "sidereus_events_total",
        COUNTER,
        "Events received, without markers, withdrawals and renames, since the first of the"
            + " partition.",
        LedgerCounts::events);
    perPartition(
        ledgers, "sidereus_markers_total", COUNTER, "Markers received.", LedgerCounts::markers);
    perPartition(
        ledgers,
        "sidereus_withdrawals_total",
        COUNTER,
        "Withdrawals received.",
        LedgerCounts::withdrawals);
    perPartition(
        ledgers,
        "sidereus_withdrawn_contributions_total",
        COUNTER,
        "Contributions of objects that withdrawals took out.",
        LedgerCounts::withdrawn);
    perPartition(
        ledgers,
        "sidereus_moved_contributions_total",
        COUNTER,
        "Contributions of objects that left their group for another one or for none.",
        LedgerCounts::moved);
    perPartition(
        ledgers,
        "sidereus_group_renames_total",
        COUNTER,
        "Renames of groups received.",
        LedgerCounts::renames);
    perPartition(
        ledgers,
        "sidereus_inference_requests_total",
        COUNTER,
        "Inference requests: observations times the bundles that they are for; equals posteriors +"
            + " rejections + pending.",
        LedgerCounts::requests);
    perPartition(
        ledgers,
        "sidereus_questions_total",
        COUNTER,
        deprecated("sidereus_inference_requests_total"),
        LedgerCounts::requests);
    perPartition(
        ledgers,
        "sidereus_posteriors_total",
        COUNTER,
        "Inference requests that have a posterior.",
        LedgerCounts::posteriors);
    perPartition(
        ledgers,
        "sidereus_rejections_total",
        COUNTER,
        "Inference requests that were rejected.",
        LedgerCounts::rejections);
    perPartition(
        ledgers,
        "sidereus_outdated_total",
        COUNTER,
        "Observations rejected, or visits not combined, because a higher revision is known.",
        LedgerCounts::outdated);
    perPartition(
        ledgers,
        "sidereus_late_total",
        COUNTER,
        "Observations too late for their window; combined for all time only.",
        LedgerCounts::late);
  }

  private void outcomes(StreamMeters meters) {
    head("sidereus_bundle_posteriors_total", COUNTER, "Posteriors of this process by bundle.");
    for (Map.Entry<String, Long> one : meters.posteriorsByBundle().entrySet()) {
      line("sidereus_bundle_posteriors_total", "bundle=\"" + one.getKey() + "\"", one.getValue());
    }
    head("sidereus_flagged_posteriors_total", COUNTER, "Posteriors of this process by flag.");
    for (Map.Entry<ObjectFlag, Long> one : meters.posteriorsByFlag().entrySet()) {
      line("sidereus_flagged_posteriors_total", "flag=\"" + one.getKey() + "\"", one.getValue());
    }
    head("sidereus_reason_rejections_total", COUNTER, "Rejections of this process by reason.");
    for (Map.Entry<RejectionReason, Long> one : meters.rejectionsByReason().entrySet()) {
      line("sidereus_reason_rejections_total", "reason=\"" + one.getKey() + "\"", one.getValue());
    }
    head(
        "sidereus_unread_measurements_total",
        COUNTER,
        "Measurements that no bundle reads, by name.");
    for (Map.Entry<String, Long> one : meters.unreadMeasurements().entrySet()) {
      line(
          "sidereus_unread_measurements_total",
          "name=\"" + label(one.getKey()) + "\"",
          one.getValue());
    }
    single(
        "sidereus_group_posteriors_total",
        "Posteriors of groups published by this process.",
        meters.groupPosteriors());
    single(
        "sidereus_withdrawn_groups_total",
        "Groups, and windows of groups, that their last object has left.",
        meters.withdrawnGroups());
    single(
        "sidereus_windows_closed_total",
        "Windows of groups closed by this process.",
        meters.closedWindows());
    single(
        "sidereus_late_sums_total",
        "Partial sums that came after their window had closed without their partition.",
        meters.lateSums());
    gauge(
        "sidereus_waiting_groups",
        "Groups whose posterior waits for an instance that knows the version of their bundle.",
        meters.waitingGroups());
    single(
        "sidereus_registry_absences_total",
        "Calls that found the registry absent.",
        meters.registryAbsences());
    single(
        "sidereus_misplaced_total",
        "Events of objects that are not in the partition in which their objects belong.",
        meters.misplaced());
    single(
        "sidereus_unknown_withdrawals_total",
        "Withdrawals that have found no object to take out.",
        meters.unknownWithdrawals());
  }

  private <T> void perPartition(
      SortedMap<Integer, T> partitions,
      String name,
      String type,
      String help,
      ToLongFunction<T> value) {
    head(name, type, help);
    partitions.forEach(
        (partition, one) -> line(name, "partition=\"" + partition + "\"", value.applyAsLong(one)));
  }

  private void single(String name, String help, long value) {
    head(name, COUNTER, help);
    line(name, "", value);
  }

  private void histogram(String name, String help, String labels, Histogram histogram) {
    head(name, "histogram", help);
    buckets(name, labels, histogram);
  }

  private void buckets(String name, String labels, Histogram histogram) {
    String before = labels.isEmpty() ? "" : labels + ",";
    for (int i = 0; i < histogram.buckets(); i++) {
      String bound = String.format(Locale.ROOT, "%s", histogram.bound(i));
      line(name + "_bucket", before + "le=\"" + bound + "\"", histogram.cumulative(i));
    }
    line(name + "_bucket", before + "le=\"+Inf\"", histogram.count());
    String own = labels.isEmpty() ? "" : "{" + labels + "}";
    out.append(name).append("_sum").append(own).append(' ').append(histogram.sum()).append('\n');
    line(name + "_count", labels, histogram.count());
  }

  /** The value of a label. Producers choose it. */
  private static String label(String text) {
    return Printable.of(text).replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private void head(String name, String type, String help) {
    String family = family(name, type);
    out.append("# HELP ").append(family).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(family).append(' ').append(type).append('\n');
  }

  /** OpenMetrics names a counter without the suffix of its samples. */
  private String family(String name, String type) {
    return format == MetricsFormat.OPEN_METRICS && type.equals(COUNTER)
        ? name.substring(0, name.length() - COUNTER_SUFFIX.length())
        : name;
  }

  private void line(String name, String labels, long value) {
    out.append(name);
    if (!labels.isEmpty()) {
      out.append('{').append(labels).append('}');
    }
    out.append(' ').append(value).append('\n');
  }
}
