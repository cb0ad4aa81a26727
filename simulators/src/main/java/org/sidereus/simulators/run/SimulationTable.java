package org.sidereus.simulators.run;

import java.util.List;
import org.sidereus.simulators.model.ForwardModel;

/**
 * What a file of runs has: the columns of a simulator's inputs and results, and the runs between
 * them. A case whose users know its objects by other quantities than the parameters of its forward
 * model has a table of its own; {@link ModelTable} is that of any forward model.
 */
public interface SimulationTable {
  /** Names of the columns of the inputs. */
  List<String> inputs();

  /** Names of the columns of the results. */
  List<String> results();

  /**
   * Draws from the prior.
   *
   * @param n number of draws
   * @param seed any number; it determines the draws
   * @return inputs [n][inputs]
   */
  double[][] draw(int n, long seed);

  /**
   * Checks a row of a user's file.
   *
   * @param row inputs [inputs], all finite
   * @throws IllegalArgumentException with what is wrong, where no simulator can take them
   */
  default void check(double[] row) {}

  /** A new runner from the columns of the inputs to those of the results, for one thread. */
  ForwardModel.Runner newRunner();
}
