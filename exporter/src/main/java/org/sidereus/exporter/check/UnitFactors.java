package org.sidereus.exporter.check;

import java.util.List;
import java.util.stream.DoubleStream;

/** Factors between units that are mistaken for each other. */
final class UnitFactors {
  /** Powers of ten, logarithms, magnitudes, angles, times. */
  static final List<Double> ALL =
      DoubleStream.of(
              10,
              100,
              1e3,
              1e4,
              1e6,
              1e9,
              1e12,
              Math.log(10),
              2.5,
              2.5 / Math.log(10),
              180 / Math.PI,
              60,
              3600,
              206_264.806,
              24,
              365.25,
              86_400,
              3.0857,
              4.74047,
              299_792.458)
          .flatMap(factor -> DoubleStream.of(factor, 1 / factor))
          .boxed()
          .toList();

  private UnitFactors() {}
}
