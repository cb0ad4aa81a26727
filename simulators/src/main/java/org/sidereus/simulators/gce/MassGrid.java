package org.sidereus.simulators.gce;

/**
 * The 5000 stellar masses 0.1, ..., 100 Msun on which the model integrates. Every integral over
 * mass is a sum over the points of a half-open interval, so the grid is part of the model (section
 * 5).
 */
final class MassGrid {
  static final int SIZE = 5000;
  static final double LOWEST_MSUN = 0.1;
  static final double HIGHEST_MSUN = 100;

  /** Distance of neighbouring points, Msun. */
  static final double STEP_MSUN = 99.9 / (SIZE - 1);

  private static final int LOG_CELLS = 8192;
  private static final double LOG_LOWEST = -1;
  private static final double LOG_CELLS_PER_DEX = LOG_CELLS / 3.0;

  private final double[] mass = new double[SIZE];
  private final double[] log10Mass = new double[SIZE];

  /** For each of many equal cells in log10 mass: the last grid point not above its lower end. */
  private final int[] pointBelow = new int[LOG_CELLS];

  MassGrid() {
    for (int i = 0; i < SIZE; i++) {
      mass[i] = LOWEST_MSUN + 99.9 * i / (SIZE - 1);
      log10Mass[i] = Math.log10(mass[i]);
    }
    int point = 0;
    for (int cell = 0; cell < LOG_CELLS; cell++) {
      double lowerEnd = LOG_LOWEST + cell / LOG_CELLS_PER_DEX;
      while (point < SIZE - 2 && log10Mass[point + 1] <= lowerEnd) {
        point++;
      }
      pointBelow[cell] = point;
    }
  }

  /** Mass of a point, Msun. */
  double mass(int i) {
    return mass[i];
  }

  /** Decimal logarithm of the mass of a point in Msun. */
  double log10Mass(int i) {
    return log10Mass[i];
  }

  /**
   * The first point that is not below a mass.
   *
   * @return a number from 0 to {@link #SIZE}, which means that all points are below
   */
  int firstAtOrAbove(double massMsun) {
    int low = 0;
    int high = SIZE;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (mass[middle] < massMsun) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The interval of the grid that holds a mass.
   *
   * @param log10Mass decimal logarithm of a mass from 0.1 to 100 Msun
   * @return the last point i, at most SIZE - 2, whose mass is not above the given one
   */
  int interval(double log10Mass) {
    int cell = (int) ((log10Mass - LOG_LOWEST) * LOG_CELLS_PER_DEX);
    int i = pointBelow[Math.max(0, Math.min(LOG_CELLS - 1, cell))];
    while (i < SIZE - 2 && this.log10Mass[i + 1] <= log10Mass) {
      i++;
    }
    while (i > 0 && this.log10Mass[i] > log10Mass) {
      i--;
    }
    return i;
  }
}
