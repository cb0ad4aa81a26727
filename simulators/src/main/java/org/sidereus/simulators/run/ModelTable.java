package org.sidereus.simulators.run;

import java.util.List;
import org.sidereus.simulators.model.ForwardModel;

/**
 * The parameters and covariates of a forward model, and its observables.
 *
 * @param model the forward model
 */
public record ModelTable(ForwardModel model) implements SimulationTable {
  @Override
  public List<String> inputs() {
    return model.inputNames();
  }

  @Override
  public List<String> results() {
    return model.observableNames();
  }

  @Override
  public double[][] draw(int n, long seed) {
    return new PriorDraws(model, seed).next(n);
  }

  @Override
  public ForwardModel.Runner newRunner() {
    return model.newRunner();
  }
}
