package org.sidereus.catalogs.mapping;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * How a value is made from columns. Errors are propagated to first order. Those of different
 * columns are independent; a column that enters twice has one error. Magnitudes and fluxes are
 * those of the AB system: a magnitude m is 10^((22.5 - m) / 2.5) nanomaggies.
 */
public sealed interface Expression {
  /** Error of a magnitude in units of the relative error of the flux. */
  double MAGNITUDES = 2.5 / Math.log(10);

  /** Magnitude of one nanomaggie. */
  double ZERO_POINT = 22.5;

  /**
   * The value in a row.
   *
   * @return null if it or its error is missing
   */
  @Nullable Estimate of(Cells cells);

  /** Columns that are read. */
  Set<String> columns();

  /** The value of a column. */
  record Column(String name, ErrorSource error) implements Expression {
    @Override
    public @Nullable Estimate of(Cells cells) {
      Double value = cells.number(name, name);
      if (value == null || !Double.isFinite(value)) {
        return null;
      }
      Double sd = error.of(cells);
      return sd == null ? null : Estimate.ofColumn(name, value, sd);
    }

    @Override
    public Set<String> columns() {
      Set<String> columns = new LinkedHashSet<>();
      columns.add(name);
      columns.addAll(error.columns());
      return columns;
    }
  }

  /** scale * of + offset. */
  record Linear(Expression of, double scale, double offset) implements Expression {
    public Linear {
      if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
        throw new IllegalArgumentException(
            "scale and offset must be finite and scale not 0 but they are %s and %s"
                .formatted(scale, offset));
      }
    }

    @Override
    public @Nullable Estimate of(Cells cells) {
      Estimate x = of.of(cells);
      return x == null ? null : x.mapped(scale * x.value() + offset, scale);
    }

    @Override
    public Set<String> columns() {
      return of.columns();
    }
  }

  /** minuend - subtrahend. */
  record Difference(Expression minuend, Expression subtrahend) implements Expression {
    @Override
    public @Nullable Estimate of(Cells cells) {
      Estimate a = minuend.of(cells);
      Estimate b = subtrahend.of(cells);
      return a == null || b == null ? null : a.combined(a.value() - b.value(), 1, b, -1);
    }

    @Override
    public Set<String> columns() {
      return union(minuend, subtrahend);
    }
  }

  /**
   * The magnitude of a flux in nanomaggies. A flux that is not positive has no magnitude and is
   * missing; for a survey with many of them, use the flux itself.
   */
  record Magnitude(Expression nanomaggies) implements Expression {
    @Override
    public @Nullable Estimate of(Cells cells) {
      Estimate flux = nanomaggies.of(cells);
      return flux == null || !(flux.value() > 0)
          ? null
          : flux.mapped(ZERO_POINT - 2.5 * Math.log10(flux.value()), -MAGNITUDES / flux.value());
    }

    @Override
    public Set<String> columns() {
      return nanomaggies.columns();
    }
  }

  /** The flux in nanomaggies of a magnitude. */
  record Nanomaggies(Expression magnitude) implements Expression {
    @Override
    public @Nullable Estimate of(Cells cells) {
      Estimate m = magnitude.of(cells);
      if (m == null) {
        return null;
      }
      double flux = Math.pow(10, (ZERO_POINT - m.value()) / 2.5);
      return m.mapped(flux, -flux / MAGNITUDES);
    }

    @Override
    public Set<String> columns() {
      return magnitude.columns();
    }
  }

  /** A flux of any sign, brightened by an extinction in magnitudes. */
  record Dereddened(Expression flux, Expression extinction) implements Expression {
    @Override
    public @Nullable Estimate of(Cells cells) {
      Estimate f = flux.of(cells);
      Estimate a = extinction.of(cells);
      if (f == null || a == null) {
        return null;
      }
      double factor = Math.pow(10, a.value() / 2.5);
      double value = factor * f.value();
      return f.combined(value, factor, a, value / MAGNITUDES);
    }

    @Override
    public Set<String> columns() {
      return union(flux, extinction);
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
    public @Nullable Estimate of(Cells cells) {
      Estimate x = age.of(cells);
      return x == null ? null : x.mapped(universe() - x.value(), -1);
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

    private double universe() {
      if (universeGyr == null) {
        throw new IllegalStateException("the age of the universe is not known");
      }
      return universeGyr;
    }

    @Override
    public Set<String> columns() {
      return age.columns();
    }
  }

  /** 10^exponent. */
  record PowerOfTen(Expression exponent) implements Expression {
    @Override
    public @Nullable Estimate of(Cells cells) {
      Estimate x = exponent.of(cells);
      if (x == null) {
        return null;
      }
      double power = Math.pow(10, x.value());
      return x.mapped(power, power * Math.log(10));
    }

    @Override
    public Set<String> columns() {
      return exponent.columns();
    }
  }

  private static Set<String> union(Expression left, Expression right) {
    Set<String> columns = new LinkedHashSet<>(left.columns());
    columns.addAll(right.columns());
    return columns;
  }
}
