package org.sidereus.trainer.batches;

/**
 * Where the noiseless objects of a flow's training come from.
 *
 * <p>{@link #fill} MUST depend on its arguments alone.
 */
public interface ObjectSource {
  /**
   * Parameters and observables of objects drawn from the prior.
   *
   * @param position number of objects drawn before, over the whole training
   * @param count number of objects
   * @param parameters to be filled, with the covariates after them, [count, D + C]
   * @param observables to be filled, [count, M]
   */
  void fill(long position, int count, float[] parameters, float[] observables);
}
