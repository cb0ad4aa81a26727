package org.sidereus.engine.inference;

/**
 * Cells of the shared noise of wide points: rings of equal width around the origin, cut by the
 * signs of the coordinates. The local parameters of an object depend on the shared ones in another
 * way in each cell. Immutable.
 */
final class NoiseCells {
  private static final int RINGS = 8;

  private final int[] shared;
  private final double width;

  /**
   * Cells.
   *
   * @param shared indices of the shared parameters, K
   * @param radius of the outermost ring; what is farther out is in it, too
   */
  NoiseCells(int[] shared, double radius) {
    this.shared = shared;
    width = radius / RINGS;
  }

  int count() {
    return RINGS << shared.length;
  }

  /**
   * The cell of a point.
   *
   * @param points noise [S * D], point by point
   * @param at place of the first number of the point
   */
  int of(float[] points, int at) {
    double square = 0;
    int signs = 0;
    for (int k = 0; k < shared.length; k++) {
      double value = points[at + shared[k]];
      square += value * value;
      signs |= value < 0 ? 1 << k : 0;
    }
    int ring = (int) Math.min(RINGS - 1, Math.sqrt(square) / width);
    return ring << shared.length | signs;
  }
}
