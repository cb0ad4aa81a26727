package org.sidereus.testing.models;

import java.util.List;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/**
 * y = A theta with standard normal priors: with normal noise the posterior is normal and known.
 * Runs with a large theta_0 fail.
 */
public final class LinearGaussianModel implements ForwardModel {
  /** [3 observables][2 parameters]. */
  public static final double[][] A = {{1.0, 0.5}, {-0.5, 1.0}, {0.8, 0.8}};

  /** Why a run fails. */
  public enum TooLarge implements SimulationResult.Reason {
    TOO_LARGE;

    @Override
    public String description() {
      return "theta_0 is too large";
    }
  }

  private final double largest;

  public LinearGaussianModel(double largest) {
    this.largest = largest;
  }

  @Override
  public String name() {
    return "linear-gaussian";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("a", "", Role.SHARED, new Normal(0, 1)),
        new Parameter("b", "", Role.LOCAL, new Normal(0, 1)));
  }

  @Override
  public List<Observable> observables() {
    return List.of(
        new Observable("x", "", null),
        new Observable("y", "", null),
        new Observable("z", "", null));
  }

  @Override
  public Runner newRunner() {
    return theta -> {
      if (theta[0] > largest) {
        return new SimulationResult.Failed(TooLarge.TOO_LARGE);
      }
      double[] y = new double[A.length];
      for (int i = 0; i < A.length; i++) {
        y[i] = A[i][0] * theta[0] + A[i][1] * theta[1];
      }
      return new SimulationResult.Observables(y);
    };
  }
}
