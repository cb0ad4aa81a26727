package org.sidereus.exporter.reference;

import org.sidereus.networks.TransformSpec;

/**
 * z -> z scale + offset (Papamakarios et al. 2017, equations 4 and 5, and the same the other way
 * round).
 *
 * @param logScale logarithm of the scale in the direction of the density
 * @param offset in the direction of the density
 */
record AffineMap(double logScale, double offset) implements ScalarMap {

  /**
   * The map of a transform.
   *
   * @param raw the second output, with its soft bound
   */
  static AffineMap of(TransformSpec spec, double shift, double raw) {
    if (spec instanceof TransformSpec.PositiveScaleShift positive) {
      return new AffineMap(Math.log(positive.scale().of(raw) + positive.minScale()), shift);
    }
    return spec instanceof TransformSpec.ScaleShift
        ? new AffineMap(raw, shift)
        : new AffineMap(-raw, -shift * Math.exp(-raw));
  }

  @Override
  public Image forward(double z) {
    return new Image(z * Math.exp(logScale) + offset, logScale);
  }

  @Override
  public Image inverse(double z) {
    return new Image((z - offset) * Math.exp(-logScale), logScale);
  }
}
