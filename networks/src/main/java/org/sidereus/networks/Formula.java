package org.sidereus.networks;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * A quantity in closed form of the inputs of a model, parameters and covariates. Equal parts are
 * computed once.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Formula.Input.class, name = "input"),
  @JsonSubTypes.Type(value = Formula.Sum.class, name = "sum"),
  @JsonSubTypes.Type(value = Formula.Product.class, name = "product"),
  @JsonSubTypes.Type(value = Formula.Quotient.class, name = "quotient"),
  @JsonSubTypes.Type(value = Formula.Power10.class, name = "power10"),
  @JsonSubTypes.Type(value = Formula.Log10.class, name = "log10"),
  @JsonSubTypes.Type(value = Formula.Bounded.class, name = "bounded"),
  @JsonSubTypes.Type(value = Formula.Below.class, name = "below"),
  @JsonSubTypes.Type(value = Formula.Polynomial.class, name = "polynomial"),
  @JsonSubTypes.Type(value = Formula.Curve.class, name = "curve")
})
public sealed interface Formula {

  /**
   * The value in double precision.
   *
   * @param inputs parameters and covariates [D + C]
   */
  double at(double[] inputs);

  /** An input by its index. */
  record Input(int index) implements Formula {
    @Override
    public double at(double[] inputs) {
      return inputs[index];
    }
  }

  /** The sum of weights times terms, plus a constant. */
  record Sum(List<Formula> terms, List<Double> weights, double constant) implements Formula {
    /** Checks the sizes. */
    public Sum {
      terms = Checks.nonEmpty("terms", terms);
      weights = List.copyOf(weights);
      if (weights.size() != terms.size()) {
        throw new IllegalArgumentException(
            terms.size() + " terms cannot have " + weights.size() + " weights");
      }
    }

    @Override
    public double at(double[] inputs) {
      double sum = constant;
      for (int i = 0; i < terms.size(); i++) {
        sum += weights.get(i) * terms.get(i).at(inputs);
      }
      return sum;
    }
  }

  /** A product. */
  record Product(Formula left, Formula right) implements Formula {
    @Override
    public double at(double[] inputs) {
      return left.at(inputs) * right.at(inputs);
    }
  }

  /** A quotient. */
  record Quotient(Formula numerator, Formula denominator) implements Formula {
    @Override
    public double at(double[] inputs) {
      return numerator.at(inputs) / denominator.at(inputs);
    }
  }

  /** 10 to the power of something. */
  record Power10(Formula exponent) implements Formula {
    @Override
    public double at(double[] inputs) {
      return Math.pow(10, exponent.at(inputs));
    }
  }

  /** The decimal logarithm of something above 0. */
  record Log10(Formula of) implements Formula {
    @Override
    public double at(double[] inputs) {
      return Math.log10(of.at(inputs));
    }
  }

  /** Something, or the nearest of two bounds. */
  record Bounded(Formula of, double lower, double upper) implements Formula {
    @Override
    public double at(double[] inputs) {
      return Math.max(lower, Math.min(upper, of.at(inputs)));
    }
  }

  /** 1 where the left side is below the right one, else 0. */
  record Below(Formula left, Formula right) implements Formula {
    @Override
    public double at(double[] inputs) {
      return left.at(inputs) < right.at(inputs) ? 1 : 0;
    }
  }

  /** A polynomial; coefficients from that of the constant. */
  record Polynomial(Formula of, List<Double> coefficients) implements Formula {
    /** Checks that there is one. */
    public Polynomial {
      coefficients = Checks.nonEmpty("coefficients", coefficients);
    }

    @Override
    public double at(double[] inputs) {
      double x = of.at(inputs);
      double value = 0;
      for (int i = coefficients.size() - 1; i >= 0; i--) {
        value = value * x + coefficients.get(i);
      }
      return value;
    }
  }

  /** Linear between points, and beyond them as between the last two. */
  record Curve(Formula of, List<Double> x, List<Double> y) implements Formula {
    /** Checks the points. */
    public Curve {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.size() != y.size() || x.size() < 2) {
        throw new IllegalArgumentException("a curve needs two points or more");
      }
    }

    @Override
    public double at(double[] inputs) {
      double position = of.at(inputs);
      int cell = 0;
      while (cell < x.size() - 2 && x.get(cell + 1) < position) {
        cell++;
      }
      double share = (position - x.get(cell)) / (x.get(cell + 1) - x.get(cell));
      return y.get(cell) + share * (y.get(cell + 1) - y.get(cell));
    }
  }
}
