package org.sidereus.streams.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.sidereus.engine.SidereusException;

/**
 * Keys of the configuration that have new names. This release reads the old names too and warns;
 * the next release refuses them.
 */
public final class RenamedKeys {
  private static final List<Renamed> KEYS =
      List.of(
          new Renamed("threads", "num.stream.threads", UnaryOperator.identity()),
          new Renamed("instance.id", "group.instance.id", UnaryOperator.identity()),
          new Renamed("commit.interval", "commit.interval.ms", RenamedKeys::milliseconds));

  private RenamedKeys() {}

  /**
   * One renamed key.
   *
   * @param value makes the value of the new key from the value of the old one
   */
  private record Renamed(String before, String now, UnaryOperator<String> value) {}

  /**
   * Replaces old names by new ones.
   *
   * @param values values by key
   * @param warnings gets one sentence for each old name
   * @return the values by new names
   * @throws SidereusException if a key is given under both names, or the value of an old key cannot
   *     be read
   */
  public static Map<String, String> replaced(
      Map<String, String> values, Consumer<String> warnings) {
    Map<String, String> renamed = new TreeMap<>(values);
    for (Renamed key : KEYS) {
      String value = renamed.remove(key.before());
      if (value == null) {
        continue;
      }
      if (renamed.containsKey(key.now())) {
        throw new SidereusException(
            "the configuration has both '%1$s' and '%2$s', its new name; remove '%1$s'"
                .formatted(key.before(), key.now()));
      }
      renamed.put(key.now(), converted(key, value));
      warnings.accept(
          "the key '%1$s' is now '%2$s'; write '%2$s=%3$s', because the next release refuses '%1$s'"
              .formatted(key.before(), key.now(), renamed.get(key.now())));
    }
    return renamed;
  }

  private static String converted(Renamed key, String value) {
    try {
      return key.value().apply(value);
    } catch (IllegalArgumentException e) {
      throw new SidereusException(key.before() + ": " + e.getMessage(), e);
    }
  }

  private static String milliseconds(String duration) {
    return Long.toString(Durations.parse(duration).toMillis());
  }
}
