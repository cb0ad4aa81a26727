package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Prior;

/**
 * Whether a posterior graph expects features, or gives parameters, that its training script
 * standardised outside of the network: it then has other units than the manifest says.
 */
final class Standardising {
  /**
   * Deviations may be as wrong as this: mean and standard deviation of the training are not known
   * exactly.
   */
  private static final double NEARLY = Math.log(2);

  private static final int OBJECTS = 256;
  private static final int SAMPLES = 128;

  /** A linear function that is fitted explains deviations that are as near to 1 as this. */
  private static final double FITTED = Math.log(1.35);

  private static final double FITTED_SHARE = 0.9;

  /** Samples that are left out at each end: flows have some far away. */
  private static final int TRIMMED = SAMPLES / 64;

  /** What that leaves of the standard deviation of a normal distribution. */
  private static final double TRIMMED_SD = 0.909;

  /** Correlation of means and truths above which a parameter is known by the graph. */
  private static final double CORRELATED = 0.5;

  /** It differs by less than this from that of posteriors with these standard deviations. */
  private static final double CORRELATION_ERROR = 0.15;

  private static final long SEED = 4;

  private final PosteriorRun posterior;
  private final Manifest manifest;
  private final Truths truths;

  Standardising(PosteriorRun posterior, Manifest manifest, Truths truths) {
    this.posterior = posterior;
    this.manifest = manifest;
    this.truths = truths;
  }

  /** What the parameters of a graph may be. */
  private enum Scale {
    PLAIN(""),
    STANDARD("(parameter - prior mean) / prior sd"),
    SYMMETRIC("the place between the bounds of the prior, from -1 to 1"),
    UNIT("the place between the bounds of the prior, from 0 to 1");

    private final String text;

    Scale(String text) {
      this.text = text;
    }

    /** Shift and factor from the graph's number to the parameter. */
    double[] map(Prior prior) {
      double lower = prior.lower();
      double width = prior.upper() - lower;
      boolean bounded = Double.isFinite(width);
      return switch (this) {
        case PLAIN -> new double[] {0, 1};
        case SYMMETRIC ->
            bounded ? new double[] {lower + 0.5 * width, 0.5 * width} : STANDARD.map(prior);
        case UNIT -> bounded ? new double[] {lower, width} : STANDARD.map(prior);
        case STANDARD -> new double[] {prior.mean(), prior.sd()};
      };
    }
  }

  /** A sentence that says what was standardised; null: nothing, as far as is known. */
  @Nullable String found() {
    String best = null;
    double least = NEARLY;
    for (boolean features : new boolean[] {false, true}) {
      SampleMoments set = samples(features);
      for (Scale scale : Scale.values()) {
        double mismatch =
            features || scale != Scale.PLAIN
                ? mismatch(set, i -> scale.map(manifest.parameters().get(i).prior()))
                : least;
        if (mismatch < least) {
          least = mismatch;
          best = text(features, scale == Scale.PLAIN ? "" : "theta of the graph is " + scale.text);
        }
      }
    }
    return best;
  }

  /**
   * A sentence with the linear functions of the parameters that the graph gives, where the training
   * took ranges or moments of its own; null: they are none.
   *
   * <p>The truths of calibrated posteriors have the variance of their means plus their mean
   * variance, which gives the factor. Deviations and correlations then say whether it is so.
   */
  @Nullable String fitted() {
    for (boolean features : new boolean[] {false, true}) {
      SampleMoments set = samples(features);
      double[][] maps = new double[set.mean()[0].length][];
      boolean isPossible = true;
      boolean isKnown = false;
      boolean isOther = false;
      for (int i = 0; i < maps.length; i++) {
        Fit fit = Fit.of(set, truths, i);
        maps[i] = fit.map();
        isPossible &= Math.abs(fit.correlation - fit.expected) < CORRELATION_ERROR;
        isKnown |= fit.correlation > CORRELATED;
        isOther |= fit.isOther();
      }
      if (isPossible && isKnown && isOther && mismatch(set, i -> maps[i]) < FITTED) {
        List<String> functions = new ArrayList<>();
        for (int i = 0; i < maps.length; i++) {
          functions.add(
              "(%s - %.4g) / %.4g"
                  .formatted(manifest.parameters().get(i).name(), maps[i][0], maps[i][1]));
        }
        return text(features, "theta of the graph is about " + String.join(", ", functions));
      }
    }
    return null;
  }

  /**
   * The linear function from a number of the graph to the truth.
   *
   * @param correlation of the means and the truths
   * @param expected that of calibrated posteriors with these standard deviations
   */
  private record Fit(double shift, double factor, double correlation, double expected) {
    /** Fits objects without the widest posteriors, of which the flow may have samples far away. */
    static Fit of(SampleMoments set, Truths truths, int parameter) {
      double[] sds =
          IntStream.range(0, set.mean().length).mapToDouble(b -> set.sd()[b][parameter]).toArray();
      double widest = new Quantiles(sds).at(FITTED_SHARE);
      int[] objects = IntStream.range(0, sds.length).filter(b -> sds[b] <= widest).toArray();
      int n = objects.length;
      double[] means = new double[n];
      double[] trues = new double[n];
      double width = 0;
      for (int k = 0; k < n; k++) {
        means[k] = set.mean()[objects[k]][parameter];
        trues[k] = truths.inputs().get(objects[k])[parameter];
        width += sds[objects[k]] * sds[objects[k]] / n;
      }
      double ofMeans = Arrays.stream(means).average().orElse(0);
      double ofTruths = Arrays.stream(trues).average().orElse(0);
      double variance = 0;
      double spread = 0;
      double product = 0;
      for (int b = 0; b < n; b++) {
        variance += (means[b] - ofMeans) * (means[b] - ofMeans) / n;
        spread += (trues[b] - ofTruths) * (trues[b] - ofTruths) / n;
        product += (means[b] - ofMeans) * (trues[b] - ofTruths) / n;
      }
      double factor = Math.copySign(Math.sqrt(spread / (variance + width)), product);
      return new Fit(
          ofTruths - factor * ofMeans,
          factor,
          Math.abs(product) / Math.sqrt(variance * spread),
          Math.sqrt(variance / (variance + width)));
    }

    double[] map() {
      return new double[] {shift, factor};
    }

    /** Whether it is another quantity, not a posterior that is too narrow or too wide. */
    boolean isOther() {
      return !(factor > 0.5 && factor < 2);
    }
  }

  /** Samples of objects, with their features as they are or standardised. */
  private SampleMoments samples(boolean standardised) {
    Random random = new Random(SEED);
    List<float[]> rows = new Survey(manifest).observe(truths, random);
    List<float[]> read = standardised ? standardised(rows) : rows;
    return SampleMoments.trimmed(
        posterior.run(
            read.subList(0, Math.min(OBJECTS, read.size())), posterior.evenNoise(SAMPLES, random)),
        TRIMMED,
        TRIMMED_SD);
  }

  private static String text(boolean features, String ofParameters) {
    return "they nearly are when "
        + (features ? "the graph gets (feature - mean) / sd" : "")
        + (features && !ofParameters.isEmpty() ? " and " : "")
        + ofParameters
        + ": put the standardising of the training into the graph, whose x and theta are those of"
        + " the manifest";
  }

  /** Each column with the mean 0 and the standard deviation 1; one without spread stays. */
  private static List<float[]> standardised(List<float[]> rows) {
    int width = rows.get(0).length;
    double[] mean = new double[width];
    double[] sd = new double[width];
    for (int f = 0; f < width; f++) {
      int column = f;
      double[] values = rows.stream().mapToDouble(row -> row[column]).toArray();
      mean[f] = Arrays.stream(values).average().orElse(0);
      double centre = mean[f];
      sd[f] =
          Math.sqrt(
              Arrays.stream(values).map(v -> (v - centre) * (v - centre)).average().orElse(1));
    }
    return rows.stream()
        .map(
            row -> {
              float[] scaled = row.clone();
              for (int f = 0; f < width; f++) {
                scaled[f] = sd[f] > 0 ? (float) ((row[f] - mean[f]) / sd[f]) : row[f];
              }
              return scaled;
            })
        .toList();
  }

  /** The largest logarithm of the deviations of all parameters: 0 where they are all right. */
  private double mismatch(SampleMoments set, IntFunction<double[]> maps) {
    double[] deviations = new double[set.mean()[0].length];
    for (int i = 0; i < deviations.length; i++) {
      double[] map = maps.apply(i);
      deviations[i] = set.deviation(truths, i, i, map[0], map[1]);
    }
    return SampleMoments.mismatch(deviations);
  }
}
