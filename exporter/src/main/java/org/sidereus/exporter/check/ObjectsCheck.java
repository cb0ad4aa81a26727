package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Parameter;

/**
 * Whether every object has a posterior of its own: all numbers are finite, the posteriors of
 * different objects differ, and so do samples of different noise.
 */
final class ObjectsCheck {
  private static final String FINITE = "finite numbers";
  private static final List<String> FINITE_WHERE_WEIGHTED =
      List.of(
          GraphContract.SHARED_LOG_PROB,
          GraphContract.CHI_SQUARE,
          GraphContract.RESIDUALS,
          GraphContract.DERIVED);

  /** Samples that differ by less, in posterior standard deviations, are the same. */
  private static final double SAME = 1e-5;

  private final SampleSet set;
  private final SampleSet other;
  private final List<Parameter> parameters;

  /**
   * A check.
   *
   * @param set samples of the same noise for many objects like those of the training
   * @param other as many samples of other noise for some of the same objects, from the first on
   */
  ObjectsCheck(SampleSet set, SampleSet other, List<Parameter> parameters) {
    this.set = set;
    this.other = other;
    this.parameters = parameters;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    Finding finite = finite();
    findings.add(finite);
    if (finite.status() == Finding.Status.FAILED) {
      return findings;
    }
    String fixed = fixed();
    findings.add(
        fixed == null
            ? Finding.passed("noise", "other noise gives other samples")
            : Finding.failed(
                "noise",
                Fault.DUMMY_POSTERIOR,
                "%s of a sample does not depend on its noise; make theta of the input noise, not of numbers that the recording of the graph drew"
                    .formatted(fixed)));
    if (set.objects() > 1) {
      findings.add(
          dependsOnFeatures()
              ? Finding.passed("features", "different objects have different posteriors")
              : Finding.failed(
                  "features",
                  Fault.DUMMY_POSTERIOR,
                  "all of %d objects have the same posterior: theta does not depend on x; feed x to the network, and give its standardising the numbers of the training"
                      .formatted(set.objects())));
    }
    return findings;
  }

  private Finding finite() {
    int bad = 0;
    for (int b = 0; b < set.objects(); b++) {
      bad += isFinite(b) ? 0 : 1;
    }
    return bad == 0
        ? Finding.passed(FINITE, "all samples and densities are finite")
        : Finding.failed(
            FINITE,
            Fault.NOT_FINITE,
            "a sample or its log_prob%s is not finite for %d of %d objects like those of the training"
                .formatted(others(), bad, set.objects()));
  }

  /** The outputs beside them that must be finite. */
  private String others() {
    StringBuilder names = new StringBuilder(set.logWeight() == null ? "" : ", or its log_weight");
    for (String name : FINITE_WHERE_WEIGHTED) {
      names.append(set.others().containsKey(name) ? ", or its " + name : "");
    }
    return names.toString();
  }

  private boolean isFinite(int object) {
    boolean finite = true;
    for (int s = 0; s < set.samples(); s++) {
      finite &=
          Double.isFinite(set.logProb(object, s)) && othersAreFinite(object * set.samples() + s);
      for (int d = 0; d < set.parameters(); d++) {
        finite &= Double.isFinite(set.theta(object, s, d));
      }
    }
    return finite;
  }

  /** A sample without weight, outside of the prior, may have any numbers. */
  private boolean othersAreFinite(int sample) {
    float[] weights = set.logWeight();
    if (weights != null && weights[sample] == Float.NEGATIVE_INFINITY) {
      return true;
    }
    boolean finite = weights == null || Float.isFinite(weights[sample]);
    for (String name : FINITE_WHERE_WEIGHTED) {
      float[] values = set.others().get(name);
      if (values != null) {
        int width = values.length / (set.objects() * set.samples());
        for (int i = 0; i < width; i++) {
          finite &= Float.isFinite(values[sample * width + i]);
        }
      }
    }
    return finite;
  }

  /** The first parameter that other noise does not change; null: there is none. */
  private @Nullable String fixed() {
    for (int d = 0; d < set.parameters(); d++) {
      boolean changes = false;
      for (int b = 0; b < other.objects() && !changes; b++) {
        for (int s = 0; s < other.samples() && !changes; s++) {
          changes = set.theta(b, s, d) != other.theta(b, s, d);
        }
      }
      if (!changes) {
        return parameters.get(d).name();
      }
    }
    return null;
  }

  /** Whether a sample of an object differs from that of the first one. */
  private boolean dependsOnFeatures() {
    for (int d = 0; d < set.parameters(); d++) {
      double same = SAME * set.sd(0, d);
      for (int b = 1; b < set.objects(); b++) {
        for (int s = 0; s < set.samples(); s++) {
          if (Math.abs(set.theta(b, s, d) - set.theta(0, s, d)) > same) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
