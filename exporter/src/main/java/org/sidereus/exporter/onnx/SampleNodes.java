package org.sidereus.exporter.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.GraphBuilder.Axis;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.exporter.onnx.PosteriorGraph.Correction;
import org.sidereus.exporter.onnx.PosteriorGraph.DerivedOutputs;
import org.sidereus.networks.ParameterScaling;

/** What a posterior graph computes of its samples, whichever nodes draw them. */
final class SampleNodes {
  private static final Axis OBJECTS = Axis.free("B");
  private static final Axis SAMPLES = Axis.free("S");

  private final GraphBuilder graph;
  private final int parameters;
  private final int features;

  /**
   * Nodes behind the samples of a graph.
   *
   * @param parameters their number D
   * @param features columns of x
   */
  SampleNodes(GraphBuilder graph, int parameters, int features) {
    this.graph = graph;
    this.parameters = parameters;
    this.features = features;
  }

  /** The input of the correlations of the errors. */
  Value whitening(Correction with) {
    Axis terms = Axis.of(with.terms().terms().size());
    return graph.input(GraphContract.WHITENING, Axis.free("W"), terms, terms);
  }

  /**
   * The outputs log_weight, chi_square and residuals. Residuals serve the errors of the model,
   * whose shifts are those of independent priors: with another prior the graph has none.
   *
   * @param scalings what keeps the parameters within bounds; see {@link PriorNodes}
   * @param x features [B,F]
   * @param theta samples [B,D,S], physical units
   * @param whitening of {@link #whitening}
   * @param logProb log density of the samples [B,1,S]
   */
  void weights(
      Correction with,
      List<ParameterScaling> scalings,
      Value x,
      Value theta,
      Value whitening,
      Value logProb) {
    LikelihoodNodes.Likelihood likelihood =
        new LikelihoodNodes(graph, with.terms(), with.emulator(), features).at(x, theta, whitening);
    Value prior = new PriorNodes(graph, with.prior(), scalings).logDensity(theta);
    Value logWeight = graph.subtract(graph.add(prior, likelihood.logLikelihood()), logProb);
    graph.output(GraphContract.LOG_WEIGHT, graph.squeeze(logWeight, 1), OBJECTS, SAMPLES);
    graph.output(
        GraphContract.CHI_SQUARE, graph.squeeze(likelihood.chiSquare(), 1), OBJECTS, SAMPLES);
    if (with.prior().areIndependent()) {
      graph.output(
          GraphContract.RESIDUALS,
          graph.transpose(likelihood.differences(), 0, 2, 1),
          OBJECTS,
          SAMPLES,
          Axis.of(with.terms().terms().size()));
    }
  }

  /** The output derived. */
  void derived(DerivedOutputs derived, Value x, Value theta) {
    long[] ones = new long[parameters];
    Arrays.fill(ones, 1);
    List<Value> inputs = new ArrayList<>(graph.split(theta, 1, ones));
    for (int column : derived.covariates()) {
      Value covariate = graph.op("Gather", Map.of("axis", 1), x, graph.longs(column));
      inputs.add(graph.unsqueeze(covariate, 2));
    }
    FormulaNodes formulas = new FormulaNodes(graph, inputs);
    List<Value> values = derived.formulas().stream().map(formulas::value).toList();
    graph.output(
        GraphContract.DERIVED,
        graph.transpose(graph.concat(1, values), 0, 2, 1),
        OBJECTS,
        SAMPLES,
        Axis.of(values.size()));
  }
}
