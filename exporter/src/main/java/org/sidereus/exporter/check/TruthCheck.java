package org.sidereus.exporter.check;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
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

  private static final double EXPLAINED_DEVIATION = 1.35;
  private static final double ONE_SIGMA = 0.6827;

  /** The Kolmogorov distance of ranks, times the root of their number: p = 1e-5. */
  private static final double LARGEST_DISTANCE = 2.47;

  /** Miscalibration below this distance is left to {@code validate}. */
  private static final double SMALLEST_DISTANCE = 0.1;

  private static final double FEWEST_EFFECTIVE = 50;
  private static final int TRIAL_OBJECTS = 96;
  private static final int SAMPLES = 512;
  private static final int TRIAL_SAMPLES = 128;
  private static final long SEED = 4;

  private final PosteriorRun posterior;
  private final Manifest manifest;
  private final Survey survey;
  private final Truths truths;
  private final @Nullable EmulatorEngine emulator;
  private final int d;
  private final int m;

  /**
   * A check.
   *
   * @param emulator made the observables of the truths; null: they are from a table
   */
  TruthCheck(
      PosteriorRun posterior, Manifest manifest, Truths truths, @Nullable EmulatorEngine emulator) {
    this.posterior = posterior;
    this.manifest = manifest;
    this.truths = truths;
    this.emulator = emulator;
    survey = new Survey(manifest);
    d = manifest.parameters().size();
    m = manifest.observables().size();
  }

  /** The posterior as the flow gives it and, where there is a likelihood, corrected by it. */
  List<Finding> findings() {
    Interpretation asWritten = new Interpretation(d, m);
    double[] deviations = deviations(asWritten, truths.count(), SAMPLES);
    int worst = worst(deviations);
    if (!(deviations[worst] <= LARGEST_DEVIATION)) {
      return List.of(explained(text(worst, deviations[worst])));
    }
    SampleSet set = sampled(asWritten, truths.count(), SAMPLES);
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
   * @return the fault; null: they are so as the manifest has it, or in no way that is known
   */
  @Nullable Finding otherReading() {
    double[] deviations = deviations(new Interpretation(d, m), truths.count(), SAMPLES);
    int worst = worst(deviations);
    if (deviations[worst] <= LARGEST_DEVIATION) {
      return null;
    }
    Finding found = explained(text(worst, deviations[worst]));
    return found.kind() == Fault.CALIBRATION ? null : found;
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

  /**
   * Looks for the scale, the columns or the units with which the deviations are as they should be.
   */
  private Finding explained(String found) {
    String standardised = new Standardising(posterior, manifest, truths).found();
    if (standardised != null) {
      return Finding.failed(NAME, Fault.UNITS, found + "; " + standardised);
    }
    Interpretation best = new Interpretation(d, m);
    double least = score(best);
    for (int swaps = 0; swaps < d + m; swaps++) {
      Interpretation next = best;
      for (Interpretation swapped : best.swaps(manifest)) {
        double score = score(swapped);
        if (score < least) {
          least = score;
          next = swapped;
        }
      }
      if (next == best) {
        break;
      }
      best = next;
      if (least <= EXPLAINED_DEVIATION) {
        return Finding.failed(
            NAME,
            Fault.SWAPPED_COLUMNS,
            found + "; they are when " + best + ": put the manifest's lists in the graph's order");
      }
    }
    Interpretation asWritten = new Interpretation(d, m);
    Interpretation unit = asWritten;
    least = Double.POSITIVE_INFINITY;
    for (double factor : UnitFactors.ALL) {
      for (Interpretation scaled : asWritten.scalings(manifest, factor, emulator != null)) {
        double distance = mismatch(scaled);
        if (distance < least) {
          least = distance;
          unit = scaled;
        }
      }
    }
    if (least <= Math.log(EXPLAINED_DEVIATION)) {
      return Finding.failed(
          NAME,
          Fault.UNITS,
          found + "; they are when " + unit + ": use one unit in manifest, graphs and simulations");
    }
    return Finding.failed(
        NAME,
        Fault.CALIBRATION,
        found
            + "; posterior and "
            + (emulator == null ? "simulations" : "emulator")
            + " are of different models");
  }

  private double score(Interpretation reading) {
    double[] deviations = deviations(reading, TRIAL_OBJECTS, TRIAL_SAMPLES);
    double largest = deviations[worst(deviations)];
    return Double.isNaN(largest) ? Double.POSITIVE_INFINITY : largest;
  }

  /** The largest logarithm of the deviations of all parameters: 0 where they are all right. */
  private double mismatch(Interpretation reading) {
    double largest = 0;
    for (double deviation : deviations(reading, TRIAL_OBJECTS, TRIAL_SAMPLES)) {
      largest = Math.max(largest, Math.abs(Math.log(deviation)));
    }
    return Double.isNaN(largest) ? Double.POSITIVE_INFINITY : largest;
  }

  private SampleSet sampled(Interpretation reading, int objects, int samples) {
    Truths some = truths.first(objects);
    Random random = new Random(SEED);
    return posterior.run(
        reading.features(
            manifest, survey.observe(reading.truths(some, emulator), reading.errors, random)),
        posterior.evenNoise(samples, random));
  }

  /** By parameter, the 68 % quantile of the deviations in standard deviations. */
  private double[] deviations(Interpretation reading, int objects, int samples) {
    SampleSet set = sampled(reading, objects, samples);
    double[] quantiles = new double[d];
    for (int i = 0; i < d; i++) {
      int from = reading.parameters[i];
      double scale = reading.parameterScales[i];
      double[] sizes = new double[set.objects()];
      for (int b = 0; b < sizes.length; b++) {
        double truth = truths.inputs().get(b)[i];
        sizes[b] =
            Math.abs(truth - scale * set.mean(b, from))
                / (scale * set.sd(b, from) + Double.MIN_NORMAL);
      }
      quantiles[i] = new Quantiles(sizes).at(ONE_SIGMA);
    }
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
