package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.GaussianTerms;
import org.sidereus.engine.bundle.GaussianTerms.Term;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.Tensor;

/** The Gaussian likelihood of an observation at posterior samples. */
final class LikelihoodNodes {
  /**
   * Residuals are clamped to this many standard deviations, so that chi-square is finite in float32
   * however far an observation is from every prediction.
   */
  static final double LARGEST_RESIDUAL = 1e6;

  private final GraphBuilder graph;
  private final List<Term> terms;
  private final long[] covariates;
  private final EmulatorNetwork emulator;
  private final int features;

  LikelihoodNodes(GraphBuilder graph, GaussianTerms terms, EmulatorNetwork emulator, int features) {
    this.graph = graph;
    this.features = features;
    this.terms = terms.terms();
    this.covariates = terms.covariates().stream().mapToLong(column -> column).toArray();
    this.emulator = emulator;
  }

  /**
   * The likelihood.
   *
   * @param chiSquare with the covariance of the errors [B,1,S]
   * @param logLikelihood natural logarithm of the density of the measured values [B,1,S]
   * @param differences measured minus predicted [B,T,S] in the units of the quantities, within
   *     {@value #LARGEST_RESIDUAL} errors; 0 where a quantity was not measured
   */
  record Likelihood(Value chiSquare, Value logLikelihood, Value differences) {}

  /**
   * Evaluates the likelihood.
   *
   * @param x features [B,F]
   * @param theta samples [B,D,S], physical units
   * @param whitening [B,T,T] or [1,T,T]; see {@link GraphContract#WHITENING}
   */
  Likelihood at(Value x, Value theta, Value whitening) {
    Value measured = selected(x, Term::value, term -> 0);
    @Nullable Value mask =
        terms.stream().allMatch(term -> term.mask() == GaussianTerms.NO_COLUMN)
            ? null
            : selected(x, Term::mask, term -> 1);
    Value sigma = sigma(x, mask);
    Value difference = graph.subtract(graph.unsqueeze(measured, 2), predictions(x, theta));
    Value residual = graph.divide(linear(difference), graph.unsqueeze(sigma, 2));
    residual = graph.clip(residual, -LARGEST_RESIDUAL, LARGEST_RESIDUAL);
    if (mask != null) {
      residual = graph.multiply(residual, graph.unsqueeze(mask, 2));
    }
    residual = graph.matMul(whitening, residual);
    Value chiSquare = graph.sumOverMiddle(graph.multiply(residual, residual), terms.size());
    Value logNorm =
        graph.add(
            new DenseNodes(graph).logarithm(sigma), graph.constant(0.5 * Math.log(2 * Math.PI)));
    if (mask != null) {
      logNorm = graph.multiply(logNorm, mask);
    }
    logNorm = graph.subtract(logNorm, logDiagonal(whitening));
    Value constant = graph.sumOverMiddle(graph.unsqueeze(logNorm, 2), terms.size());
    return new Likelihood(
        chiSquare,
        graph.subtract(graph.multiply(chiSquare, -0.5), constant),
        finite(difference, sigma, mask));
  }

  /** Differences [B,T,S] that are finite, and 0 where a quantity was not measured. */
  private Value finite(Value difference, Value sigma, @Nullable Value mask) {
    Value limit = graph.unsqueeze(graph.multiply(sigma, LARGEST_RESIDUAL), 2);
    Value within = graph.op("Min", difference, limit);
    within = graph.op("Max", within, graph.multiply(limit, -1));
    return mask == null ? within : graph.multiply(within, graph.unsqueeze(mask, 2));
  }

  /** Logarithms of the diagonals [B,T,T] to [B,T]; their sum is that of the determinant. */
  private Value logDiagonal(Value whitening) {
    int n = terms.size();
    float[] identity = new float[n * n];
    for (int t = 0; t < n; t++) {
      identity[t * n + t] = 1;
    }
    Value diagonal =
        graph.multiply(whitening, graph.constant(new Tensor(List.of(1, n, n), identity)));
    return new DenseNodes(graph).logarithm(graph.squeeze(graph.reduceSum(diagonal, 2), 2));
  }

  /** Standard deviations [B,T] or [1,T]; 1 where a quantity was not measured. */
  private Value sigma(Value x, @Nullable Value mask) {
    if (terms.stream().allMatch(term -> term.error() == GaussianTerms.NO_COLUMN)) {
      float[] errors = new float[terms.size()];
      for (int t = 0; t < errors.length; t++) {
        errors[t] = (float) terms.get(t).constantError();
      }
      return graph.constant(Tensor.matrix(1, errors.length, errors));
    }
    Value sigma = selected(x, Term::error, Term::constantError);
    if (mask == null) {
      return sigma;
    }
    Value measured = graph.op("Greater", mask, graph.constant(0.5));
    return graph.op("Where", measured, sigma, graph.constant(1));
  }

  /**
   * Differences [B,T,S] in what the noise is normal in, such that an error is that of the measured
   * quantity; see {@link Noise#residual}.
   */
  private Value linear(Value difference) {
    float[] ofFlux = new float[terms.size()];
    for (int t = 0; t < ofFlux.length; t++) {
      ofFlux[t] = terms.get(t).noise() == Noise.NORMAL_FLUX ? 1 : 0;
    }
    if (terms.stream().noneMatch(term -> term.noise() == Noise.NORMAL_FLUX)) {
      return difference;
    }
    Value ratio = graph.op("Exp", graph.multiply(difference, 1 / Noise.MAGNITUDES));
    Value fluxes = graph.multiply(graph.subtract(graph.constant(1), ratio), Noise.MAGNITUDES);
    if (terms.stream().allMatch(term -> term.noise() == Noise.NORMAL_FLUX)) {
      return fluxes;
    }
    Value kinds = graph.constant(Tensor.matrix(ofFlux.length, 1, ofFlux));
    return graph.op("Where", graph.op("Greater", kinds, graph.constant(0.5)), fluxes, difference);
  }

  private interface Constant {
    double of(Term term);
  }

  /** One column for each term [B,T]; a constant where the term has no such column. */
  private Value selected(Value x, ToIntFunction<Term> column, Constant constant) {
    float[] selection = new float[features * terms.size()];
    float[] constants = new float[terms.size()];
    for (int t = 0; t < terms.size(); t++) {
      int from = column.applyAsInt(terms.get(t));
      if (from == GaussianTerms.NO_COLUMN) {
        constants[t] = (float) constant.of(terms.get(t));
      } else {
        selection[from * terms.size() + t] = 1;
      }
    }
    // A product with zeros and ones copies exactly, and serves constants and columns alike.
    Value chosen =
        graph.matMul(x, graph.constant(Tensor.matrix(features, terms.size(), selection)));
    return graph.add(chosen, graph.constant(Tensor.vector(constants)));
  }

  private @Nullable Value covariates(Value x) {
    return covariates.length == 0
        ? null
        : graph.op("Gather", Map.of("axis", 1), x, graph.longs(covariates));
  }

  /** What the measured values would be without noise [B,T,S]. */
  private Value predictions(Value x, Value theta) {
    int[] outputs =
        terms.stream().filter(term -> !term.ofParameter()).mapToInt(Term::index).toArray();
    long[] parameters = terms.stream().filter(Term::ofParameter).mapToLong(Term::index).toArray();
    List<Value> parts = new ArrayList<>();
    if (outputs.length > 0) {
      parts.add(
          new EmulatorNodes(graph, emulator, emulator.spec().dimensions() - covariates.length)
              .predictions(theta, covariates(x), outputs));
    }
    if (parameters.length > 0) {
      parts.add(graph.op("Gather", Map.of("axis", 1), theta, graph.longs(parameters)));
    }
    return graph.concat(1, parts);
  }
}
