package org.sidereus.streams.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a topic keeps its records.
 *
 * @param time at least 1 ms; empty: for ever
 */
public record Retention(Optional<Duration> time) {
  private static final String FOREVER = "forever";

  /** For ever. */
  public static final Retention UNLIMITED = new Retention(Optional.empty());

  public Retention {
    if (time.filter(some -> some.toMillis() < 1).isPresent()) {
      throw new IllegalArgumentException(
          "the retention is less than a millisecond; give more, or '%s'".formatted(FOREVER));
    }
  }

  static Retention ofDays(long days) {
    return new Retention(Optional.of(Duration.ofDays(days)));
  }

  /**
   * Reads a duration with a unit, or {@code forever}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  static Retention parse(String text) {
    return text.strip().equalsIgnoreCase(FOREVER)
        ? UNLIMITED
        : new Retention(Optional.of(Durations.parse(text)));
  }

  /** The value of Kafka's {@code retention.ms}: milliseconds, -1 for ever. */
  public long ms() {
    return time.map(Duration::toMillis).orElse(-1L);
  }

  @Override
  public String toString() {
    return time.map(Durations::format).orElse(FOREVER);
  }
}
