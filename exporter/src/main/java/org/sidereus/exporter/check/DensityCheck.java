package org.sidereus.exporter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;

/**
 * Whether {@code log_prob} is the density of the samples.
 *
 * <p>Where the noise of a sample determines it one to one, as in a flow, the density is that of the
 * noise over the determinant of the derivative of theta by the noise, which differences of the
 * graph's outputs give. Where other noise may give the same sample (a mixture), the density is at
 * least that of its noise, and it must be normalised: see {@link Normalisation}.
 */
final class DensityCheck {
  private static final String NAME = "density of the samples";

  /** Step of the noise: the square of it is the error of a central difference. */
  private static final double STEP = 0.02;

  private static final int POINTS = 32;

  /** A point counts where rounding changes no derivative by more than this share. */
  private static final double LARGEST_ROUNDING = 5e-3;

  private static final double FLOAT_ROUNDING = 0x1p-23;

  /** Largest median of the differences, by object, and largest 90 % quantile of their sizes. */
  private static final double LARGEST_OFFSET = 0.03;

  private static final double LARGEST_SPREAD = 0.3;
  private static final double SHARE = 0.9;

  /** Largest size of three in four differences: those of right flows are below 0.01. */
  private static final double LARGEST_USUAL = 0.05;

  private static final double USUAL = 0.75;

  private final PosteriorRun posterior;
  private final Manifest manifest;
  private final int d;

  DensityCheck(PosteriorRun posterior, Manifest manifest) {
    this.posterior = posterior;
    this.manifest = manifest;
    d = manifest.parameters().size();
  }

  /**
   * Checks the density at samples of some objects.
   *
   * @param rows features of the objects, a few
   * @param many samples of the same objects, hundreds for each
   */
  List<Finding> findings(List<float[]> rows, SampleSet many, RandomGenerator random) {
    List<Finding> findings = new ArrayList<>();
    findings.add(density(rows, many, random));
    int[] shared = manifest.sharedIndices();
    if (many.sharedLogProb() != null && shared.length > 0) {
      findings.add(
          normalised(
              "density of the shared parameters",
              Fault.SHARED_DENSITY,
              "shared_log_prob",
              new Normalisation(priors(shared), shared).of(many, many.sharedLogProb())));
    }
    return findings;
  }

  private Finding density(List<float[]> rows, SampleSet many, RandomGenerator random) {
    double[] noise = new double[POINTS * d];
    for (int i = 0; i < noise.length / 2; i++) { // and the mirror image of each point
      noise[i] = random.nextGaussian();
      noise[noise.length / 2 + i] = -noise[i];
    }
    SampleSet moved = posterior.run(rows, around(noise));
    double offset = 0;
    double spread = 0;
    double usual = 0;
    double below = 0;
    int used = 0;
    boolean isConstant = true;
    for (int b = 0; b < rows.size(); b++) {
      double[] differences = differences(noise, moved, b);
      used += differences.length;
      if (differences.length > 0) {
        double median = new Quantiles(differences).median();
        double[] scatter = Arrays.stream(differences).map(one -> Math.abs(one - median)).toArray();
        isConstant &= new Quantiles(scatter).at(SHARE) <= LARGEST_OFFSET;
        offset = Math.abs(median) > Math.abs(offset) || Double.isNaN(median) ? median : offset;
        Quantiles sizes = new Quantiles(Arrays.stream(differences).map(Math::abs).toArray());
        spread = Math.max(spread, sizes.at(SHARE));
        usual = Math.max(usual, sizes.at(USUAL));
        below = Math.max(below, -new Quantiles(differences).at(1 - USUAL));
      }
    }
    boolean enough = used >= rows.size() * POINTS / 4;
    String found =
        "log_prob minus the density of the samples is %.4f for the worst of %d objects (%d points)"
            .formatted(offset, rows.size(), used);
    if (enough
        && Math.abs(offset) <= LARGEST_OFFSET
        && usual <= LARGEST_USUAL
        && spread <= LARGEST_SPREAD) {
      return Finding.passed(NAME, found);
    }
    int[] all = new int[d];
    Arrays.setAll(all, i -> i);
    Normalisation.Result result = new Normalisation(priors(all), all).of(many, many.logProb());
    // a mixture of densities that do not overlap has constant differences, too, but its integral is
    // 1
    boolean isWrong =
        enough
            && isConstant
            && Math.abs(Math.log(result.integral()) - offset)
                < Math.abs(Math.log(result.integral()));
    // each sample has at least the density of the noise that it came from
    isWrong |= enough && below > LARGEST_USUAL && isOfNoiseAlone(rows, noise);
    if (!isWrong && (result.isKnown() || !enough)) {
      return normalised(NAME, Fault.DENSITY, "log_prob", result);
    }
    return Finding.failed(
        NAME,
        Fault.DENSITY,
        found
            + " (90 %% of the differences are below %.2f)".formatted(spread)
            + "; log_prob must be the normalised log density of theta in its units, with the"
            + " Jacobian of each scaling");
  }

  /** Whether a sample depends on its noise alone, not on its number, by which a mixture chooses. */
  private boolean isOfNoiseAlone(List<float[]> rows, double[] noise) {
    float[] repeated = new float[POINTS * d];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = (float) noise[i % d];
    }
    SampleSet same = posterior.run(rows, repeated);
    for (int b = 0; b < rows.size(); b++) {
      for (int s = 1; s < POINTS; s++) {
        for (int i = 0; i < d; i++) {
          double first = same.theta(b, 0, i);
          if (Math.abs(same.theta(b, s, i) - first) > 1e-5 * Math.abs(first)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static Finding normalised(
      String name, Fault kind, String output, Normalisation.Result result) {
    String found =
        "the integral of exp(%s) is %.3f +- %.3f"
            .formatted(output, result.integral(), result.error());
    if (!result.isKnown()) {
      return Finding.skipped(
          name, found + ", which is not sharp enough; the posterior is far from normal");
    }
    return result.isOne()
        ? Finding.passed(name, found)
        : Finding.failed(
            name,
            kind,
            found
                + "; it must be 1: "
                + output
                + " is the normalised log density of theta in its units, with the Jacobian of each"
                + " scaling");
  }

  private List<Prior> priors(int[] of) {
    return Arrays.stream(of)
        .mapToObj(i -> manifest.parameters().get(i))
        .map(Parameter::prior)
        .toList();
  }

  /** Each point, and then the points at a step below and above it in each dimension. */
  private float[] around(double[] noise) {
    int group = 1 + 2 * d;
    float[] all = new float[POINTS * group * d];
    for (int p = 0; p < POINTS; p++) {
      for (int k = 0; k < group; k++) {
        for (int i = 0; i < d; i++) {
          double step = k == 1 + 2 * i ? -STEP : k == 2 + 2 * i ? STEP : 0;
          all[(p * group + k) * d + i] = (float) (noise[p * d + i] + step);
        }
      }
    }
    return all;
  }

  /** log_prob minus the density by differences, at the points where these are sharp. */
  private double[] differences(double[] noise, SampleSet moved, int object) {
    int group = 1 + 2 * d;
    List<Double> differences = new ArrayList<>();
    for (int p = 0; p < POINTS; p++) {
      double[][] jacobian = new double[d][d];
      double rounding = 0;
      double logNoise = 0;
      for (int i = 0; i < d; i++) {
        double slope = 0;
        for (int k = 0; k < d; k++) {
          float below = (float) (noise[p * d + k] - STEP);
          float above = (float) (noise[p * d + k] + STEP);
          jacobian[i][k] =
              (moved.theta(object, p * group + 2 + 2 * k, i)
                      - moved.theta(object, p * group + 1 + 2 * k, i))
                  / ((double) above - below);
          slope = Math.max(slope, Math.abs(jacobian[i][k]));
        }
        double size = Math.abs(moved.theta(object, p * group, i));
        rounding = Math.max(rounding, FLOAT_ROUNDING * size / (2 * STEP * slope));
        logNoise -= 0.5 * (noise[p * d + i] * noise[p * d + i] + Math.log(2 * Math.PI));
      }
      if (rounding <= LARGEST_ROUNDING) {
        double determinant =
            new LUDecomposition(MatrixUtils.createRealMatrix(jacobian), 0).getDeterminant();
        differences.add(
            moved.logProb(object, p * group) - logNoise + Math.log(Math.abs(determinant)));
      }
    }
    return differences.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
