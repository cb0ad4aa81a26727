package org.sidereus.exporter.check;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.ParameterPriors;
import org.sidereus.engine.inference.EmulatorEngine;

/**
 * Whether the true parameters of objects are distributed as their posteriors say. Where they are
 * not, it reads columns in another order and quantities in other units, and names the reading with
 * which they are.
 */
final class TruthCheck {
  private static final String NAME = "true parameters";

  /** The 68 % quantile of the deviations in standard deviations is 1; above this, all is wrong. */
  private static final double LARGEST_DEVIATION = 1.5;

  private static final double ONE_SIGMA = 0.6827;

  /** The Kolmogorov distance of ranks, times the root of their number: p = 1e-5. */
  private static final double LARGEST_DISTANCE = 2.47;

  /** Miscalibration below this distance is left to {@code validate}. */
  private static final double SMALLEST_DISTANCE = 0.1;

  private static final double FEWEST_EFFECTIVE = 50;
  private static final int SAMPLES = 512;

  /** The longest search for what explains a fault, in processor time. */
  private static final Duration SEARCH = Duration.ofSeconds(60);

  private static final long SEED = 4;

  private final PosteriorRun posterior;
  private final Manifest manifest;
  private final Truths truths;
  private final @Nullable EmulatorEngine emulator;
  private final Consumer<String> progress;
  private final int d;

  /**
   * A check.
   *
   * @param emulator made the observables of the truths; null: they are from a table
   * @param progress gets a line before a search that may take a while
   */
  TruthCheck(
      PosteriorRun posterior,
      Manifest manifest,
      Truths truths,
      @Nullable EmulatorEngine emulator,
      Consumer<String> progress) {
    this.progress = progress;
    this.posterior = posterior;
    this.manifest = manifest;
    this.truths = truths;
    this.emulator = emulator;
    d = manifest.parameters().size();
  }

  /** The posterior as the flow gives it and, where there is a likelihood, corrected by it. */
  List<Finding> findings() {
    SampleSet set = sampled();
    double[] deviations = deviations(set);
    int worst = worst(deviations);
    if (!(deviations[worst] <= LARGEST_DEVIATION)) {
      return List.of(explained(text(worst, deviations[worst])));
    }
    Calibration flow = new Calibration(set, false);
    if (set.logWeight() == null) {
      return List.of(finding(NAME, flow));
    }
    Finding corrected = finding(NAME + ", corrected", new Calibration(set, true));
    String alone = flow + (flow.isRight() ? "" : "; what is published is the corrected posterior");
    return corrected.status() == Finding.Status.PASSED
        ? List.of(Finding.passed(NAME + ", flow alone", alone), corrected)
        : List.of(finding(NAME + ", flow alone", flow), corrected);
  }

  /**
   * The order, the unit or the standardising with which the truths are as their posteriors say.
   *
   * @return the fault; skipped where they are so as the manifest has it, or in no way that is known
   */
  Finding otherReading() {
    double[] deviations = deviations(sampled());
    int worst = worst(deviations);
    if (deviations[worst] <= LARGEST_DEVIATION) {
      return Finding.skipped(NAME, "the faults above come first");
    }
    Finding found = explained(text(worst, deviations[worst]));
    return found.kind() == Fault.CALIBRATION
        ? Finding.skipped(NAME, "the faults above come first; " + found.detail())
        : found;
  }

  private String text(int parameter, double deviation) {
    return "68 %% of the true %s are within %.2f standard deviations of the mean of their posterior,"
            .formatted(name(parameter), deviation)
        + " not within 1";
  }

  private static Finding finding(String check, Calibration calibration) {
    return calibration.isRight()
        ? Finding.passed(check, calibration.toString())
        : Finding.failed(check, Fault.CALIBRATION, calibration + "; sidereus validate shows how");
  }

  /** Ranks, coverage and TARP of the true parameters. */
  private final class Calibration {
    private final double[] distances;
    private final double[] covered = new double[d];
    private final double tarp;
    private final double limit;

    /**
     * Compares the truths with their posteriors.
     *
     * @param corrected whether samples have their importance weights
     */
    Calibration(SampleSet set, boolean corrected) {
      double[][] ranks = new double[d][set.objects()];
      double[] shares = new double[set.objects()];
      Random random = new Random(SEED);
      ParameterPriors prior = manifest.parameterPriors();
      for (int b = 0; b < set.objects(); b++) {
        double[] weights = weights(set, b, corrected);
        double[] truth = truths.inputs().get(b);
        double[] reference = prior.sample(random);
        for (int i = 0; i < d; i++) {
          for (int s = 0; s < set.samples(); s++) {
            ranks[i][b] += set.theta(b, s, i) < truth[i] ? weights[s] : 0;
          }
          covered[i] += Math.abs(ranks[i][b] - 0.5) < 0.5 * ONE_SIGMA ? 1.0 / set.objects() : 0;
        }
        double ofTruth = distance(reference, truth);
        double[] sample = new double[d];
        for (int s = 0; s < set.samples(); s++) {
          for (int i = 0; i < d; i++) {
            sample[i] = set.theta(b, s, i);
          }
          shares[b] += distance(reference, sample) < ofTruth ? weights[s] : 0;
        }
      }
      distances = Arrays.stream(ranks).mapToDouble(Uniformity::distance).toArray();
      tarp = Uniformity.distance(shares);
      limit = Math.max(SMALLEST_DISTANCE, LARGEST_DISTANCE / Math.sqrt(set.objects()));
    }

    /** Squared, in standard deviations of the prior. */
    private double distance(double[] one, double[] other) {
      double sum = 0;
      for (int i = 0; i < d; i++) {
        double z = (one[i] - other[i]) / manifest.parameters().get(i).prior().sd();
        sum += z * z;
      }
      return sum;
    }

    boolean isRight() {
      return distances[worst(distances)] <= limit && tarp <= limit;
    }

    @Override
    public String toString() {
      int worst = worst(distances);
      return "of %d objects, the ranks of %s are %.3f from uniform, those of random regions (TARP) %.3f, allowed %.3f; 68 %% intervals hold %.0f to %.0f %% of the truths"
          .formatted(
              truths.count(),
              name(worst),
              distances[worst],
              tarp,
              limit,
              100 * Arrays.stream(covered).min().orElse(0),
              100 * Arrays.stream(covered).max().orElse(0));
    }
  }

  private String name(int parameter) {
    return manifest.parameters().get(parameter).name();
  }

  private static int worst(double[] values) {
    int worst = 0;
    for (int i = 1; i < values.length; i++) {
      if (!(values[i] <= values[worst])) {
        worst = i;
      }
    }
    return worst;
  }

  private Finding explained(String found) {
    progress.accept(
        "true parameters: " + found + "; looking for an order or a unit that explains it");
    return new ReadingSearch(posterior, manifest, truths, emulator, SEARCH)
        .explanation(NAME, found);
  }

  private SampleSet sampled() {
    Random random = new Random(SEED);
    return posterior.run(
        new Survey(manifest).observe(truths, random), posterior.evenNoise(SAMPLES, random));
  }

  /** By parameter, the 68 % quantile of the deviations in standard deviations. */
  private double[] deviations(SampleSet set) {
    SampleMoments moments = SampleMoments.of(set);
    double[] quantiles = new double[d];
    Arrays.setAll(quantiles, i -> moments.deviation(truths, i, i, 0, 1));
    return quantiles;
  }

  /** The importance weights of an object, or equal ones where few samples count. */
  private static double[] weights(SampleSet set, int object, boolean corrected) {
    double[] weights = new double[set.samples()];
    float[] logWeights = set.logWeight();
    if (corrected && logWeights != null) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int s = 0; s < weights.length; s++) {
        largest = Math.max(largest, logWeights[object * weights.length + s]);
      }
      double sum = 0;
      double squares = 0;
      for (int s = 0; s < weights.length; s++) {
        weights[s] = Math.exp(logWeights[object * weights.length + s] - largest);
        sum += weights[s];
        squares += weights[s] * weights[s];
      }
      double total = sum;
      if (sum * sum / squares >= FEWEST_EFFECTIVE) {
        return Arrays.stream(weights).map(weight -> weight / total).toArray();
      }
    }
    Arrays.fill(weights, 1.0 / weights.length);
    return weights;
  }
}
