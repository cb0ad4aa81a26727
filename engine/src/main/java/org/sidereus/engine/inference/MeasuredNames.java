package org.sidereus.engine.inference;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The names of the measurements of many objects, in one order. What depends on the names alone is
 * found once for all of these objects. Safe for threads.
 */
public final class MeasuredNames {
  private final List<String> names;
  private final Map<String, Integer> places;
  private final @Nullable String repeated;
  private final Map<FeatureEncoder, int[]> ofEncoders = new ConcurrentHashMap<>();

  /** The names; the list must not change. */
  public MeasuredNames(List<String> names) {
    this.names = names;
    places = new HashMap<>(2 * names.size());
    String twice = null;
    for (int i = 0; i < names.size(); i++) {
      if (places.putIfAbsent(names.get(i), i) != null && twice == null) {
        twice = names.get(i);
      }
    }
    repeated = twice;
  }

  /** The list that these names were made of. */
  public List<String> list() {
    return names;
  }

  /** The first name that is there twice. */
  public Optional<String> repeated() {
    return Optional.ofNullable(repeated);
  }

  /** Where a name is; -1: nowhere. */
  int place(@Nullable Object name) {
    Integer place = places.get(name);
    return place == null ? -1 : place;
  }

  /** For each feature of an encoder, where its name is; as the encoder finds them. */
  int[] places(FeatureEncoder encoder, Function<MeasuredNames, int[]> find) {
    int[] found = ofEncoders.get(encoder);
    if (found == null) {
      found = find.apply(this);
      ofEncoders.put(encoder, found);
    }
    return found;
  }
}
