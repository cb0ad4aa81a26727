package org.sidereus.simulators.sed;

/**
 * Functions of whole arrays in single precision, made of additions, products, quotients and bounds
 * alone, so that the Java compiler turns the loops into vector instructions.
 */
final class VectorFunctions {
  private VectorFunctions() {}

  /**
   * The activation of Alsing et al. (2020), equation 8: {@code (beta + (1 - beta) sigmoid(alpha a))
   * a}, in place.
   *
   * <p>The sigmoid is a hyperbolic tangent: a quotient of polynomials for an eighth of its argument
   * (the continued fraction of Lambert), doubled three times; its error is below 1e-6.
   */
  static void activate(float[] a, float[] alpha, float[] beta) {
    for (int j = 0; j < beta.length; j++) {
      float x = Math.max(-1.25f, Math.min(1.25f, alpha[j] * a[j] * 0.0625f));
      float x2 = x * x;
      float t = x * (945 + x2 * (105 + x2)) / (945 + x2 * (420 + 15 * x2));
      t = 2 * t / (1 + t * t);
      t = 2 * t / (1 + t * t);
      t = 2 * t / (1 + t * t);
      a[j] = (beta[j] + (1 - beta[j]) * (0.5f + 0.5f * t)) * a[j];
    }
  }

  /**
   * Exponentials to a relative error below 2e-5; arguments beyond ±80 are taken as ±80.
   *
   * @param from where the results begin in {@code result}
   */
  static void exp(float[] x, int count, float[] result, int from) {
    for (int j = 0; j < count; j++) {
      // to the 128th power of the exponential of a 128th
      float y = Math.max(-80f, Math.min(80f, x[j])) * 0.0078125f;
      float e =
          1
              + y
                  * (1
                      + y
                          * (0.5f
                              + y
                                  * (0.16666667f
                                      + y
                                          * (0.041666668f
                                              + y
                                                  * (0.008333334f
                                                      + y * (0.0013888889f + y * 1.984127e-4f))))));
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      e *= e;
      result[from + j] = e;
    }
  }
}
