package org.sidereus.streams.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats of the page of metrics. */
enum MetricsFormat {
  /** The text format 0.0.4 of Prometheus. */
  PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
  /** OpenMetrics 1.0.0. */
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";

  private final String contentType;

  MetricsFormat(String contentType) {
    this.contentType = contentType;
  }

  /** The media type with its parameters. */
  String contentType() {
    return contentType;
  }

  /**
   * The format that a client prefers.
   *
   * @param accept the header {@code Accept} (RFC 9110, section 12.5.1); null: there is none
   */
  static MetricsFormat of(@Nullable String accept) {
    double open = 0;
    double text = 0;
    for (String range :
        accept == null ? new String[0] : accept.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = range.split(";", -1);
      String type = parts[0].strip();
      if (type.equals(OPEN_METRICS_TYPE)) {
        open = Math.max(open, quality(parts));
      } else if (type.equals("text/plain")) {
        text = Math.max(text, quality(parts));
      }
    }
    return open > 0 && open >= text ? OPEN_METRICS : PROMETHEUS;
  }

  /** The weight of a media range, 0 to 1; one that is no number is 0. */
  private static double quality(String[] parts) {
    for (String part : parts) {
      String parameter = part.strip();
      if (parameter.startsWith("q=")) {
        try {
          return Double.parseDouble(parameter.substring(2));
        } catch (NumberFormatException e) {
          return 0;
        }
      }
    }
    return 1;
  }
}
