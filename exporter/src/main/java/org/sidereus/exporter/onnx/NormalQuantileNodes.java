package org.sidereus.exporter.onnx;

import org.sidereus.exporter.onnx.GraphBuilder.Value;

/**
 * The quantile of the standard normal distribution: algorithm AS 241, PPND16 (Wichura 1988, Applied
 * Statistics 37, 477), as nodes; ONNX has no operator for it. Relative error 1e-16 where the graph
 * has that precision.
 */
final class NormalQuantileNodes {
  /** Half the width of the central range of the share. */
  private static final double CENTRAL = 0.425;

  /** Square root of -log of the share where the far tail begins. */
  private static final double FAR = 5;

  private final GraphBuilder graph;

  NormalQuantileNodes(GraphBuilder graph) {
    this.graph = graph;
  }

  /** Coefficients of a rational function, from the constant on. */
  private record Rational(double[] numerator, double[] denominator) {}

  private static Rational central() {
    return new Rational(
        new double[] {
          3.3871328727963666080e0,
          1.3314166789178437745e2,
          1.9715909503065514427e3,
          1.3731693765509461125e4,
          4.5921953931549871457e4,
          6.7265770927008700853e4,
          3.3430575583588128105e4,
          2.5090809287301226727e3
        },
        new double[] {
          1,
          4.2313330701600911252e1,
          6.8718700749205790830e2,
          5.3941960214247511077e3,
          2.1213794301586595867e4,
          3.9307895800092710610e4,
          2.8729085735721942674e4,
          5.2264952788528545610e3
        });
  }

  private static Rational tail() {
    return new Rational(
        new double[] {
          1.42343711074968357734e0,
          4.63033784615654529590e0,
          5.76949722146069140550e0,
          3.64784832476320460504e0,
          1.27045825245236838258e0,
          2.41780725177450611770e-1,
          2.27238449892691845833e-2,
          7.74545014278341407640e-4
        },
        new double[] {
          1,
          2.05319162663775882187e0,
          1.67638483018380384940e0,
          6.89767334985100004550e-1,
          1.48103976427480074590e-1,
          1.51986665636164571966e-2,
          5.47593808499534494600e-4,
          1.05075007164441684324e-9
        });
  }

  private static Rational farTail() {
    return new Rational(
        new double[] {
          6.65790464350110377720e0,
          5.46378491116411436990e0,
          1.78482653991729133580e0,
          2.96560571828504891230e-1,
          2.65321895265761230930e-2,
          1.24266094738807843860e-3,
          2.71155556874348757815e-5,
          2.01033439929228813265e-7
        },
        new double[] {
          1,
          5.99832206555887937690e-1,
          1.36929880922735805310e-1,
          1.48753612908506148525e-2,
          7.86869131145613259100e-4,
          1.84631831751005468180e-5,
          1.42151175831644588870e-7,
          2.04426310338993978564e-15
        });
  }

  /**
   * The quantile.
   *
   * @param below share below, in (0, 1)
   * @param above 1 - below, with its own digits
   */
  Value quantile(Value below, Value above) {
    Value half = graph.multiply(graph.subtract(below, above), 0.5);
    Value least = graph.op("Min", below, above);
    Value distance = graph.op("Sqrt", graph.op("Neg", graph.op("Log", least)));
    Value square = graph.subtract(graph.constant(CENTRAL * CENTRAL), graph.multiply(half, half));
    Value inCentre = graph.multiply(half, ratio(central(), square));
    Value inTail = ratio(tail(), graph.subtract(distance, graph.constant(1.6)));
    Value inFarTail = ratio(farTail(), graph.subtract(distance, graph.constant(FAR)));
    Value far = graph.op("Greater", distance, graph.constant(FAR));
    Value size = graph.op("Where", far, inFarTail, inTail);
    Value outer = graph.multiply(size, graph.op("Sign", half));
    Value central = graph.op("LessOrEqual", graph.op("Abs", half), graph.constant(CENTRAL));
    return graph.op("Where", central, inCentre, outer);
  }

  private Value ratio(Rational rational, Value at) {
    return graph.divide(polynomial(rational.numerator, at), polynomial(rational.denominator, at));
  }

  /** By Horner's rule. */
  private Value polynomial(double[] coefficients, Value at) {
    Value sum = graph.constant(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      sum = graph.add(graph.multiply(sum, at), graph.constant(coefficients[i]));
    }
    return sum;
  }
}
