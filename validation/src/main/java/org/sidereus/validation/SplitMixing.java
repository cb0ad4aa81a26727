package org.sidereus.validation;

import java.util.Arrays;
import java.util.List;

/**
 * Whether ensembles of chains have mixed: the split R-hat (Gelman et al. 2013, section 11.4) of the
 * halves of each ensemble, of the values and of their distances from the median (Vehtari et al.
 * 2021, equation 16). The first sees means that differ, the second standard deviations that do.
 *
 * <p>The walkers of an ensemble depend on each other, so a sequence is half an ensemble with all
 * its walkers and not one walker.
 */
final class SplitMixing {
  /** Ensembles below it have mixed (Vehtari et al. 2021, section 4). */
  static final double ENOUGH = 1.01;

  private SplitMixing() {}

  /**
   * The larger one of both R-hats of one coordinate.
   *
   * @param ensembles positions of each ensemble: [steps] of [W][D], at least two steps
   * @param d which coordinate
   */
  static double of(List<List<double[][]>> ensembles, int d) {
    double[][] sequences = new double[2 * ensembles.size()][];
    for (int e = 0; e < ensembles.size(); e++) {
      List<double[][]> steps = ensembles.get(e);
      int half = steps.size() / 2;
      sequences[2 * e] = values(steps.subList(0, half), d);
      sequences[2 * e + 1] = values(steps.subList(steps.size() - half, steps.size()), d);
    }
    double[] sorted = Arrays.stream(sequences).flatMapToDouble(Arrays::stream).sorted().toArray();
    double median = sorted[sorted.length / 2];
    double[][] folded = new double[sequences.length][];
    for (int s = 0; s < folded.length; s++) {
      folded[s] = Arrays.stream(sequences[s]).map(x -> Math.abs(x - median)).toArray();
    }
    return Math.max(ratio(sequences), ratio(folded));
  }

  private static double[] values(List<double[][]> steps, int d) {
    return steps.stream()
        .flatMapToDouble(step -> Arrays.stream(step).mapToDouble(walker -> walker[d]))
        .toArray();
  }

  /** Root of the ratio of the variance of all sequences together to that within them. */
  private static double ratio(double[][] sequences) {
    int m = sequences.length;
    double mean = 0;
    double[] means = new double[m];
    double within = 0;
    for (int s = 0; s < m; s++) {
      double centre = Arrays.stream(sequences[s]).average().orElse(Double.NaN);
      double squares = Arrays.stream(sequences[s]).map(x -> (x - centre) * (x - centre)).sum();
      within += squares / (sequences[s].length - 1.0) / m;
      means[s] = centre;
      mean += centre / m;
    }
    double between = 0;
    for (double one : means) {
      between += (one - mean) * (one - mean) / (m - 1.0);
    }
    // points that never move have mixed only if they are all the same
    return between == 0 ? 1 : Math.sqrt(1 + between / within);
  }
}
