package org.sidereus.benchmarks.engine;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.Kernels;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

/**
 * The error of posterior moments as a function of the number of samples, against the moments of
 * many more. In units of each object's and parameter's standard deviation.
 */
public final class SampleStudy {
  /** Index of the 16 and the 84 % quantile. */
  private static final int[] WINGS = {0, 2};

  private final Bundle bundle;
  private final List<float[]> rows;
  private final Kernels kernels;

  /**
   * A study with mock observations of a bundle.
   *
   * @param objects how many
   * @param kernels what evaluates the graph
   */
  public SampleStudy(Bundle bundle, int objects, Kernels kernels) {
    this.bundle = bundle;
    this.kernels = kernels;
    this.rows = new RandomObjects(bundle).rows(objects);
  }

  /**
   * Errors of a number of samples, over all objects and parameters.
   *
   * @param mean rms of (mean - reference) / sd
   * @param sd rms of sd / reference - 1
   * @param quantiles rms of (quantile - reference) / sd of the 16 and 84 % quantiles
   * @param common rms over the parameters of the average over the objects of (mean - reference) /
   *     sd: what does not average out in a group
   * @param corrected share of the objects whose samples were weighted by the likelihood
   */
  public record Errors(
      int samples, double mean, double sd, double quantiles, double common, double corrected) {}

  /**
   * The errors of some numbers of samples.
   *
   * @param reference number of samples whose moments count as exact
   */
  public List<Errors> errors(List<Integer> samples, int reference) {
    List<ObjectSummary> exact = infer(reference);
    List<Errors> result = new ArrayList<>();
    for (int count : samples) {
      result.add(errors(count, infer(count), exact));
    }
    return result;
  }

  private List<ObjectSummary> infer(int samples) {
    EngineOptions options = EngineOptions.defaults().withSamples(samples).withKernels(kernels);
    try (PosteriorEngine engine = PosteriorEngine.open(bundle, options)) {
      return engine.infer(rows);
    }
  }

  private static Errors errors(int samples, List<ObjectSummary> found, List<ObjectSummary> exact) {
    int parameters = exact.get(0).mean().length;
    double[] average = new double[parameters];
    double mean = 0;
    double sd = 0;
    double quantiles = 0;
    int corrected = 0;
    for (int i = 0; i < exact.size(); i++) {
      ObjectSummary one = found.get(i);
      ObjectSummary reference = exact.get(i);
      corrected += one.corrected() ? 1 : 0;
      for (int d = 0; d < parameters; d++) {
        double deviation = (one.mean()[d] - reference.mean()[d]) / reference.sd(d);
        average[d] += deviation / exact.size();
        mean += square(deviation);
        sd += square(one.sd(d) / reference.sd(d) - 1);
        for (int q : WINGS) {
          quantiles +=
              square((one.quantiles()[d][q] - reference.quantiles()[d][q]) / reference.sd(d));
        }
      }
    }
    double count = (double) exact.size() * parameters;
    double common = 0;
    for (double one : average) {
      common += square(one) / parameters;
    }
    return new Errors(
        samples,
        Math.sqrt(mean / count),
        Math.sqrt(sd / count),
        Math.sqrt(quantiles / (WINGS.length * count)),
        Math.sqrt(common),
        (double) corrected / exact.size());
  }

  private static double square(double x) {
    return x * x;
  }
}
