package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.networks.Formula;

/** Formulas as nodes, each part once. */
final class FormulaNodes {
  private final GraphBuilder graph;
  private final List<GraphBuilder.Value> inputs;
  private final Map<Formula, GraphBuilder.Value> known = new HashMap<>();

  /**
   * Formulas of some inputs.
   *
   * @param inputs parameters [B,1,S] and covariates [B,1,1]; or all of them [N,1]
   */
  FormulaNodes(GraphBuilder graph, List<GraphBuilder.Value> inputs) {
    this.graph = graph;
    this.inputs = inputs;
  }

  /** The value of a formula, of the shape of the inputs that it depends on. */
  GraphBuilder.Value value(Formula formula) {
    GraphBuilder.Value value = known.get(formula);
    if (value == null) {
      value = node(formula);
      known.put(formula, value);
    }
    return value;
  }

  private GraphBuilder.Value node(Formula formula) {
    if (formula instanceof Formula.Input input) {
      return inputs.get(input.index());
    }
    if (formula instanceof Formula.Sum sum) {
      return sum(sum);
    }
    if (formula instanceof Formula.Product product) {
      return graph.multiply(value(product.left()), value(product.right()));
    }
    if (formula instanceof Formula.Quotient quotient) {
      return graph.divide(value(quotient.numerator()), value(quotient.denominator()));
    }
    if (formula instanceof Formula.Power10 power) {
      return graph.op("Exp", graph.multiply(value(power.exponent()), Math.log(10)));
    }
    if (formula instanceof Formula.Log10 logarithm) {
      return graph.multiply(graph.op("Log", value(logarithm.of())), 1 / Math.log(10));
    }
    if (formula instanceof Formula.Bounded bounded) {
      return graph.clip(value(bounded.of()), bounded.lower(), bounded.upper());
    }
    if (formula instanceof Formula.Below below) {
      return graph.number(graph.op("Less", value(below.left()), value(below.right())));
    }
    if (formula instanceof Formula.Polynomial polynomial) {
      return polynomial(polynomial);
    }
    return curve((Formula.Curve) formula);
  }

  private GraphBuilder.Value sum(Formula.Sum sum) {
    List<GraphBuilder.Value> terms = new ArrayList<>();
    for (int i = 0; i < sum.terms().size(); i++) {
      GraphBuilder.Value term = value(sum.terms().get(i));
      double weight = sum.weights().get(i);
      terms.add(weight == 1 ? term : graph.multiply(term, weight));
    }
    GraphBuilder.Value total = graph.sum(terms);
    return sum.constant() == 0 ? total : graph.add(total, graph.constant(sum.constant()));
  }

  private GraphBuilder.Value polynomial(Formula.Polynomial polynomial) {
    List<Double> coefficients = polynomial.coefficients();
    GraphBuilder.Value x = value(polynomial.of());
    GraphBuilder.Value total = graph.constant(coefficients.get(coefficients.size() - 1));
    for (int i = coefficients.size() - 2; i >= 0; i--) {
      total = graph.add(graph.multiply(total, x), graph.constant(coefficients.get(i)));
    }
    return total;
  }

  /** The first line, and at each point between the change of the slope from there on. */
  private GraphBuilder.Value curve(Formula.Curve curve) {
    GraphBuilder.Value x = value(curve.of());
    List<Double> xs = curve.x();
    double slope = slope(curve, 0);
    GraphBuilder.Value total =
        graph.add(graph.multiply(x, slope), graph.constant(curve.y().get(0) - slope * xs.get(0)));
    for (int i = 1; i < xs.size() - 1; i++) {
      double change = slope(curve, i) - slope(curve, i - 1);
      if (change != 0) {
        GraphBuilder.Value beyond = graph.op("Relu", graph.add(x, graph.constant(-xs.get(i))));
        total = graph.add(total, graph.multiply(beyond, change));
      }
    }
    return total;
  }

  private static double slope(Formula.Curve curve, int cell) {
    return (curve.y().get(cell + 1) - curve.y().get(cell))
        / (curve.x().get(cell + 1) - curve.x().get(cell));
  }
}
