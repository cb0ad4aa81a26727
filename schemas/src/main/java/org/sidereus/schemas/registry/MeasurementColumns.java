package org.sidereus.schemas.registry;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.Measurement;

/**
 * The measurements of an observation as columns. A list of them, which cannot be changed, makes a
 * record where one is asked for.
 */
public final class MeasurementColumns extends AbstractList<Measurement> implements RandomAccess {
  private final NameList names;
  private final double[] values;
  private final @Nullable Double[] errors;

  MeasurementColumns(NameList names, double[] values, @Nullable Double[] errors) {
    this.names = names;
    this.values = values;
    this.errors = errors;
  }

  /**
   * The names, in their order. Observations with the same names have the same list object, as long
   * as it is remembered.
   */
  public List<String> names() {
    return names;
  }

  /** The values by place; not copied. */
  public double[] values() {
    return values;
  }

  /** The errors by place, null where none is given; none at all where the array is empty. */
  public @Nullable Double[] errors() {
    return errors;
  }

  @Override
  public Measurement get(int place) {
    return new Measurement(
        names.get(place), values[place], errors.length == 0 ? null : errors[place]);
  }

  @Override
  public int size() {
    return values.length;
  }
}
