package org.sidereus.exporter.reference;

import org.sidereus.networks.TransformSpec;

/**
 * z -> (z - shift) exp(-log_scale) (Papamakarios et al. 2017, equations 4 and 5) with a log scale
 * that is bounded smoothly.
 *
 * @param shift mean of the conditional
 * @param logScale logarithm of its standard deviation
 */
record AffineMap(double shift, double logScale) implements ScalarMap {

  static AffineMap of(TransformSpec.Affine spec, double shift, double raw) {
    return new AffineMap(shift, raw / (1 + Math.abs(raw) / spec.logScaleBound()));
  }

  @Override
  public Image forward(double z) {
    return new Image((z - shift) * Math.exp(-logScale), -logScale);
  }

  @Override
  public Image inverse(double z) {
    return new Image(z * Math.exp(logScale) + shift, -logScale);
  }
}
