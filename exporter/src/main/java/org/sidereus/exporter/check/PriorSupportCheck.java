package org.sidereus.exporter.check;

import java.util.List;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.PriorBounds;

/** The share of posterior samples outside of the support of the prior. */
final class PriorSupportCheck {
  private static final String NAME = "support";

  /** Samples without a weight: more of them are not tolerated. */
  private static final double LARGEST_SHARE = 1e-3;

  /** Samples of weight 0: more of them leave too few others. */
  private static final double LARGEST_SHARE_WITHOUT_WEIGHT = 0.5;

  private final List<Parameter> parameters;
  private final PriorBounds bounds;

  PriorSupportCheck(List<Parameter> parameters) {
    this.parameters = parameters;
    bounds = new PriorBounds(parameters);
  }

  Finding finding(SampleSet set) {
    int outside = 0;
    int weighted = 0;
    int[] byParameter = new int[parameters.size()];
    for (int i = 0; i < set.objects() * set.samples(); i++) {
      boolean isOutside = false;
      for (int d = 0; d < byParameter.length; d++) {
        if (bounds.isOutside(d, set.theta()[i * byParameter.length + d])) {
          byParameter[d]++;
          isOutside = true;
        }
      }
      float[] weights = set.logWeight();
      if (isOutside) {
        outside++;
        weighted += weights != null && weights[i] == Float.NEGATIVE_INFINITY ? 0 : 1;
      }
    }
    double all = set.objects() * set.samples();
    String shares =
        "%.2f %% of the samples are outside of the prior".formatted(100 * outside / all);
    if (weighted / all > LARGEST_SHARE) {
      return Finding.failed(
          NAME,
          Fault.OUTSIDE_PRIOR,
          shares
              + worst(byParameter, all)
              + " and count like the others; let the flow keep to the bounds, or give such samples"
              + " the log_weight -inf");
    }
    if (outside / all > LARGEST_SHARE_WITHOUT_WEIGHT) {
      return Finding.failed(
          NAME,
          Fault.OUTSIDE_PRIOR,
          shares + worst(byParameter, all) + "; let the flow keep to the bounds");
    }
    return Finding.passed(NAME, shares + (outside > 0 ? " and have no weight" : ""));
  }

  private String worst(int[] byParameter, double all) {
    int worst = 0;
    for (int d = 1; d < byParameter.length; d++) {
      worst = byParameter[d] > byParameter[worst] ? d : worst;
    }
    return " (%s: %.2f %%)".formatted(parameters.get(worst).name(), 100 * byParameter[worst] / all);
  }
}
