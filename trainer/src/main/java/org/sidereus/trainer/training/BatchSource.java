package org.sidereus.trainer.training;

/**
 * Where the batches of a training come from. A batch is two matrices: scaled parameters and
 * features for a flow, scaled parameters and outputs for an emulator.
 *
 * <p>{@link #fill} MUST depend on its arguments alone, so that a training can be repeated and
 * resumed; it is called by one thread that is not the training's.
 */
public interface BatchSource {
  /** Columns of the first matrix. */
  int firstWidth();

  /** Columns of the second matrix. */
  int secondWidth();

  /**
   * Makes a batch.
   *
   * @param step which batch
   * @param size number of rows B
   * @param first to be filled, [B, firstWidth] row-major
   * @param second to be filled, [B, secondWidth] row-major
   */
  void fill(long step, int size, float[] first, float[] second);
}
