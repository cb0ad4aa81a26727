package org.sidereus.exporter.reference;

import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;

/** An emulator in double precision. */
public final class ReferenceEmulator {
  private final EmulatorNetwork network;

  /** Evaluates the given network. */
  public ReferenceEmulator(EmulatorNetwork network) {
    this.network = network;
  }

  /**
   * Simulated quantities.
   *
   * @param theta parameters in physical units, length D
   * @return physical units, length M
   */
  public double[] evaluate(double[] theta) {
    EmulatorSpec spec = network.spec();
    double[] z = new double[theta.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = spec.parameterScaling().get(i).standardised(theta[i]);
    }
    double[] h = z;
    int layers = spec.hidden().size() + 1;
    for (int l = 0; l < layers; l++) {
      h = Affine.of(network.weights().get("layers." + l + ".weight"), h);
      Affine.add(h, network.weights().get("layers." + l + ".bias"));
      if (l < layers - 1) {
        Affine.activate(h, spec.activation());
      }
    }
    if (spec.skip()) {
      Affine.add(h, Affine.of(network.weights().get("skip.weight"), z));
    }
    for (int m = 0; m < h.length; m++) {
      h[m] = spec.outputScaling().get(m).physical(h[m]);
    }
    return spec.predictions(theta, h);
  }
}
