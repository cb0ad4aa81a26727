package org.sidereus.trainer;

import java.util.random.RandomGenerator;

/** Prior distribution of one parameter. */
public sealed interface Prior {

  /** One draw. */
  double sample(RandomGenerator random);

  /**
   * Normal distribution.
   *
   * @param mean mean
   * @param sd standard deviation, above 0
   */
  record Normal(double mean, double sd) implements Prior {
    public Normal {
      requirePositive(sd);
    }

    @Override
    public double sample(RandomGenerator random) {
      return mean + sd * standardNormal(random);
    }
  }

  /**
   * Normal distribution cut off below.
   *
   * @param mean mean before the cut
   * @param sd standard deviation before the cut, above 0
   * @param lower the smallest possible value
   */
  record TruncatedNormal(double mean, double sd, double lower) implements Prior {
    private static final double FARTHEST_CUT_SD = 4;

    public TruncatedNormal {
      requirePositive(sd);
      if (lower > mean + FARTHEST_CUT_SD * sd) {
        throw new IllegalArgumentException("lower must not lie far above the mean but is " + lower);
      }
    }

    @Override
    public double sample(RandomGenerator random) {
      while (true) {
        double value = mean + sd * standardNormal(random);
        if (value > lower) {
          return value;
        }
      }
    }
  }

  /**
   * Uniform distribution on [lower, upper).
   *
   * @param lower lower end
   * @param upper upper end, above {@code lower}
   */
  record Uniform(double lower, double upper) implements Prior {
    public Uniform {
      if (!(upper > lower)) {
        throw new IllegalArgumentException("upper must be above " + lower + " but is " + upper);
      }
    }

    @Override
    public double sample(RandomGenerator random) {
      return lower + (upper - lower) * random.nextDouble();
    }
  }

  private static void requirePositive(double sd) {
    if (!(sd > 0)) {
      throw new IllegalArgumentException("sd must be above 0 but is " + sd);
    }
  }

  /**
   * A draw of N(0, 1) by the method of Box and Muller. The generators of the JDK have one of their
   * own, but its method may change with the version, and a seed must give the same draws always.
   */
  static double standardNormal(RandomGenerator random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
