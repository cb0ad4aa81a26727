package org.sidereus.simulators.process;

import java.util.List;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;

/** A model as a jar of a user's own has it; its priors and errors are not those of any case. */
public final class SpringModel implements ForwardModel {
  @Override
  public String name() {
    return "jar-of-springs";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(new Parameter("stiffness", "", Role.LOCAL, new Uniform(0, 1)));
  }

  @Override
  public List<Covariate> covariates() {
    return List.of(
        new Covariate("stretch", "", new Uniform(0, 1)),
        new Covariate("rest", "", new Uniform(0, 1)));
  }

  @Override
  public List<Observable> observables() {
    return List.of(new Observable("energy", "", 1.0), new Observable("force", "", 1.0));
  }

  @Override
  public Runner newRunner() {
    return inputs ->
        new SimulationResult.Observables(
            new double[] {
              inputs[0] * inputs[1] * inputs[1] / 2, inputs[2] + inputs[0] * inputs[1]
            });
  }
}
