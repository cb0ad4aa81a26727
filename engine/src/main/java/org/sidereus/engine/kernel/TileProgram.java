package org.sidereus.engine.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A graph as instructions over tiles: some tens of samples of one object. kernel.cpp evaluates it.
 *
 * @param sizes F; T * T numbers of the whitening matrix, or 0; D; numbers of an object (features,
 *     matrix, and results of objectCode); rows of a tile
 * @param objectCode instructions for each object
 * @param sampleCode instructions for each tile
 * @param outputs for each output the number of its values, and where each is
 * @param constants numbers that are the same for all
 * @param weights of the products, row-major
 */
@SuppressWarnings("ArrayRecordComponent")
record TileProgram(
    int[] sizes,
    int[] objectCode,
    int[] sampleCode,
    int[] outputs,
    float[] constants,
    float[] weights) {

  /** The number of values of each output. */
  List<Integer> widths() {
    List<Integer> widths = new ArrayList<>();
    for (int at = 0; at < outputs.length; at += outputs[at] + 1) {
      widths.add(outputs[at]);
    }
    return widths;
  }
}
