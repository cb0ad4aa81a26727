package org.sidereus.networks;

import java.util.List;

/**
 * Which weights of a masked network may differ from zero: 1 where allowed, 0 where forbidden, in
 * the shape of the weights, row-major (Germain et al. 2015, with degrees counted from 0 so that
 * units of degree 0 see the context only).
 */
public final class AutoregressiveMask {
  private final TransformSpec spec;
  private final int[] position;

  /** The mask of one transform. */
  public AutoregressiveMask(TransformSpec spec) {
    this.spec = spec;
    this.position = new int[spec.dimensions()];
    for (int k = 0; k < position.length; k++) {
      position[spec.order().get(k)] = k;
    }
  }

  /** The mask of {@code layers.0.weight}, [H0, D]. */
  public float[] input() {
    List<Integer> units = spec.degrees().get(0);
    float[] mask = new float[units.size() * position.length];
    for (int unit = 0; unit < units.size(); unit++) {
      for (int i = 0; i < position.length; i++) {
        mask[unit * position.length + i] = position[i] < units.get(unit) ? 1 : 0;
      }
    }
    return mask;
  }

  /**
   * The mask of {@code layers.{layer}.weight}, [H_layer, H_{layer-1}].
   *
   * @param layer 1 or more
   */
  public float[] hidden(int layer) {
    List<Integer> out = spec.degrees().get(layer);
    List<Integer> in = spec.degrees().get(layer - 1);
    float[] mask = new float[out.size() * in.size()];
    for (int unit = 0; unit < out.size(); unit++) {
      for (int j = 0; j < in.size(); j++) {
        mask[unit * in.size() + j] = out.get(unit) >= in.get(j) ? 1 : 0;
      }
    }
    return mask;
  }

  /** The mask of {@code output.weight}, [P*D, H_last]; row p*D+i is output p of dimension i. */
  public float[] output() {
    List<Integer> last = spec.degrees().get(spec.hiddenLayers() - 1);
    int rows = spec.outputsPerDimension() * position.length;
    float[] mask = new float[rows * last.size()];
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < last.size(); j++) {
        mask[row * last.size() + j] = last.get(j) <= position[row % position.length] ? 1 : 0;
      }
    }
    return mask;
  }
}
