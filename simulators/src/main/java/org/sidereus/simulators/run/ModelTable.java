package org.sidereus.simulators.run;

import java.util.List;
import java.util.stream.Stream;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.simulators.model.ForwardModel;

/**
 * The parameters and covariates of a forward model, and its observables.
 *
 * @param model the forward model
 */
public record ModelTable(ForwardModel model) implements SimulationTable {
  @Override
  public List<String> inputs() {
    return Stream.concat(
            model.parameters().stream().map(Parameter::name),
            model.covariates().stream().map(Covariate::name))
        .toList();
  }

  @Override
  public List<String> results() {
    return model.observables().stream().map(Observable::name).toList();
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
