package org.sidereus.simulators.sets;

import java.util.List;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/** A model of two parameters and two observables: a + b / 2 and b. Runs with a large a fail. */
final class SmallModel implements ForwardModel {
  private final double largest;

  /**
   * A model.
   *
   * @param largest value of the first parameter that has observables
   */
  SmallModel(double largest) {
    this.largest = largest;
  }

  private enum Reason implements SimulationResult.Reason {
    TOO_LARGE;

    @Override
    public String description() {
      return "the first parameter is too large";
    }
  }

  @Override
  public String name() {
    return "small";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("a", "", Role.SHARED, new Normal(0, 1)),
        new Parameter("b", "", Role.LOCAL, new Normal(0, 1)));
  }

  @Override
  public List<Observable> observables() {
    return List.of(new Observable("sum", "", null), new Observable("second", "", null));
  }

  @Override
  public Runner newRunner() {
    return theta ->
        theta[0] > largest
            ? new SimulationResult.Failed(Reason.TOO_LARGE)
            : new SimulationResult.Observables(new double[] {theta[0] + 0.5 * theta[1], theta[1]});
  }
}
