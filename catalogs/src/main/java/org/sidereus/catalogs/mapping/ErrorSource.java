package org.sidereus.catalogs.mapping;

import java.util.LinkedHashSet;
import java.util.Set;

/** Where the error of a column's value comes from. */
public sealed interface ErrorSource {
  /** The standard deviation of a value, positive, or 0 where it is exact; or why it is missing. */
  Value of(Cells cells);

  /** The standard deviation of a value, where it depends on the value. */
  default Value of(Cells cells, double value) {
    return of(cells);
  }

  /** Columns that are read. */
  default Set<String> columns() {
    return Set.of();
  }

  /**
   * This source for values in a unit.
   *
   * @param value column of the values, for messages
   * @throws org.sidereus.engine.SidereusException if the unit of the errors contradicts that of the
   *     values
   */
  default ErrorSource in(Unit unit, ColumnUnits units, String value) {
    return this;
  }

  /** The value is exact, or its error is part of another one. */
  record Exact() implements ErrorSource {
    @Override
    public Value of(Cells cells) {
      return Estimate.exact(0);
    }
  }

  /** The same standard deviation in all rows. */
  record Constant(double error) implements ErrorSource {
    public Constant {
      if (!(error > 0 && Double.isFinite(error))) {
        throw new IllegalArgumentException("error must be positive and finite but is " + error);
      }
    }

    @Override
    public Value of(Cells cells) {
      return Estimate.exact(error);
    }
  }

  /**
   * A column holds the standard deviation; one that is not positive is unknown.
   *
   * @param negative whether the column writes it with a minus sign, as some do for lower errors
   * @param factor of the column's unit to that of the values
   */
  record StandardDeviation(String column, boolean negative, double factor) implements ErrorSource {
    @Override
    public Value of(Cells cells) {
      Value cell = cells.deviation(column, negative);
      if (!(cell instanceof Estimate error)) {
        return cell;
      }
      double sd = negative ? -error.value() : error.value();
      if (!(sd > 0)) {
        return Missing.of("error not positive in " + column, Double.toString(sd));
      }
      return Estimate.exact(factor * sd);
    }

    @Override
    public ErrorSource in(Unit unit, ColumnUnits units, String value) {
      Unit told = units.told(column);
      if (told == null || isOfLogarithm(unit, told)) {
        return this;
      }
      if (!told.isLike(unit)) {
        throw units.wrong(
            "%s is in '%s', but its error %s is in '%s'; correct one of them"
                .formatted(value, unit, column, told));
      }
      double ratio = unit.kind() == Unit.Kind.LOGARITHM ? 1 : told.factor(unit);
      return new StandardDeviation(
          column, negative, Math.abs(ratio - 1) < 1e-12 ? factor : factor * ratio);
    }

    /** The error of a logarithm is in dex, or its unit is not written. */
    private static boolean isOfLogarithm(Unit unit, Unit told) {
      return unit.kind() == Unit.Kind.LOGARITHM
          && (told.kind() == Unit.Kind.LOGARITHM || told.isPure());
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /**
   * A column holds the inverse of the variance; one that is not positive is unknown.
   *
   * @param factor of the standard deviation to the unit of the values
   */
  record InverseVariance(String column, double factor) implements ErrorSource {
    @Override
    public Value of(Cells cells) {
      Value cell = cells.number(column, column);
      if (!(cell instanceof Estimate inverse)) {
        return cell;
      }
      return inverse.value() > 0
          ? Estimate.exact(factor / Math.sqrt(inverse.value()))
          : Missing.of(
              "inverse variance not positive in " + column, Double.toString(inverse.value()));
    }

    @Override
    public ErrorSource in(Unit unit, ColumnUnits units, String value) {
      Unit told = units.told(column);
      if (told == null || unit.kind() != Unit.Kind.LINEAR) {
        return this;
      }
      Unit wanted = Unit.ONE.times(unit, -2);
      if (!told.isLike(wanted)) {
        throw units.wrong(
            "%s is in '%s', but its inverse variance %s is in '%s'; correct one of them"
                .formatted(value, unit, column, told));
      }
      double ratio = Math.sqrt(1 / told.factor(wanted));
      return new InverseVariance(column, Math.abs(ratio - 1) < 1e-12 ? factor : factor * ratio);
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /**
   * A column holds the variance; one that is not positive is unknown.
   *
   * @param factor of the standard deviation to the unit of the values
   */
  record Variance(String column, double factor) implements ErrorSource {
    @Override
    public Value of(Cells cells) {
      Value cell = cells.number(column, column);
      if (!(cell instanceof Estimate variance)) {
        return cell;
      }
      return variance.value() > 0
          ? Estimate.exact(factor * Math.sqrt(variance.value()))
          : Missing.of("variance not positive in " + column, Double.toString(variance.value()));
    }

    @Override
    public ErrorSource in(Unit unit, ColumnUnits units, String value) {
      Unit told = units.told(column);
      if (told == null || unit.kind() != Unit.Kind.LINEAR) {
        return this;
      }
      Unit wanted = Unit.ONE.times(unit, 2);
      if (!told.isLike(wanted)) {
        throw units.wrong(
            "%s is in '%s', but its variance %s is in '%s'; correct one of them"
                .formatted(value, unit, column, told));
      }
      double ratio = Math.sqrt(told.factor(wanted));
      return new Variance(column, Math.abs(ratio - 1) < 1e-12 ? factor : factor * ratio);
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /**
   * A column holds the error as a part of the value, or the value as a multiple of the error. One
   * that is not positive is unknown. Magnitudes and logarithms have no such errors.
   *
   * @param inverted whether the column is the ratio of signal to noise
   * @param factor of the column's unit to a pure number, such as 0.01 for percent
   */
  record Relative(String column, boolean inverted, double factor) implements ErrorSource {
    @Override
    public Value of(Cells cells) {
      throw new IllegalStateException("a relative error needs the value");
    }

    @Override
    public Value of(Cells cells, double value) {
      Value cell = cells.number(column, column);
      if (!(cell instanceof Estimate part)) {
        return cell;
      }
      double ratio = factor * part.value();
      double sd = inverted ? value / ratio : Math.abs(value) * ratio;
      return sd > 0 && Double.isFinite(sd)
          ? Estimate.exact(sd)
          : Missing.of("error not positive by " + column, Double.toString(part.value()));
    }

    @Override
    public ErrorSource in(Unit unit, ColumnUnits units, String value) {
      if (unit.kind() != Unit.Kind.LINEAR) {
        throw units.wrong(
            "%s is in '%s', and %s is the error as a part of a value, which magnitudes and logarithms do not have; name the column of the error itself"
                .formatted(value, unit, column));
      }
      return pure(units);
    }

    /** This error with the unit of its column. */
    ErrorSource pure(ColumnUnits units) {
      Unit told = units.told(column);
      if (told != null && !told.isPure()) {
        throw units.wrong(
            "%s is in '%s', but it must be a pure number or in percent; correct it"
                .formatted(column, told));
      }
      return told == null ? this : new Relative(column, inverted, factor * told.scale());
    }

    @Override
    public Set<String> columns() {
      return Set.of(column);
    }
  }

  /** One error of two: a lower and an upper one, or of two sources. */
  record Pair(ErrorSource first, ErrorSource second, Rule rule) implements ErrorSource {
    /** How two errors become one. */
    public enum Rule {
      /** The larger one. */
      LARGER,
      /** Their mean. */
      MEAN,
      /** The square root of the sum of their squares: errors of two independent sources. */
      QUADRATURE
    }

    @Override
    public Value of(Cells cells) {
      Value one = first.of(cells);
      if (!(one instanceof Estimate a)) {
        return one;
      }
      Value other = second.of(cells);
      if (!(other instanceof Estimate b)) {
        return other;
      }
      return Estimate.exact(
          switch (rule) {
            case LARGER -> Math.max(a.value(), b.value());
            case MEAN -> (a.value() + b.value()) / 2;
            case QUADRATURE -> Math.hypot(a.value(), b.value());
          });
    }

    @Override
    public ErrorSource in(Unit unit, ColumnUnits units, String value) {
      return new Pair(first.in(unit, units, value), second.in(unit, units, value), rule);
    }

    @Override
    public Set<String> columns() {
      Set<String> columns = new LinkedHashSet<>(first.columns());
      columns.addAll(second.columns());
      return columns;
    }
  }

  /** The error where a source knows none. */
  record OrElse(ErrorSource first, double otherwise) implements ErrorSource {
    public OrElse {
      if (!(otherwise > 0 && Double.isFinite(otherwise))) {
        throw new IllegalArgumentException(
            "no_error must be positive and finite but is " + otherwise);
      }
    }

    @Override
    public Value of(Cells cells) {
      return first.of(cells) instanceof Estimate known ? known : Estimate.exact(otherwise);
    }

    @Override
    public Value of(Cells cells, double value) {
      return first.of(cells, value) instanceof Estimate known ? known : Estimate.exact(otherwise);
    }

    @Override
    public ErrorSource in(Unit unit, ColumnUnits units, String value) {
      return new OrElse(first.in(unit, units, value), otherwise);
    }

    @Override
    public Set<String> columns() {
      return first.columns();
    }
  }
}
