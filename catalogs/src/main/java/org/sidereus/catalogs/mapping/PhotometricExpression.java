package org.sidereus.catalogs.mapping;

import java.util.List;

/**
 * Magnitudes and fluxes made from each other, those of the AB system: a magnitude m is 10^((22.5 -
 * m) / 2.5) nanomaggies.
 */
public sealed interface PhotometricExpression extends Expression {
  /** Error of a magnitude in units of the relative error of the flux. */
  double MAGNITUDES = 2.5 / Math.log(10);

  /** Magnitude of one nanomaggie. */
  double ZERO_POINT = 22.5;

  /**
   * The AB magnitude of a flux, in nanomaggies unless its unit is known. A flux that is not
   * positive has no magnitude and is missing; for a survey with many of them, use the flux itself.
   */
  record Magnitude(Expression nanomaggies) implements PhotometricExpression {
    @Override
    public Value of(Cells cells) {
      return nanomaggies
          .of(cells)
          .mapped(
              f ->
                  f.value() > 0
                      ? f.mapped(ZERO_POINT - 2.5 * Math.log10(f.value()), -MAGNITUDES / f.value())
                      : Missing.of(
                          "flux of " + nanomaggies.description() + " not positive",
                          Double.toString(f.value())));
    }

    @Override
    public List<Expression> operands() {
      return List.of(nanomaggies);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      nanomaggies.valueColumns().forEach(units::checkKnown);
      Typed flux =
          nanomaggies
              .typed(units)
              .in(
                  Unit.NANOMAGGIES,
                  units,
                  "the flux of a magnitude, " + nanomaggies.description() + ",");
      return new Typed(new Magnitude(flux.expression()), Unit.MAGNITUDES);
    }
  }

  /** The flux in nanomaggies of an AB magnitude. */
  record Nanomaggies(Expression magnitude) implements PhotometricExpression {
    @Override
    public Value of(Cells cells) {
      return magnitude
          .of(cells)
          .mapped(
              m -> {
                double flux = Math.pow(10, (ZERO_POINT - m.value()) / 2.5);
                return m.mapped(flux, -flux / MAGNITUDES);
              });
    }

    @Override
    public List<Expression> operands() {
      return List.of(magnitude);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed m = inMagnitudes(magnitude, units, "the magnitude");
      return new Typed(new Nanomaggies(m.expression()), Unit.NANOMAGGIES);
    }
  }

  /**
   * The flux in nanomaggies of an asinh magnitude m of Lupton, Gunn and Szalay (1999, AJ 118,
   * 1406), equation 3: 2 b sinh(-m ln(10) / 2.5 - ln(b)) maggies.
   *
   * @param softening b, in maggies
   */
  record AsinhFlux(Expression magnitude, double softening) implements PhotometricExpression {
    public AsinhFlux {
      if (!(softening > 0 && softening < 1)) {
        throw new IllegalArgumentException(
            "softening is b in maggies, such as 1.4e-10, but is " + softening);
      }
    }

    @Override
    public Value of(Cells cells) {
      return magnitude
          .of(cells)
          .mapped(
              m -> {
                double x = -m.value() / MAGNITUDES - Math.log(softening);
                double scale = 2e9 * softening;
                return m.mapped(scale * Math.sinh(x), -scale * Math.cosh(x) / MAGNITUDES);
              });
    }

    @Override
    public List<Expression> operands() {
      return List.of(magnitude);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed m = inMagnitudes(magnitude, units, "the magnitude");
      return new Typed(new AsinhFlux(m.expression(), softening), Unit.NANOMAGGIES);
    }
  }

  /** A flux of any sign, brightened by an extinction in magnitudes. */
  record Dereddened(Expression flux, Expression extinction) implements PhotometricExpression {
    @Override
    public Value of(Cells cells) {
      return flux.of(cells)
          .combined(
              extinction.of(cells),
              (f, a) -> {
                double factor = Math.pow(10, a.value() / 2.5);
                double value = factor * f.value();
                return f.combined(value, factor, a, value / MAGNITUDES);
              });
    }

    @Override
    public List<Expression> operands() {
      return List.of(flux, extinction);
    }

    @Override
    public Typed typed(ColumnUnits units) {
      Typed f = flux.typed(units);
      if (f.unit() != null && f.unit().kind() != Unit.Kind.LINEAR) {
        throw units.wrong(
            "the flux %s that is dereddened is in '%s'; a magnitude is dereddened by 'difference'"
                .formatted(flux.description(), f.unit()));
      }
      Typed a = inMagnitudes(extinction, units, "the extinction");
      return new Typed(new Dereddened(f.expression(), a.expression()), f.unit());
    }
  }

  private static Typed inMagnitudes(Expression expression, ColumnUnits units, String what) {
    return expression
        .typed(units)
        .in(Unit.MAGNITUDES, units, what + " " + expression.description());
  }
}
