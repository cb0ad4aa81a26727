package org.sidereus.catalogs.mapping;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * How a value is made from columns. Errors are propagated to first order. Those of different
 * columns are independent; a column that enters twice has one error.
 */
public sealed interface Expression
    permits Expression.Column,
        Expression.Constant,
        Expression.Linear,
        Expression.Difference,
        Expression.Product,
        Expression.Quotient,
        Expression.BirthTime,
        Expression.PowerOfTen,
        Expression.Logarithm,
        Expression.Converted,
        PhotometricExpression {
  /** The value in a row. */
  Value of(Cells cells);

  /** The expressions that this one is made from. */
  List<Expression> operands();

  /** Columns that are read. */
  default Set<String> columns() {
    Set<String> columns = new LinkedHashSet<>();
    operands().forEach(one -> columns.addAll(one.columns()));
    return columns;
  }

  /** Columns whose values are read, without those of errors. */
  default Set<String> valueColumns() {
    Set<String> columns = new LinkedHashSet<>();
    operands().forEach(one -> columns.addAll(one.valueColumns()));
    return columns;
  }

  /** The columns whose values are read, for messages. */
  default String description() {
    return String.join(" and ", valueColumns());
  }

  /**
   * This expression for a table, with conversions where its units need them.
   *
   * @throws SidereusException if a unit contradicts the expression
   */
  Typed typed(ColumnUnits units);

  /**
   * The value of a column.
   *
   * @param unit unit that the mapping says; null: that of the table
   */
  record Column(String name, ErrorSource error, @Nullable Unit unit) implements Expression {
    @Override
    public Value of(Cells cells) {
      return cells
          .measured(name, name)
          .mapped(
              exact ->
                  error
                      .of(cells, exact.value())
                      .mapped(sd -> Estimate.ofColumn(name, exact.value(), sd.value())));
    }

    @Override
    public List<Expression> operands() {
      return List.of();
    }

    @Override
    public Set<String> columns() {
      Set<String> columns = new LinkedHashSet<>();
      columns.add(name);
      columns.addAll(error.columns());
      return columns;
    }

    @Override
    public Set<String> valueColumns() {
      return Set.of(name);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Unit known = units.of(name, unit);
      ErrorSource converted = known == null ? withoutUnit(units) : error.in(known, units, name);
      return new Typed(new Column(name, converted, unit), known);
    }

    private ErrorSource withoutUnit(ColumnUnits units) {
      return error instanceof ErrorSource.Relative relative ? relative.pure(units) : error;
    }

    /** Whether the error is a part of the value, which magnitudes and logarithms do not have. */
    boolean hasRelativeError() {
      return error instanceof ErrorSource.Relative
          || (error instanceof ErrorSource.OrElse orElse
              && orElse.first() instanceof ErrorSource.Relative);
    }
  }

  /** A number that is the same in all rows, without an error. */
  record Constant(double value, @Nullable Unit unit) implements Expression {
    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a constant must be finite but is " + value);
      }
    }

    @Override
    public Value of(Cells cells) {
      return Estimate.exact(value);
    }

    @Override
    public List<Expression> operands() {
      return List.of();
    }

    @Override
    public Typed typed(ColumnUnits units) {
      return new Typed(this, unit);
    }
  }

  /** scale * of + offset. Its unit is not known, because the numbers may convert it. */
  record Linear(Expression of, double scale, double offset) implements Expression {
    public Linear {
      if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
        throw new IllegalArgumentException(
            "scale and offset must be finite and scale not 0 but they are %s and %s"
                .formatted(scale, offset));
      }
    }

    @Override
    public Value of(Cells cells) {
      return of.of(cells).mapped(x -> x.mapped(scale * x.value() + offset, scale));
    }

    @Override
    public List<Expression> operands() {
      return List.of(of);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed operand = of.typed(units);
      return new Typed(
          new Linear(operand.expression(), scale, offset), scale == 1 ? operand.unit() : null);
    }
  }

  /** minuend - subtrahend. */
  record Difference(Expression minuend, Expression subtrahend) implements Expression {
    @Override
    public Value of(Cells cells) {
      return minuend
          .of(cells)
          .combined(subtrahend.of(cells), (a, b) -> a.combined(a.value() - b.value(), 1, b, -1));
    }

    @Override
    public List<Expression> operands() {
      return List.of(minuend, subtrahend);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed a = minuend.typed(units);
      Typed b = subtrahend.typed(units);
      if (a.unit() != null && b.unit() != null) {
        b = b.in(a.unit(), units, "what is subtracted, " + subtrahend.description() + ",");
      }
      return new Typed(
          new Difference(a.expression(), b.expression()), a.unit() == null ? b.unit() : a.unit());
    }
  }

  /** The product of factors. */
  record Product(List<Expression> factors) implements Expression {
    public Product {
      factors = List.copyOf(factors);
      if (factors.isEmpty()) {
        throw new IllegalArgumentException("a product needs a factor");
      }
    }

    @Override
    public Value of(Cells cells) {
      Value product = factors.get(0).of(cells);
      for (int i = 1; i < factors.size() && product instanceof Estimate; i++) {
        product =
            product.combined(
                factors.get(i).of(cells),
                (a, b) -> a.combined(a.value() * b.value(), b.value(), b, a.value()));
      }
      return product;
    }

    @Override
    public List<Expression> operands() {
      return factors;
    }

    @Override
    public Typed typed(ColumnUnits units) {
      List<Typed> typed = factors.stream().map(one -> one.typed(units)).toList();
      Unit unit = null;
      for (Typed one : typed) {
        unit = product(unit, one.unit(), 1);
      }
      return new Typed(new Product(typed.stream().map(Typed::expression).toList()), unit);
    }
  }

  /** dividend / divisor; missing where the divisor is 0. */
  record Quotient(Expression dividend, Expression divisor) implements Expression {
    @Override
    public Value of(Cells cells) {
      return dividend
          .of(cells)
          .combined(
              divisor.of(cells),
              (a, b) ->
                  b.value() == 0
                      ? Missing.of(divisor.description() + " is 0", "")
                      : a.combined(
                          a.value() / b.value(),
                          1 / b.value(),
                          b,
                          -a.value() / (b.value() * b.value())));
    }

    @Override
    public List<Expression> operands() {
      return List.of(dividend, divisor);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed a = dividend.typed(units);
      Typed b = divisor.typed(units);
      Unit unit = product(a.unit(), b.unit(), -1);
      return new Typed(new Quotient(a.expression(), b.expression()), unit);
    }
  }

  /**
   * The time of birth in Gyr since the beginning, of an age: age of the model's universe - age. The
   * bundles that read it say the age of their universe.
   *
   * @param age in Gyr
   * @param universeGyr null: not yet known
   * @param isImpossibleMissing whether an impossible age is missing; otherwise its row is refused
   */
  record BirthTime(Expression age, @Nullable Double universeGyr, boolean isImpossibleMissing)
      implements Expression {
    /** Errors by which noise takes an age beyond 0 and the age of the universe. */
    static final double ADMITTED_ERRORS = 5;

    @Override
    public Value of(Cells cells) {
      return age.of(cells).mapped(x -> x.mapped(universe() - x.value(), -1));
    }

    /**
     * Whether a time of birth is possible. Noise may take an age beyond 0 and the age of the
     * universe, by {@value #ADMITTED_ERRORS} errors and never by more than the age of the universe.
     *
     * @param error with the floor
     * @return false where it is missing
     * @throws SidereusException if it is impossible and not missing
     */
    boolean admits(double birthGyr, double error, Cells cells) {
      double margin = Math.min(ADMITTED_ERRORS * error, universe());
      if (birthGyr >= -margin && birthGyr <= universe() + margin) {
        return true;
      }
      if (isImpossibleMissing) {
        return false;
      }
      throw cells.broken(
          String.format(
              Locale.ROOT,
              "the age %.6g ± %.3g Gyr is impossible: with this error it must be from %.3g to %.3g"
                  + " Gyr, because the model's universe is %s Gyr old. Ages are in Gyr ('linear'"
                  + " scales them). 'impossible': 'missing' takes such ages as not measured",
              universe() - birthGyr,
              error,
              -margin,
              universe() + margin,
              universe()));
    }

    double universe() {
      if (universeGyr == null) {
        throw new IllegalStateException("the age of the universe is not known");
      }
      return universeGyr;
    }

    @Override
    public List<Expression> operands() {
      return List.of(age);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed x = age.typed(units).in(Unit.GYR, units, "the age " + age.description());
      return new Typed(new BirthTime(x.expression(), universeGyr, isImpossibleMissing), Unit.GYR);
    }
  }

  /** 10^exponent. */
  record PowerOfTen(Expression exponent) implements Expression {
    @Override
    public Value of(Cells cells) {
      return exponent
          .of(cells)
          .mapped(
              x -> {
                double power = Math.pow(10, x.value());
                return x.mapped(power, power * Math.log(10));
              });
    }

    @Override
    public List<Expression> operands() {
      return List.of(exponent);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed x = exponent.typed(units);
      Unit unit = x.unit();
      if (unit != null && unit.kind() != Unit.Kind.LOGARITHM && !unit.isPure()) {
        throw units.wrong(
            "%s is in '%s', which is no logarithm; power_of_ten takes logarithms"
                .formatted(exponent.description(), unit));
      }
      // dex is what authors write for logarithms of anything
      boolean known =
          unit != null && unit.kind() == Unit.Kind.LOGARITHM && !unit.powers().isEmpty();
      return new Typed(new PowerOfTen(x.expression()), known && unit != null ? unit.power() : null);
    }
  }

  /** log10(of); missing where it is not positive. */
  record Logarithm(Expression of) implements Expression {
    @Override
    public Value of(Cells cells) {
      return of.of(cells)
          .mapped(
              x ->
                  x.value() > 0
                      ? x.mapped(Math.log10(x.value()), 1 / (x.value() * Math.log(10)))
                      : Missing.of(of.description() + " not positive", Double.toString(x.value())));
    }

    @Override
    public List<Expression> operands() {
      return List.of(of);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed x = of.typed(units);
      Unit unit = x.unit();
      if (unit != null && unit.kind() != Unit.Kind.LINEAR) {
        throw units.wrong(
            "%s is in '%s', which is a logarithm already".formatted(of.description(), unit));
      }
      return new Typed(new Logarithm(x.expression()), unit == null ? null : unit.logarithm());
    }
  }

  /** The same in another unit; magnitudes and fluxes become each other. */
  record Converted(Expression of, Unit to) implements Expression {
    @Override
    public Value of(Cells cells) {
      return of.of(cells);
    }

    @Override
    public List<Expression> operands() {
      return List.of(of);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed x = of.typed(units);
      String what = of.description();
      if (x.unit() == null) {
        throw units.wrong(
            "%s cannot become '%s', because neither the mapping nor %s says its unit; add \"unit\" to the column"
                .formatted(what, to, units.table()));
      }
      if (x.unit().isFlux() && to.kind() == Unit.Kind.MAGNITUDE) {
        Typed nanomaggies = x.in(Unit.NANOMAGGIES, units, what);
        Expression magnitude = new PhotometricExpression.Magnitude(nanomaggies.expression());
        return new Typed(magnitude, Unit.MAGNITUDES).in(to, units, what);
      }
      if (x.unit().kind() == Unit.Kind.MAGNITUDE && to.isFlux()) {
        Typed magnitude = x.in(Unit.MAGNITUDES, units, what);
        return new Typed(
                new PhotometricExpression.Nanomaggies(magnitude.expression()), Unit.NANOMAGGIES)
            .in(to, units, what);
      }
      return x.in(to, units, what);
    }
  }

  /** A column without a unit is a pure number where another factor has a unit. */
  private static @Nullable Unit product(@Nullable Unit left, @Nullable Unit right, int power) {
    if (right == null) {
      return left;
    }
    if (right.kind() != Unit.Kind.LINEAR) {
      return left == null && power == 1 ? right : null;
    }
    if (left == null) {
      return power == 1 ? right : right.isPure() ? null : Unit.ONE.times(right, power);
    }
    return left.kind() == Unit.Kind.LINEAR ? left.times(right, power) : null;
  }
}
