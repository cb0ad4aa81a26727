package org.sidereus.streams.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of the metrics of libraries as Prometheus wants them: no abbreviated unit, and {@code
 * _count} at the end for histograms only. {@code promtool check metrics} refuses the others.
 */
final class MetricNames implements NamingConvention {
  private static final Map<String, String> UNITS = Map.of("ns", "nanos", "ms", "millis");
  private static final Pattern UNIT = Pattern.compile("(?<=\\.)(?:ns|ms)(?=\\.|$)");
  private static final Pattern COUNT = Pattern.compile("\\.count$");

  private final NamingConvention prometheus = new PrometheusNamingConvention();

  @Override
  public String name(String name, Meter.Type type, @Nullable String baseUnit) {
    String spelled = UNIT.matcher(name).replaceAll(unit -> UNITS.get(unit.group()));
    String unit = baseUnit == null ? null : UNITS.getOrDefault(baseUnit, baseUnit);
    return prometheus.name(
        unit == null ? COUNT.matcher(spelled).replaceFirst("s") : spelled, type, unit);
  }

  @Override
  public String tagKey(String key) {
    return prometheus.tagKey(key);
  }

  @Override
  public String tagValue(String value) {
    return prometheus.tagValue(value);
  }
}
