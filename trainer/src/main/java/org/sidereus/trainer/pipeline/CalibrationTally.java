package org.sidereus.trainer.pipeline;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.sidereus.model.engine.Samples;

/** Counts how the true values of one parameter lie in their posteriors. */
final class CalibrationTally {
  /** Half the mass outside of the central 68.27 % and 95.45 %. */
  private static final double TAIL_1_SIGMA = 0.158655;

  private static final double TAIL_2_SIGMA = 0.022750;

  private final String name;
  private int objects;
  private int within1;
  private int within2;
  private double residualSum;
  private double residualSquares;
  private double rankSum;

  CalibrationTally(String name) {
    this.name = name;
  }

  /**
   * Adds an object.
   *
   * @param truth the true value
   * @param samples its posterior
   * @param parameter which parameter
   */
  void add(double truth, Samples samples, int parameter) {
    int below = 0;
    double sum = 0;
    double squares = 0;
    for (int s = 0; s < samples.count(); s++) {
      double theta = samples.theta(s, parameter);
      below += theta < truth ? 1 : 0;
      sum += theta;
      squares += (theta - truth) * (theta - truth);
    }
    double error = sum / samples.count() - truth;
    double residual = error / Math.sqrt(squares / samples.count() - error * error);
    double rank = (below + 0.5) / (samples.count() + 1);
    objects++;
    within1 += rank > TAIL_1_SIGMA && rank < 1 - TAIL_1_SIGMA ? 1 : 0;
    within2 += rank > TAIL_2_SIGMA && rank < 1 - TAIL_2_SIGMA ? 1 : 0;
    residualSum += residual;
    residualSquares += residual * residual;
    rankSum += rank;
  }

  /** The counts as shares and means. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("name", name);
    summary.put("mean_residual_in_sd", residualSum / objects);
    summary.put("rms_residual_in_sd", Math.sqrt(residualSquares / objects));
    summary.put("coverage_68", (double) within1 / objects);
    summary.put("coverage_95", (double) within2 / objects);
    summary.put("mean_rank", rankSum / objects);
    return summary;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-16s (mean - truth)/sd: mean %+.4f rms %.4f; coverage %.4f (0.6827) %.4f (0.9545);"
            + " mean rank %.4f",
        name,
        residualSum / objects,
        Math.sqrt(residualSquares / objects),
        (double) within1 / objects,
        (double) within2 / objects,
        rankSum / objects);
  }
}
