package org.sidereus.exporter.check;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Prior;

/**
 * Whether a posterior graph expects features, or gives parameters, that its training script
 * standardised outside of the network: it then has other units than the manifest says.
 */
final class Standardising {
  private static final double ONE_SIGMA = 0.6827;

  /**
   * Deviations may be as wrong as this: mean and standard deviation of the training are not known
   * exactly.
   */
  private static final double NEARLY = Math.log(2);

  private static final int OBJECTS = 256;
  private static final int SAMPLES = 256;
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
    Random random = new Random(SEED);
    double[] same = new double[manifest.observables().size()];
    Arrays.fill(same, 1);
    List<float[]> all = new Survey(manifest).observe(truths, same, random);
    List<float[]> standardised = standardised(all);
    float[] noise = posterior.evenNoise(SAMPLES, random);
    int objects = Math.min(OBJECTS, all.size());
    String best = null;
    double least = NEARLY;
    for (boolean features : new boolean[] {false, true}) {
      SampleSet set = posterior.run((features ? standardised : all).subList(0, objects), noise);
      for (Scale scale : Scale.values()) {
        double mismatch = features || scale != Scale.PLAIN ? mismatch(set, scale) : least;
        if (mismatch < least) {
          least = mismatch;
          best = text(features, scale);
        }
      }
    }
    return best;
  }

  private static String text(boolean features, Scale scale) {
    String ofFeatures = features ? "the graph gets (feature - mean) / sd" : "";
    String ofParameters = scale == Scale.PLAIN ? "" : "theta of the graph is " + scale.text;
    return "they nearly are when "
        + ofFeatures
        + (features && scale != Scale.PLAIN ? " and " : "")
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
  private double mismatch(SampleSet set, Scale scale) {
    double largest = 0;
    for (int i = 0; i < set.parameters(); i++) {
      double[] map = scale.map(manifest.parameters().get(i).prior());
      double[] sizes = new double[set.objects()];
      for (int b = 0; b < sizes.length; b++) {
        double mean = map[0] + map[1] * set.mean(b, i);
        double sd = map[1] * set.sd(b, i) + Double.MIN_NORMAL;
        sizes[b] = Math.abs(truths.inputs().get(b)[i] - mean) / sd;
      }
      double deviation = Math.abs(Math.log(new Quantiles(sizes).at(ONE_SIGMA)));
      largest = Math.max(largest, Double.isNaN(deviation) ? Double.POSITIVE_INFINITY : deviation);
    }
    return largest;
  }
}
