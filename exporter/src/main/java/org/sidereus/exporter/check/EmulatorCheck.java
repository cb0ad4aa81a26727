package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Observable;

/** Whether the emulator is one: its predictions depend on the parameters and keep to the ranges. */
final class EmulatorCheck {
  private static final String NAME = "emulator";

  /** Predictions vary by more than this share of the error, or of their own size. */
  private static final double SMALLEST_SPREAD = 1e-3;

  private static final double SMALLEST_RELATIVE_SPREAD = 1e-6;

  /** Share of the draws that a survey with limits may not see. */
  private static final double MOST_OUTSIDE = 0.98;

  private final Manifest manifest;

  EmulatorCheck(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * Looks at predictions.
   *
   * @param truths drawn from the prior, without noise
   */
  Finding finding(Truths truths) {
    List<String> constant = new ArrayList<>();
    for (int j = 0; j < manifest.observables().size(); j++) {
      Observable observable = manifest.observables().get(j);
      double[] values = column(truths, j);
      for (double value : values) {
        if (!Double.isFinite(value)) {
          return Finding.failed(
              NAME,
              Fault.EMULATOR,
              "its prediction of "
                  + observable.name()
                  + " is "
                  + value
                  + " at a draw of the prior");
        }
      }
      Quantiles quantiles = new Quantiles(values);
      double spread = quantiles.at(0.84) - quantiles.at(0.16);
      double error = Survey.typicalError(observable);
      if (spread
          <= Math.max(
              SMALLEST_SPREAD * error, SMALLEST_RELATIVE_SPREAD * Math.abs(quantiles.median()))) {
        constant.add(observable.name());
        continue;
      }
      Finding range = range(observable, values);
      if (range != null) {
        return range;
      }
    }
    if (constant.size() == manifest.observables().size()) {
      return Finding.failed(
          NAME,
          Fault.DUMMY_EMULATOR,
          "it predicts the same for all draws of the prior; train an emulator, or declare no"
              + " likelihood and leave emulator.onnx out");
    }
    return Finding.passed(
        NAME,
        constant.isEmpty()
            ? "its predictions depend on the parameters"
            : "its predictions depend on the parameters, but those of "
                + String.join(", ", constant)
                + " do not");
  }

  private static @Nullable Finding range(Observable observable, double[] values) {
    Double lower = observable.lower();
    Double upper = observable.upper();
    if (lower == null || upper == null || outside(values, lower, upper, 1) < MOST_OUTSIDE) {
      return null;
    }
    String found =
        "%.0f %% of the predictions of %s are outside of its range %s to %s"
            .formatted(100 * outside(values, lower, upper, 1), observable.name(), lower, upper);
    for (double factor : UnitFactors.ALL) {
      if (outside(values, lower, upper, factor) < 0.02) {
        return Finding.failed(
            NAME,
            Fault.UNITS,
            found
                + ", but inside of it when multiplied by %.4g; use one unit in manifest and emulator"
                    .formatted(factor));
      }
    }
    return Finding.failed(NAME, Fault.EMULATOR, found);
  }

  private static double outside(double[] values, double lower, double upper, double factor) {
    double count = 0;
    for (double value : values) {
      count += value * factor >= lower && value * factor <= upper ? 0 : 1;
    }
    return count / values.length;
  }

  private static double[] column(Truths truths, int j) {
    return truths.y().stream().mapToDouble(row -> row[j]).toArray();
  }
}
