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
 * Runs with theta_0 above 2.5 are void.
 */
public final class LinearGaussianModel implements ForwardModel {
  /** [3 observables][2 parameters]. */
  public static final double[][] A = {{1.0, 0.5}, {-0.5, 1.0}, {0.8, 0.8}};

  /** Why a run is void. */
  public enum TooLarge implements SimulationResult.Reason {
    TOO_LARGE;

    @Override
    public String description() {
      return "theta_0 is above 2.5";
    }
  }

  private final double voidAbove;

  public LinearGaussianModel(double voidAbove) {
    this.voidAbove = voidAbove;
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
      if (theta[0] > voidAbove) {
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
