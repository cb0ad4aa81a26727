package org.sidereus.trainer.batches;

import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.TrainingSet;

/** Objects from a finite pool of simulator runs, in a new order in each pass. */
public final class SimulatedObjects implements ObjectSource {
  private final TrainingSet pool;
  private final Shuffle order;

  /**
   * Objects of a pool.
   *
   * @param pool runs drawn from the prior
   */
  public SimulatedObjects(TrainingSet pool, RandomStreams streams) {
    this.pool = pool;
    this.order = new Shuffle(pool.rows(), streams, "flow pool order");
  }

  @Override
  public void fill(long position, int count, float[] parameters, float[] observables) {
    int d = pool.parameterCount();
    int m = pool.observableCount();
    for (int i = 0; i < count; i++) {
      int row = order.row(position + i);
      System.arraycopy(pool.parameters(), row * d, parameters, i * d, d);
      System.arraycopy(pool.observables(), row * m, observables, i * m, m);
    }
  }
}
