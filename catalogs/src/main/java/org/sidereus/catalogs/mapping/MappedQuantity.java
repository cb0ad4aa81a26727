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

  /** A value without a floor or flags. */
  public static MappedQuantity of(Expression value) {
    return new MappedQuantity(value, null, Double.POSITIVE_INFINITY, List.of());
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
        ? with(new Expression.BirthTime(birth.age(), ageGyr, birth.isImpossibleMissing()))
        : this;
  }

  /**
   * This quantity for a table, in the unit of a bundle.
   *
   * @param wanted unit of the observable; null: it is not known
   * @throws SidereusException if the units of table, mapping and bundle contradict each other
   */
  public MappedQuantity forTable(ColumnUnits units, @Nullable Unit wanted) {
    Typed typed = value.typed(units);
    if (wanted != null
        && wanted.kind() != Unit.Kind.LINEAR
        && value instanceof Expression.Column column
        && column.hasRelativeError()) {
      throw units.wrong(
          "the values are in '%s', and magnitudes and logarithms have no error that is a part of the value; name the column of the error itself"
              .formatted(wanted));
    }
    if (wanted == null || typed.unit() == null) {
      return with(typed.expression());
    }
    return with(typed.in(wanted, units, String.join(" and ", value.valueColumns())).expression());
  }

  private MappedQuantity with(Expression newValue) {
    return new MappedQuantity(newValue, floor, largestError, flags);
  }

  /**
   * The measurement in a row; its error is null if the value is exact and there is no floor.
   *
   * @throws SidereusException if a cell is no number or an age is impossible
   */
  public Outcome of(Cells cells) {
    for (Flag flag : flags) {
      Missing flagged = flag.check(cells);
      if (flagged != null) {
        return flagged;
      }
    }
    Value made = value.of(cells);
    if (made instanceof Missing missing) {
      return missing;
    }
    Estimate estimate = (Estimate) made;
    if (!Double.isFinite(estimate.value())) {
      return Missing.of("value not finite", Double.toString(estimate.value()));
    }
    double error = floor == null ? estimate.error() : floor.under(estimate.error());
    if (!(error <= largestError)) {
      return Missing.of("error larger than " + largestError, Double.toString(error));
    }
    if (value instanceof Expression.BirthTime birth
        && !birth.admits(estimate.value(), error, cells)) {
      return Missing.of("impossible age", Double.toString(birth.universe() - estimate.value()));
    }
    Measurement measurement = new Measurement(estimate.value(), error == 0 ? null : (Double) error);
    return new Mapped(measurement, estimate.parts());
  }

  /** Columns that are read. */
  public Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>(value.columns());
    flags.forEach(flag -> columns.addAll(flag.columns()));
    return columns;
  }
}
