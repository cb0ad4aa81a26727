package org.sidereus.catalogs.mapping;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.inference.Measurement;

/**
 * How an observable or covariate is made from a row.
 *
 * @param floor null: none
 * @param largestError a value with a larger error is missing; infinite: none is
 * @param flags any of them makes the value missing
 */
public record MappedQuantity(
    Expression value, @Nullable ErrorFloor floor, double largestError, List<Flag> flags) {
  public MappedQuantity {
    if (!(largestError > 0)) {
      throw new IllegalArgumentException("largest_error must be positive but is " + largestError);
    }
    flags = List.copyOf(flags);
  }

  /** Whether the columns have an age, and the measurement is a time of birth. */
  public boolean isOfAge() {
    return value instanceof Expression.BirthTime;
  }

  /**
   * This quantity in a universe of an age in Gyr; the same where it {@linkplain #isOfAge is not of
   * age}.
   */
  public MappedQuantity inUniverse(double ageGyr) {
    return value instanceof Expression.BirthTime birth
        ? new MappedQuantity(
            new Expression.BirthTime(birth.age(), ageGyr, birth.isImpossibleMissing()),
            floor,
            largestError,
            flags)
        : this;
  }

  /**
   * The measurement in a row.
   *
   * @return null if it is missing; its error is null if the value is exact and there is no floor
   * @throws SidereusException if a cell is no number or an age is impossible
   */
  public @Nullable Mapped of(Cells cells) {
    for (Flag flag : flags) {
      if (flag.isSet(cells)) {
        return null;
      }
    }
    Estimate estimate = value.of(cells);
    if (estimate == null || !Double.isFinite(estimate.value())) {
      return null;
    }
    double error = floor == null ? estimate.error() : floor.under(estimate.error());
    if (!(error <= largestError)) {
      return null;
    }
    if (value instanceof Expression.BirthTime birth
        && !birth.admits(estimate.value(), error, cells)) {
      return null;
    }
    Measurement measurement = new Measurement(estimate.value(), error == 0 ? null : (Double) error);
    return new Mapped(measurement, estimate.parts());
  }

  /** Columns that are read. */
  public Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>(value.columns());
    flags.forEach(flag -> columns.add(flag.column()));
    return columns;
  }
}
