package org.sidereus.engine.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.SharedPriors;
import org.sidereus.engine.numerics.FixedOrderSum;
import org.sidereus.engine.numerics.PositiveMatrix;

/**
 * What one object says of errors of the model, from its weighted posterior samples.
 *
 * <p>The score of error h at a sample is s_h = d log p(x, parameters | h) / dh at h = 0: residual
 * over squared error for an offset, the normal score of the local parameter for a shift. Given the
 * shared parameters z, the log likelihood has the gradient E[s | z] (Fisher's identity) and the
 * information -E[ds/dh] - Cov[s | z] (Louis 1982, J. R. Stat. Soc. B 44, 226). E[s | z] is a linear
 * regression on z over the samples, and Cov[s | z] the covariance of what it leaves. Holds scratch
 * memory: one instance for each thread.
 */
final class ModelErrorScores {
  /** Of a covariance of the shared parameters that has an inverse; they are standardised. */
  private static final double LEAST_PIVOT = 1e-14;

  private final ModelErrorLayout layout;
  private final List<GaussianTerms.Term> terms;

  /** Half of the posterior samples; each has a mirror image that is as many places farther. */
  private final int pairs;

  /** Number of samples that are used: half of them, in pairs. */
  private final int samples;

  private final int parameters;
  private final int featureCount;
  private final int[] sharedIndices;
  private final SharedPriors priors;
  private final int[] localIndices;
  private final NormalScores[] localScores;

  /** The standardised shared parameters, then the scores, each about its mean [K + H][S]. */
  private final double[][] columns;

  private final double[] weights;
  private final double[] weighted;

  ModelErrorScores(Manifest manifest, ModelErrorLayout layout, int samples) {
    this.layout = layout;
    pairs = samples / 2;
    this.samples = 2 * (samples / 4);
    terms = GaussianTerms.of(manifest).orElseThrow().terms();
    parameters = manifest.parameters().size();
    featureCount = manifest.features().size();
    sharedIndices = manifest.sharedIndices();
    priors = new SharedPriors(manifest);
    List<Integer> locals = new ArrayList<>();
    for (int d = 0; d < parameters; d++) {
      if (manifest.parameters().get(d).role() == Role.LOCAL) {
        locals.add(d);
      }
    }
    localIndices = locals.stream().mapToInt(d -> d).toArray();
    localScores =
        locals.stream()
            .map(manifest.parameters()::get)
            .map(Parameter::prior)
            .map(NormalScores::new)
            .toArray(NormalScores[]::new);
    columns = new double[layout.shared() + layout.size()][this.samples];
    weighted = new double[this.samples];
    weights = new double[this.samples];
  }

  /** Number of residuals of a sample, T. */
  int residuals() {
    return terms.size();
  }

  /**
   * What an object says.
   *
   * @param features [F], with the whitening matrix [T * T] behind them where errors are shared
   * @param theta samples [S * D]
   * @param residuals measured minus predicted [S * T], in the units of the quantities
   * @param allWeights of the samples [S], whose sum is 1
   * @return null where the samples that are used do not span the shared parameters or have no
   *     weight
   */
  double @Nullable [] of(float[] features, float[] theta, float[] residuals, double[] allWeights) {
    double total = 0;
    for (int s = 0; s < samples; s++) {
      weights[s] = allWeights[place(s)];
      total += weights[s];
    }
    if (!(total > 0)) {
      return null;
    }
    for (int s = 0; s < samples; s++) {
      weights[s] /= total;
    }
    int k = layout.shared();
    int h = layout.size();
    double[] vector = new double[layout.length()];
    for (int i = 0; i < k; i++) {
      for (int s = 0; s < samples; s++) {
        columns[i][s] = priors.standardised(i, theta[place(s) * parameters + sharedIndices[i]]);
      }
    }
    double[][] precision = precision(features);
    for (int t = 0; t < terms.size(); t++) {
      fillOffset(t, precision[t], residuals);
      vector[layout.count(t)] = precision[t][t] > 0 ? 1 : 0;
      vector[layout.complete(t)] = precision[t][t];
    }
    for (int j = 0; j < localIndices.length; j++) {
      int error = layout.offsets() + j;
      double[] scores = columns[k + error];
      for (int s = 0; s < samples; s++) {
        scores[s] = localScores[j].of(theta[place(s) * parameters + localIndices[j]]);
      }
      vector[layout.count(error)] = 1;
      vector[layout.complete(error)] = 1;
    }
    double[] means = new double[columns.length];
    for (int c = 0; c < columns.length; c++) {
      means[c] = centre(columns[c]);
    }
    double[][] covariance = covariance();
    RealMatrix inverse = inverse(covariance, k);
    if (inverse == null) {
      return null;
    }
    double[][] slopes = new double[h][k];
    for (int e = 0; e < h; e++) {
      double score = means[k + e];
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          slopes[e][i] += covariance[k + e][j] * inverse.getEntry(j, i);
        }
        vector[layout.slope(e, i)] = slopes[e][i];
        score -= slopes[e][i] * means[i];
      }
      vector[layout.score(e)] = score;
    }
    for (int e = 0; e < h; e++) {
      for (int f = 0; f <= e; f++) {
        double information = -covariance[k + e][k + f];
        for (int i = 0; i < k; i++) {
          information += slopes[e][i] * covariance[k + f][i];
        }
        boolean offsets = e < terms.size() && f < terms.size();
        double complete = e == f ? vector[layout.complete(e)] : offsets ? precision[e][f] : 0;
        vector[layout.information(e, f)] = information + complete;
      }
    }
    return vector;
  }

  /** The scores of an offset, given its row of the inverse covariance of the measurements. */
  private void fillOffset(int t, double[] precision, float[] residuals) {
    double[] scores = columns[layout.shared() + t];
    Arrays.fill(scores, 0);
    for (int u = 0; u < terms.size(); u++) {
      if (precision[u] == 0) {
        continue;
      }
      Noise noise = terms.get(u).noise();
      for (int s = 0; s < samples; s++) {
        double residual = residuals[place(s) * terms.size() + u];
        if (noise == Noise.NORMAL_FLUX) {
          // to first order in the residual, for which the information is that of a magnitude
          residual = -noise.residual(residual, 0, 1);
        }
        scores[s] += precision[u] * residual;
      }
    }
  }

  /**
   * Inverse covariance of the measurements [T][T], zeros where one is missing.
   *
   * @param features [F], with the whitening matrix [T * T] of {@link ErrorCorrelations} behind them
   *     where errors are shared
   */
  private double[][] precision(float[] features) {
    int t = terms.size();
    double[] inverseErrors = new double[t];
    for (int i = 0; i < t; i++) {
      GaussianTerms.Term term = terms.get(i);
      inverseErrors[i] = term.isMeasured(features) ? 1 / term.error(features) : 0;
    }
    double[][] precision = new double[t][t];
    for (int i = 0; i < t; i++) {
      for (int j = 0; j < t; j++) {
        double product = i == j ? 1 : 0;
        if (features.length > featureCount) {
          product = 0;
          for (int row = 0; row < t; row++) {
            double left = features[featureCount + row * t + i];
            product += left * features[featureCount + row * t + j];
          }
          // a flux rises where its magnitude falls
          product *= terms.get(i).noise() == terms.get(j).noise() ? 1 : -1;
        }
        precision[i][j] = product * inverseErrors[i] * inverseErrors[j];
      }
    }
    return precision;
  }

  /** Place of a sample that is used. */
  private int place(int s) {
    return s < samples / 2 ? s : pairs + s - samples / 2;
  }

  private double centre(double[] column) {
    double mean = FixedOrderSum.ofProducts(weights, column);
    for (int s = 0; s < samples; s++) {
      column[s] -= mean;
    }
    return mean;
  }

  private double[][] covariance() {
    double[][] covariance = new double[columns.length][columns.length];
    for (int c = 0; c < columns.length; c++) {
      for (int s = 0; s < samples; s++) {
        weighted[s] = weights[s] * columns[c][s];
      }
      FixedOrderSum.ofProducts(weighted, columns, c + 1, covariance[c]);
      for (int d = 0; d < c; d++) {
        covariance[d][c] = covariance[c][d];
      }
    }
    return covariance;
  }

  private static @Nullable RealMatrix inverse(double[][] covariance, int k) {
    RealMatrix shared = MatrixUtils.createRealMatrix(covariance).getSubMatrix(0, k - 1, 0, k - 1);
    return PositiveMatrix.inverse(shared, LEAST_PIVOT);
  }
}
