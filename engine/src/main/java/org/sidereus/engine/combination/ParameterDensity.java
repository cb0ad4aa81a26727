package org.sidereus.engine.combination;

import java.util.List;

/** The normalised density of one parameter. */
sealed interface ParameterDensity permits GridDensity, CutDensity {
  /** The mean. */
  double mean();

  /** The standard deviation. */
  double sd();

  /** The quantiles at some levels. */
  double[] quantiles(List<Double> levels);

  /** A number of even nodes with their density, for a plot. */
  MarginalDensity plotted(int points);
}
