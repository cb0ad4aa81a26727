package org.sidereus.integration.environment;

import java.util.HashMap;
import java.util.Map;

/**
 * One page of {@code /metrics}.
 *
 * @param totals name to value, summed over the labels
 */
public record Metrics(Map<String, Double> totals) {

  static Metrics parse(String page) {
    Map<String, Double> totals = new HashMap<>();
    page.lines()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              int brace = line.indexOf('{');
              String name = line.substring(0, brace < 0 ? space : brace);
              totals.merge(name, Double.parseDouble(line.substring(space + 1)), Double::sum);
            });
    return new Metrics(totals);
  }

  /** Sum of a counter over its labels. */
  public long total(String name) {
    return Math.round(sum(name));
  }

  /** Sum of a metric over its labels; NaN: unknown. */
  public double sum(String name) {
    Double value = totals.get(name);
    if (value == null) {
      throw new AssertionError("there is no metric " + name + " among " + totals.keySet());
    }
    return value;
  }
}
