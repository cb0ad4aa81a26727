package org.sidereus.simulators.gce;

import java.util.Arrays;

/**
 * What the stars of one metallicity return. Each model star of the table stands for all stars that
 * are nearest to it in mass: there is no interpolation in mass (section 6).
 */
final class YieldTable {
  private final double metallicity;
  private final double[] edges;
  private final int[] edgePoints;

  /** Which model star stands for the stars of a grid point; 0 outside of the range. */
  private final int[] modelOfPoint = new int[MassGrid.SIZE];

  private final double[] net;
  private final double[] unprocessed;

  /**
   * A table.
   *
   * @param metallicity mass fraction of metals of the stars
   * @param lowest bottom of the mass range of the channel, Msun
   * @param highest top of the range, Msun
   * @param masses initial masses [n] of the model stars in increasing order; those outside the
   *     range are left out
   * @param net net yields [n][9] per Msun of star, order of {@link Element}
   * @param unprocessed ejected mass [n] per Msun of star that has the composition at birth
   */
  YieldTable(
      MassGrid grid,
      double metallicity,
      double lowest,
      double highest,
      double[] masses,
      double[][] net,
      double[] unprocessed) {
    int first = 0;
    while (first < masses.length && masses[first] < lowest) {
      first++;
    }
    int end = masses.length;
    while (end > first && masses[end - 1] > highest) {
      end--;
    }
    int n = end - first;
    if (n == 0) {
      throw new IllegalArgumentException(
          "no model star between " + lowest + " and " + highest + " Msun");
    }
    this.metallicity = metallicity;
    this.net = new double[n * Element.COUNT];
    this.unprocessed = new double[n];
    edges = new double[n + 1];
    edgePoints = new int[n + 1];
    edges[0] = highest;
    edges[n] = lowest;
    for (int j = 0; j < n; j++) {
      int from = end - 1 - j;
      if (j > 0) {
        if (masses[from] >= masses[from + 1]) {
          throw new IllegalArgumentException("masses must increase but hold " + masses[from + 1]);
        }
        edges[j] = (masses[from] + masses[from + 1]) / 2;
      }
      System.arraycopy(net[from], 0, this.net, j * Element.COUNT, Element.COUNT);
      this.unprocessed[j] = unprocessed[from];
    }
    for (int j = 0; j <= n; j++) {
      edgePoints[j] = grid.firstAtOrAbove(edges[j]);
      if (j > 0) {
        Arrays.fill(modelOfPoint, edgePoints[j], edgePoints[j - 1], j - 1);
      }
    }
  }

  /** Mass fraction of metals of the stars. */
  double metallicity() {
    return metallicity;
  }

  /** Number of model stars; number 0 is the most massive. */
  int size() {
    return unprocessed.length;
  }

  /** Upper edge of the range of model star j, Msun; {@code edge(size())} is the bottom. */
  double edge(int j) {
    return edges[j];
  }

  /**
   * Adds the newly made elements that the stars of a run of grid points return.
   *
   * @param imf shares of the stellar mass
   * @param from first point of the run
   * @param to point after the run, above {@code from}; all points lie in the range of the channel
   * @param mass stellar mass at birth of the whole generation
   * @param target net yields [9] are added here
   * @param at index in {@code target} of the first element
   * @return the mass that these stars return with the composition at birth
   */
  double addNetYields(
      InitialMassFunction imf, int from, int to, double mass, double[] target, int at) {
    double unchanged = 0;
    int high = to;
    double shareBelowHigh = imf.shareBelow(high);
    for (int j = modelOfPoint[to - 1]; high > from; j++) {
      int low = Math.max(from, edgePoints[j + 1]);
      double shareBelowLow = imf.shareBelow(low);
      double dying = mass * (shareBelowHigh - shareBelowLow);
      unchanged += dying * unprocessed[j];
      int row = j * Element.COUNT;
      for (int x = 0; x < Element.COUNT; x++) {
        target[at + x] += dying * net[row + x];
      }
      high = low;
      shareBelowHigh = shareBelowLow;
    }
    return unchanged;
  }
}
