package org.sidereus.exporter.reference;

import org.sidereus.networks.Activation;
import org.sidereus.networks.Tensor;

/** Products and sums of a dense layer in double precision. */
final class Affine {
  private Affine() {}

  /** weight [out, in] times a vector of length in. */
  static double[] of(Tensor weight, double[] in) {
    double[] out = new double[weight.rows()];
    for (int row = 0; row < out.length; row++) {
      for (int column = 0; column < in.length; column++) {
        out[row] += (double) weight.at(row, column) * in[column];
      }
    }
    return out;
  }

  static void add(double[] to, double[] summand) {
    for (int i = 0; i < to.length; i++) {
      to[i] += summand[i];
    }
  }

  static void add(double[] to, Tensor summand) {
    for (int i = 0; i < to.length; i++) {
      to[i] += summand.at(i);
    }
  }

  static void activate(double[] values, Activation activation) {
    for (int i = 0; i < values.length; i++) {
      values[i] = activation.of(values[i]);
    }
  }
}
