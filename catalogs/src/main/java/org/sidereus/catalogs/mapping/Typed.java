package org.sidereus.catalogs.mapping;

import org.jspecify.annotations.Nullable;

/**
 * An expression for the columns of one table.
 *
 * @param unit unit of its value; null: nobody says it
 */
record Typed(Expression expression, @Nullable Unit unit) {

  /** The same in another unit. */
  Typed in(Unit wanted, ColumnUnits units, String what) {
    if (unit == null) {
      return new Typed(expression, wanted);
    }
    if (unit.isLike(wanted)) {
      return unit.kind() == Unit.Kind.LOGARITHM
          ? new Typed(shifted(unit.offset(wanted)), wanted)
          : new Typed(scaled(unit.factor(wanted)), wanted);
    }
    throw units.wrong(
        "%s is in '%s' and cannot become '%s'; correct the unit, or convert it"
            .formatted(what, unit, wanted));
  }

  private Expression scaled(double factor) {
    return Math.abs(factor - 1) < 1e-12 ? expression : new Expression.Linear(expression, factor, 0);
  }

  private Expression shifted(double offset) {
    return Math.abs(offset) < 1e-12 ? expression : new Expression.Linear(expression, 1, offset);
  }
}
