package org.sidereus.engine.inference;

import java.util.List;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;

/** The bounds of the priors of a bundle's parameters. Safe for threads. */
public final class PriorBounds {
  /** Share of the width or of the size of a bound that float32 may be off. */
  private static final double ROUNDING = 1e-6;

  private final double[] lower;
  private final double[] upper;

  /** The bounds of these parameters, in their order. */
  public PriorBounds(List<Parameter> parameters) {
    lower = new double[parameters.size()];
    upper = new double[parameters.size()];
    for (int d = 0; d < lower.length; d++) {
      Prior prior = parameters.get(d).prior();
      double width = prior.upper() - prior.lower();
      lower[d] = prior.lower() - slack(prior.lower(), width);
      upper[d] = prior.upper() + slack(prior.upper(), width);
    }
  }

  /** Whether a value of a parameter is outside of its prior, by more than rounding explains. */
  public boolean isOutside(int parameter, double value) {
    return value < lower[parameter] || value > upper[parameter];
  }

  /**
   * How many samples are outside in at least one parameter.
   *
   * @param theta samples [S*D]
   */
  int outside(float[] theta) {
    int outside = 0;
    for (int first = 0; first < theta.length; first += lower.length) {
      for (int d = 0; d < lower.length; d++) {
        if (isOutside(d, theta[first + d])) {
          outside++;
          break;
        }
      }
    }
    return outside;
  }

  private static double slack(double bound, double width) {
    return Double.isFinite(bound)
        ? ROUNDING * (Math.abs(bound) + (Double.isFinite(width) ? width : 0))
        : 0;
  }
}
