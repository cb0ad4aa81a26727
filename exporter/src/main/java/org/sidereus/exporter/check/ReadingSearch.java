package org.sidereus.exporter.check;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.EmulatorEngine;

/**
 * Looks for the standardising, the order of columns or the unit with which true parameters are as
 * their posteriors say.
 *
 * <p>All readings are judged by few samples of few objects, and the best of them again by more.
 * Readings that give the graph the same numbers share its samples. The search ends after a limit of
 * processor time, and its finding says so: of a graph that is slow enough for that, two runs may
 * differ.
 */
final class ReadingSearch {
  /** With deviations as near to 1 as this, a reading explains the fault. */
  private static final double EXPLAINED_DEVIATION = 1.35;

  private static final int OBJECTS = 96;
  private static final int SAMPLES = 128;
  private static final int FEW_OBJECTS = 48;
  private static final int FEW_SAMPLES = 32;

  /** Readings that are judged again by more samples. */
  private static final int FINALISTS = 6;

  private static final long SEED = 4;

  private final PosteriorRun posterior;
  private final Manifest manifest;
  private final Survey survey;
  private final Truths truths;
  private final @Nullable EmulatorEngine emulator;
  private final Duration limit;
  private final Map<List<Object>, SampleMoments> known = new HashMap<>();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long start;
  private boolean isStopped;
  private long points;

  /**
   * A search.
   *
   * @param emulator made the observables of the truths; null: they are from a table
   * @param limit of the processor time that it takes
   */
  ReadingSearch(
      PosteriorRun posterior,
      Manifest manifest,
      Truths truths,
      @Nullable EmulatorEngine emulator,
      Duration limit) {
    this.posterior = posterior;
    this.manifest = manifest;
    this.truths = truths;
    this.emulator = emulator;
    this.limit = limit;
    survey = new Survey(manifest);
  }

  /** Samples of objects for which the graph was evaluated so far. */
  long points() {
    return points;
  }

  /**
   * The fault, with what explains it.
   *
   * @param check its name
   * @param found what is wrong
   */
  Finding explanation(String check, String found) {
    start = used();
    isStopped = false;
    Standardising standardising = new Standardising(posterior, manifest, truths);
    String standardised = standardising.found();
    if (standardised != null) {
      return Finding.failed(check, Fault.UNITS, found + "; " + standardised);
    }
    Interpretation swapped = swapped();
    if (swapped != null) {
      return Finding.failed(
          check,
          Fault.SWAPPED_COLUMNS,
          found + "; they are when " + swapped + ": put the manifest's lists in the graph's order");
    }
    Interpretation unit = scaled();
    if (unit != null) {
      return Finding.failed(
          check,
          Fault.UNITS,
          found + "; they are when " + unit + ": use one unit in manifest, graphs and simulations");
    }
    String fitted = standardising.fitted();
    if (fitted != null) {
      return Finding.failed(check, Fault.UNITS, found + "; " + fitted);
    }
    return Finding.failed(
        check,
        Fault.CALIBRATION,
        found
            + (isStopped
                ? "; other orders and units of columns were not all tried within %d s of processor time"
                    .formatted(limit.toSeconds())
                : "; posterior and "
                    + (emulator == null ? "simulations" : "emulator")
                    + " are of different models"));
  }

  /** Swaps, one after the other, that explain the fault; null: none do. */
  private @Nullable Interpretation swapped() {
    int d = manifest.parameters().size();
    int m = manifest.observables().size();
    Interpretation best = new Interpretation(d, m);
    double least = ofMany(best, SampleMoments::largest);
    for (int swaps = 0; swaps < d + m; swaps++) {
      Interpretation next = best(best.swaps(manifest), SampleMoments::largest);
      double score = next == null ? least : ofMany(next, SampleMoments::largest);
      if (next == null || !(score < least)) {
        return null;
      }
      best = next;
      least = score;
      if (least <= EXPLAINED_DEVIATION) {
        return best;
      }
    }
    return null;
  }

  /** A factor of units that explains the fault; null: none does. */
  private @Nullable Interpretation scaled() {
    Interpretation asWritten =
        new Interpretation(manifest.parameters().size(), manifest.observables().size());
    List<Interpretation> all = new ArrayList<>();
    for (double factor : UnitFactors.ALL) {
      all.addAll(asWritten.scalings(manifest, factor, emulator != null));
    }
    Interpretation unit = best(all, SampleMoments::mismatch);
    return unit != null && ofMany(unit, SampleMoments::mismatch) <= Math.log(EXPLAINED_DEVIATION)
        ? unit
        : null;
  }

  /**
   * The reading with the least measure.
   *
   * @return null: there is none with a finite one
   */
  private @Nullable Interpretation best(
      List<Interpretation> readings, ToDoubleFunction<double[]> measure) {
    Map<Interpretation, Double> roughly = new HashMap<>();
    readings.forEach(
        one -> roughly.put(one, measure.applyAsDouble(deviations(one, FEW_OBJECTS, FEW_SAMPLES))));
    Interpretation best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Interpretation one :
        readings.stream()
            .sorted(Comparator.comparingDouble(roughly::get))
            .limit(FINALISTS)
            .toList()) {
      double score = ofMany(one, measure);
      if (score < least) {
        least = score;
        best = one;
      }
    }
    return best;
  }

  private double ofMany(Interpretation reading, ToDoubleFunction<double[]> measure) {
    return measure.applyAsDouble(deviations(reading, OBJECTS, SAMPLES));
  }

  /**
   * By parameter, the 68 % quantile of the deviations in standard deviations; infinite ones after
   * the limit of time.
   */
  private double[] deviations(Interpretation reading, int objects, int samples) {
    double[] quantiles = new double[manifest.parameters().size()];
    SampleMoments moments = moments(reading, objects, samples);
    if (moments == null) {
      Arrays.fill(quantiles, Double.POSITIVE_INFINITY);
      return quantiles;
    }
    for (int i = 0; i < quantiles.length; i++) {
      quantiles[i] =
          moments.deviation(truths, i, reading.parameters[i], 0, reading.parameterScales[i]);
    }
    return quantiles;
  }

  /** Processor time of this thread, in nanoseconds; the clock where that is not counted. */
  private long used() {
    return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private @Nullable SampleMoments moments(Interpretation reading, int objects, int samples) {
    List<Object> key = List.of(reading.graphInputs(emulator != null), objects, samples);
    SampleMoments moments = known.get(key);
    if (moments != null) {
      return moments;
    }
    if (used() - start >= limit.toNanos()) {
      isStopped = true;
      return null;
    }
    Random random = new Random(SEED);
    List<float[]> rows =
        reading.features(
            manifest,
            survey.observe(
                reading.truths(truths.first(objects), emulator), reading.errors, random));
    moments = SampleMoments.of(posterior.run(rows, posterior.evenNoise(samples, random)));
    points += (long) rows.size() * samples;
    known.put(key, moments);
    return moments;
  }
}
