package org.sidereus.exporter.parity;

import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.Tensor;

/** Draws what graphs are compared at; the same numbers in every run. */
final class ParityInputs {
  /** Number of objects. */
  static final int OBJECTS = 6;

  /** Four units in the last place of float32, as a share of a number. */
  static final double ROUNDING = 4 * 0x1p-24;

  /** Most samples for each object. */
  static final int MOST_SAMPLES = 48;

  private static final int FEWEST_SAMPLES = 4;

  /** Products that the slow reference may take, about ten seconds of one core. */
  private static final double REFERENCE_PRODUCTS = 5e9;

  private static final long SEED = 20190611;

  private final RandomGenerator random = new Random(SEED);
  private final @Nullable Tensor observed;

  /**
   * Inputs.
   *
   * @param observed rows [N, F] to draw features from, physical units; null: independent random
   *     ones
   */
  ParityInputs(@Nullable Tensor observed) {
    this.observed = observed;
  }

  /** Samples for each object: fewer for networks that are slow to evaluate one by one. */
  static int samples(FlowNetwork network) {
    double productsPerObject =
        (double) OBJECTS * network.spec().dimensions() * network.weights().parameterCount();
    double samples = REFERENCE_PRODUCTS / productsPerObject;
    return (int) Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, samples));
  }

  /** Features [rows, F] of objects like those of the training set, and every third far from it. */
  Tensor features(FlowSpec spec, int rows) {
    if (observed != null) {
      return observed(observed, spec.features(), rows);
    }
    float[] x = normal(rows * spec.features());
    for (int i = 0; i < x.length; i++) {
      int object = i / spec.features();
      double scaled = object % 3 == 2 ? 4 * x[i] : x[i];
      x[i] = (float) spec.featureScaling().get(i % spec.features()).physical(scaled);
    }
    return Tensor.matrix(rows, spec.features(), x);
  }

  private Tensor observed(Tensor from, int width, int rows) {
    int available = from.values().length / width;
    float[] x = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(from.values(), random.nextInt(available) * width, x, row * width, width);
    }
    return Tensor.matrix(rows, width, x);
  }

  /** Random features with errors above 0, every other maskable quantity of an object missing. */
  Tensor observations(FlowSpec spec, GaussianTerms terms) {
    Tensor x = features(spec, OBJECTS);
    for (int b = 0; b < OBJECTS; b++) {
      for (int t = 0; t < terms.terms().size(); t++) {
        GaussianTerms.Term term = terms.terms().get(t);
        int start = b * spec.features();
        boolean missing = term.mask() != GaussianTerms.NO_COLUMN && (b + t) % 2 == 0;
        if (term.mask() != GaussianTerms.NO_COLUMN) {
          x.values()[start + term.mask()] = missing ? 0 : 1;
        }
        if (term.error() != GaussianTerms.NO_COLUMN) {
          float error = Math.abs(x.values()[start + term.error()]);
          float scale = (float) spec.featureScaling().get(term.error()).scale();
          x.values()[start + term.error()] = missing ? 0 : error + scale;
        }
        if (missing) {
          x.values()[start + term.value()] = 0;
        }
      }
    }
    return x;
  }

  /**
   * Whitening matrices [OBJECTS,T,T] of random correlations; rows and columns of what an object
   * lacks are those of the identity.
   */
  Tensor whitening(Tensor x, GaussianTerms terms) {
    int n = terms.terms().size();
    float[] whitening = new float[OBJECTS * n * n];
    for (int b = 0; b < OBJECTS; b++) {
      float[] row = x.rows(b).values();
      for (int i = 0; i < n; i++) {
        boolean measured = terms.terms().get(i).isMeasured(row);
        for (int j = 0; j < i; j++) {
          boolean both = measured && terms.terms().get(j).isMeasured(row);
          whitening[(b * n + i) * n + j] = both ? (float) (0.5 * nextNormal()) : 0;
        }
        whitening[(b * n + i) * n + i] = measured ? (float) Math.exp(0.5 * nextNormal()) : 1;
      }
    }
    return new Tensor(List.of(OBJECTS, n, n), whitening);
  }

  /** The whitening matrix [1,T,T] of independent errors. */
  static Tensor identity(int terms) {
    float[] identity = new float[terms * terms];
    for (int t = 0; t < terms; t++) {
      identity[t * terms + t] = 1;
    }
    return new Tensor(List.of(1, terms, terms), identity);
  }

  /** Standard normal numbers. */
  float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) nextNormal();
    }
    return values;
  }

  double nextNormal() {
    return random.nextGaussian();
  }

  double draw(Prior prior) {
    return prior.sample(random);
  }

  /** A row of a matrix in double precision. */
  static double[] row(Tensor matrix, int row) {
    double[] values = new double[matrix.columns()];
    for (int j = 0; j < values.length; j++) {
      values[j] = matrix.at(row, j);
    }
    return values;
  }
}
