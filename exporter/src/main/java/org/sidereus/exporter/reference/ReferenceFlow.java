package org.sidereus.exporter.reference;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.sidereus.networks.EmbeddingSpec;
import org.sidereus.networks.FlowLimits;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.FlowSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.TransformSpec;

/**
 * A conditional masked autoregressive flow (Papamakarios et al. 2017) in double precision, with the
 * naive sequential inverse that evaluates the whole network once per dimension.
 */
public final class ReferenceFlow {
  private final FlowNetwork network;
  private final FlowSpec spec;

  /** Evaluates the given network. */
  public ReferenceFlow(FlowNetwork network) {
    this.network = network;
    this.spec = network.spec();
  }

  /**
   * A sample and its density.
   *
   * @param theta physical units, length D
   * @param z0 the same point in standardised units, length D
   * @param logTerms terms of log p(theta | x) that belong to each parameter [D], physical units
   */
  public record Sample(double[] theta, double[] z0, double[] logTerms) {

    /** log p(theta | x), in physical units. */
    public double logProb() {
      return Arrays.stream(logTerms).sum();
    }

    /**
     * Marginal log density of some of the parameters, in physical units.
     *
     * @param first parameters that every transform takes before all others
     */
    public double logProb(List<Integer> first) {
      return first.stream().mapToDouble(d -> logTerms[d]).sum();
    }
  }

  /**
   * The context that conditions every transform.
   *
   * @param x features in physical units, length F
   * @return length C
   */
  public double[] context(double[] x) {
    double[] h = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double scaled = spec.featureScaling().get(i).standardised(x[i]);
      h[i] = Math.max(-spec.scaledFeatureLimit(), Math.min(spec.scaledFeatureLimit(), scaled));
    }
    EmbeddingSpec embedding = spec.embedding();
    for (int l = 0; embedding != null && l < embedding.hidden().size(); l++) {
      h = Affine.of(network.weights().get("embedding." + l + ".weight"), h);
      Affine.add(h, network.weights().get("embedding." + l + ".bias"));
      Affine.activate(h, embedding.activation(l));
    }
    return h;
  }

  /**
   * Base noise to a sample.
   *
   * @param noise z_T, length D
   * @param context of {@link #context}
   */
  public Sample sample(double[] noise, double[] context) {
    double[] z = noise.clone();
    double[] logTerms = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      logTerms[i] = logStandardNormal(new double[] {noise[i]});
    }
    for (int t = spec.transforms().size() - 1; t >= 0; t--) {
      TransformSpec transform = spec.transforms().get(t);
      ReferenceMade made = new ReferenceMade(transform, network.weights(), t);
      double[] below = new double[z.length];
      for (int dimension : transform.order()) {
        ScalarMap map = map(transform, made.outputs(below, context), dimension);
        ScalarMap.Image image = map.inverse(z[dimension]);
        below[dimension] = Math.max(-FlowLimits.LATENT, Math.min(FlowLimits.LATENT, image.value()));
        logTerms[dimension] += image.logDerivative();
      }
      z = below;
    }
    double[] theta = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      ParameterScaling scaling = spec.parameterScaling().get(i);
      if (!(scaling instanceof ParameterScaling.Affine)) {
        z[i] = withinLimit(scaling, z[i]);
      }
      theta[i] = scaling.physical(z[i]);
      logTerms[i] += logDerivative(scaling, z[i]);
    }
    return new Sample(theta, z, logTerms);
  }

  private static double withinLimit(ParameterScaling scaling, double z) {
    double limit = FlowLimits.UNBOUNDED_COORDINATE;
    double u = Math.max(-limit, Math.min(limit, z * scaling.scale() + scaling.shift()));
    return (u - scaling.shift()) / scaling.scale();
  }

  /** log |dz/dtheta| at z: at the bounds theta itself has lost the digits that it takes. */
  private static double logDerivative(ParameterScaling scaling, double z) {
    double u = z * scaling.scale() + scaling.shift();
    if (scaling instanceof ParameterScaling.Probit probit) {
      return 0.5 * (u * u + Math.log(2 * Math.PI))
          - Math.log(probit.upper() - probit.lower())
          - Math.log(scaling.scale());
    }
    if (scaling instanceof ParameterScaling.Logit logit) {
      return Math.abs(u)
          + 2 * Math.log1p(Math.exp(-Math.abs(u)))
          - Math.log(logit.upper() - logit.lower())
          - Math.log(scaling.scale());
    }
    if (scaling instanceof ParameterScaling.LogProbit probit) {
      return 0.5 * (u * u + Math.log(2 * Math.PI))
          - Math.log(scaling.physical(z))
          - Math.log(Math.log(probit.upper() / probit.lower()))
          - Math.log(scaling.scale());
    }
    double sign =
        scaling instanceof ParameterScaling.Log
            ? -1
            : scaling instanceof ParameterScaling.LogBelow ? 1 : 0;
    return sign * u - Math.log(scaling.scale());
  }

  /**
   * Physical parameters to base noise.
   *
   * @param theta strictly within the bounds, length D
   * @param context of {@link #context}
   * @return z_T, length D
   */
  public double[] noise(double[] theta, double[] context) {
    return forward(theta, context).z;
  }

  /**
   * log p(theta | x) in physical units; negative infinity at and outside the bounds.
   *
   * @param theta length D
   * @param context of {@link #context}
   */
  public double logProb(double[] theta, double[] context) {
    List<ParameterScaling> scalings = spec.parameterScaling();
    for (int i = 0; i < theta.length; i++) {
      if (!Double.isFinite(scalings.get(i).standardised(theta[i]))) {
        return Double.NEGATIVE_INFINITY;
      }
    }
    Forward forward = forward(theta, context);
    return forward.logDeterminant + logStandardNormal(forward.z);
  }

  private Forward forward(double[] theta, double[] context) {
    double[] z = new double[theta.length];
    double logDeterminant = 0;
    for (int i = 0; i < z.length; i++) {
      z[i] = spec.parameterScaling().get(i).standardised(theta[i]);
      logDeterminant += spec.parameterScaling().get(i).logDerivative(theta[i]);
    }
    for (int t = 0; t < spec.transforms().size(); t++) {
      TransformSpec transform = spec.transforms().get(t);
      double[][] outputs = new ReferenceMade(transform, network.weights(), t).outputs(z, context);
      double[] next = new double[z.length];
      for (int i = 0; i < z.length; i++) {
        ScalarMap.Image image = map(transform, outputs, i).forward(z[i]);
        next[i] = image.value();
        logDeterminant += image.logDerivative();
      }
      z = next;
    }
    return new Forward(z, logDeterminant);
  }

  private static ScalarMap map(TransformSpec transform, double[][] outputs, int dimension) {
    double[] raw = new double[outputs.length];
    for (int p = 0; p < raw.length; p++) {
      double output = outputs[p][dimension];
      OptionalDouble bound = transform.softBound(p);
      raw[p] = bound.isPresent() ? output / (1 + Math.abs(output) / bound.getAsDouble()) : output;
    }
    if (transform instanceof TransformSpec.Spline spline) {
      return new SplineMap(spline, raw);
    }
    return AffineMap.of(transform, raw[0], raw[1]);
  }

  private static double logStandardNormal(double[] z) {
    double sum = 0;
    for (double value : z) {
      sum -= 0.5 * (value * value + Math.log(2 * Math.PI));
    }
    return sum;
  }

  private record Forward(double[] z, double logDeterminant) {}
}
