package org.sidereus.engine.inference;

import java.util.Arrays;

/**
 * Places of the shared and of the local parameters in the noise of a point. The arrays are not
 * copied; do not change them.
 *
 * @param shared indices of the shared parameters, ascending [K]
 * @param local indices of the others, ascending [n]
 */
record NoiseLayout(int[] shared, int[] local) {
  /**
   * The layout of a bundle's noise.
   *
   * @param dimensions number of parameters D
   * @param shared indices of the shared ones, ascending
   */
  static NoiseLayout of(int dimensions, int[] shared) {
    int[] local = new int[dimensions - shared.length];
    int nextShared = 0;
    int nextLocal = 0;
    for (int d = 0; d < dimensions; d++) {
      if (nextShared < shared.length && shared[nextShared] == d) {
        nextShared++;
      } else {
        local[nextLocal++] = d;
      }
    }
    return new NoiseLayout(shared, local);
  }

  /** All places, the shared ones first [D]. */
  int[] order() {
    int[] order = Arrays.copyOf(shared, dimensions());
    System.arraycopy(local, 0, order, shared.length, local.length);
    return order;
  }

  int dimensions() {
    return shared.length + local.length;
  }
}
