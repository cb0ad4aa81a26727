package org.sidereus.engine.inference;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of one object by name, as columns. {@link FeatureEncoder} takes their numbers
 * without a look at the names.
 */
public final class MeasuredColumns extends AbstractMap<String, Measurement> {
  private final MeasuredNames names;
  private final double[] values;
  private final @Nullable Double[] errors;

  /**
   * Measurements.
   *
   * @param names none of them is there twice
   * @param values by place; not copied
   * @param errors by place, null where none is given; empty: none is given at all; not copied
   */
  public MeasuredColumns(MeasuredNames names, double[] values, @Nullable Double[] errors) {
    if (names.repeated().isPresent()) {
      throw new IllegalArgumentException(names.repeated().get() + " is measured twice");
    }
    this.names = names;
    this.values = values;
    this.errors = errors;
  }

  MeasuredNames names() {
    return names;
  }

  double value(int place) {
    return values[place];
  }

  @Nullable Double error(int place) {
    return errors.length == 0 ? null : errors[place];
  }

  @Override
  public @Nullable Measurement get(@Nullable Object name) {
    int place = names.place(name);
    return place < 0 ? null : new Measurement(value(place), error(place));
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return names.place(name) >= 0;
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public Set<Entry<String, Measurement>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Measurement>> iterator() {
        return IntStream.range(0, values.length)
            .mapToObj(
                place ->
                    Map.entry(names.list().get(place), new Measurement(value(place), error(place))))
            .iterator();
      }

      @Override
      public int size() {
        return values.length;
      }
    };
  }
}
