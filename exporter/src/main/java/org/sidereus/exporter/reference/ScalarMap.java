package org.sidereus.exporter.reference;

/** An invertible map of one coordinate of a transform, its parameters given. */
interface ScalarMap {

  /** A value and the logarithm of the derivative dz_{t+1}/dz_t there. */
  record Image(double value, double logDerivative) {}

  /** z_t to z_{t+1}, the direction of the density. */
  Image forward(double z);

  /** z_{t+1} to z_t; the logarithm of the derivative is still that of the forward direction. */
  Image inverse(double z);
}
