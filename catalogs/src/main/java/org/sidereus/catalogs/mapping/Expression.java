package org.sidereus.catalogs.mapping;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  private static Set<String> union(Expression left, Expression right) {
    Set<String> columns = new LinkedHashSet<>(left.columns());
    columns.addAll(right.columns());
    return columns;
  }
}
