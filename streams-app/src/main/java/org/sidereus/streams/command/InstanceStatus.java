package org.sidereus.streams.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an operator asks first, of the metrics of an instance. */
final class InstanceStatus {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Metrics by name, then by their labels. */
  private final Map<String, Map<Map<String, String>, Double>> metrics = new TreeMap<>();

  /**
   * Reads metrics.
   *
   * @param page Prometheus text
   */
  InstanceStatus(String page) {
    page.lines()
        .filter(line -> !line.startsWith("#"))
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            one -> {
              Map<String, String> labels = new TreeMap<>();
              if (one.group(2) != null) {
                Matcher label = LABEL.matcher(one.group(2));
                while (label.find()) {
                  labels.put(label.group(1), label.group(2));
                }
              }
              metrics
                  .computeIfAbsent(one.group(1), name -> new HashMap<>())
                  .put(labels, number(one.group(3)));
            });
  }

  private static double number(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  /** Whether the metrics are those of an instance of the service. */
  boolean isOfService() {
    return metrics.containsKey("sidereus_running");
  }

  /** The same as the lines, as JSON: what is not known is null, latencies are in seconds. */
  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("brokers_respond", sum("sidereus_brokers_connected") > 0);
    node.put("brokers_response_age_s", sum("sidereus_brokers_response_age_seconds"));
    node.put("events", count("sidereus_events_total"));
    node.put("lag", count("sidereus_lag_events"));
    node.put("open_transaction_events", count("sidereus_open_transaction_events"));
    node.put("posteriors", count("sidereus_posteriors_total"));
    byLabel("flag").forEach(node.putObject("flags_of_this_process")::put);
    node.put("rejections", count("sidereus_rejections_total"));
    byLabel("reason").forEach(node.putObject("rejections_of_this_process")::put);
    node.put("pending", count("sidereus_pending"));
    node.put("late", count("sidereus_late_total"));
    node.put("lost_events", count("sidereus_lost_events_total"));
    node.put("latency_50_s", finite(latency(0.5)));
    node.put("latency_99_s", finite(latency(0.99)));
    node.put("group_posteriors_of_this_process", count("sidereus_group_posteriors_total"));
    node.put("unaccounted", count("sidereus_unaccounted_requests"));
    return node;
  }

  private @Nullable Long count(String name) {
    double value = sum(name);
    return Double.isNaN(value) ? null : (Long) Math.round(value);
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }

  /** The lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "brokers: "
            + (sum("sidereus_brokers_connected") > 0
                ? "respond"
                : "NO RESPONSE for %.0f s"
                    .formatted(sum("sidereus_brokers_response_age_seconds"))));
    lines.add("events received: " + whole(sum("sidereus_events_total")));
    double lag = sum("sidereus_lag_events");
    double open = sum("sidereus_open_transaction_events");
    lines.add(
        "lag: "
            + (Double.isNaN(lag) ? "not known" : whole(lag))
            + (open > 0 ? ", %s of them behind an open transaction".formatted(whole(open)) : ""));
    lines.add(
        "posteriors: %s, of them flagged by this process: %s"
            .formatted(whole(sum("sidereus_posteriors_total")), words(byLabel("flag"))));
    lines.add(
        "rejections: %s, of this process: %s"
            .formatted(whole(sum("sidereus_rejections_total")), words(byLabel("reason"))));
    lines.add("waiting for their batch or for the registry: " + whole(sum("sidereus_pending")));
    lines.add(
        "late: %s, never read: %s"
            .formatted(
                whole(sum("sidereus_late_total")), whole(sum("sidereus_lost_events_total"))));
    lines.add(
        "latency: half within %s, 99 %% within %s"
            .formatted(seconds(latency(0.5)), seconds(latency(0.99))));
    lines.add(
        "posteriors of groups by this process: " + whole(sum("sidereus_group_posteriors_total")));
    double unaccounted = sum("sidereus_unaccounted_requests");
    lines.add(
        unaccounted == 0
            ? "ledger: balanced"
            : "ledger: NOT balanced by "
                + whole(unaccounted)
                + "; keep log and state, and report it");
    return lines;
  }

  private double sum(String name) {
    return metrics.getOrDefault(name, Map.of()).values().stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  /** The counts of a metric with this label that are not 0, the greatest first. */
  private Map<String, Long> byLabel(String label) {
    String name =
        label.equals("flag")
            ? "sidereus_flagged_posteriors_total"
            : "sidereus_reason_rejections_total";
    Map<String, Long> counts = new LinkedHashMap<>();
    metrics.getOrDefault(name, Map.of()).entrySet().stream()
        .filter(one -> one.getValue() > 0)
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(
            one ->
                counts.put(
                    one.getKey().getOrDefault(label, "(no name)"), Math.round(one.getValue())));
    return counts;
  }

  private static String words(Map<String, Long> counts) {
    return counts.isEmpty()
        ? "none"
        : counts.entrySet().stream()
            .map(one -> one.getKey() + " " + whole(one.getValue()))
            .collect(Collectors.joining(", "));
  }

  /**
   * The upper bound of the bucket of the histogram that holds a share of the posteriors, s; not a
   * number where there are none, infinite beyond the largest bucket.
   */
  private double latency(double share) {
    Map<Double, Double> buckets = new TreeMap<>();
    metrics
        .getOrDefault("sidereus_latency_seconds_bucket", Map.of())
        .forEach(
            (labels, count) ->
                buckets.merge(number(labels.getOrDefault("le", "+Inf")), count, Double::sum));
    double all = buckets.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
    for (Map.Entry<Double, Double> one : buckets.entrySet()) {
      if (all > 0 && one.getValue() >= share * all) {
        return one.getKey();
      }
    }
    return Double.NaN;
  }

  private static String seconds(double latency) {
    if (Double.isNaN(latency)) {
      return "not known";
    }
    return Double.isInfinite(latency)
        ? "more than the largest bucket"
        : String.format(Locale.ROOT, "%.3g s", latency);
  }
}
