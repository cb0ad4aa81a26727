package org.sidereus.simulators.sets;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The errors of the measurements of one observable, standard deviations in its unit, above 0. */
public sealed interface ObservableErrors {
  /** The error of a measurement that comes without one; null: there is none. */
  @Nullable Double usual();

  /** All measurements have the same error; a bundle needs no feature for it. */
  record Fixed(double error) implements ObservableErrors {
    public Fixed {
      requirePositive("error", error);
    }

    @Override
    public Double usual() {
      return error;
    }
  }

  /**
   * The error differs from object to object.
   *
   * @param error of measurements that come without one, within the range
   * @param lower smallest error
   * @param upper largest error
   */
  record Range(double error, double lower, double upper) implements ObservableErrors {
    private static final double SCATTER = 0.47;

    public Range {
      requirePositive("error_lower", lower);
      requirePositive("error_upper", upper);
      if (!(lower <= error && error <= upper)) {
        throw new IllegalArgumentException(
            "error must be from error_lower to error_upper, but they are %s, %s and %s"
                .formatted(error, lower, upper));
      }
    }

    @Override
    public Double usual() {
      return error;
    }

    /**
     * The error of one measurement.
     *
     * @param level of the errors of its object, from 0 (lowest) to 1
     * @param usual whether its object has the usual errors
     * @param random source of the scatter about the level
     */
    double draw(double level, boolean usual, RandomGenerator random) {
      double scattered =
          logUniform(level, lower, upper) * Math.exp(SCATTER * random.nextGaussian());
      return usual ? error : Math.min(upper, Math.max(lower, scattered));
    }
  }

  /** A number by its share of the logarithmic distance between two others. */
  static double logUniform(double share, double low, double high) {
    return low * Math.exp(share * Math.log(high / low));
  }

  /**
   * The table of simulations has a column with the errors.
   *
   * @param column its name
   * @param usual error of measurements that come without one; null: such measurements are refused
   */
  record Column(String column, @Nullable Double usual) implements ObservableErrors {
    public Column {
      if (column.isBlank()) {
        throw new IllegalArgumentException("error_column is empty; name a column of the table");
      }
      if (usual != null) {
        requirePositive("error", usual);
      }
    }
  }

  /** The noise is in the simulations and nothing says how large it is. */
  record Unknown() implements ObservableErrors {
    @Override
    public @Nullable Double usual() {
      return null;
    }
  }

  private static void requirePositive(String key, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(key + " must be above 0 and finite but is " + value);
    }
  }
}
