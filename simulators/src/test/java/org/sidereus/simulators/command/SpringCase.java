package org.sidereus.simulators.command;

import java.util.List;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyHabits;

/** Springs: the force at a stretch that is known. A case without files and options. */
public final class SpringCase implements ScienceCase {
  @Override
  public String name() {
    return "spring";
  }

  @Override
  public String description() {
    return "Stiffness and rest force of springs.";
  }

  @Override
  public ForwardModel model() {
    return new Spring();
  }

  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    return new AnySurvey(model, new SurveyHabits(0.01, 1, List.of(), List.of()), defaultError);
  }

  private enum Reason implements SimulationResult.Reason {
    TORN;

    @Override
    public String description() {
      return "the force is above 100";
    }
  }

  /** force = rest + stiffness * stretch. */
  private static final class Spring implements ForwardModel {
    @Override
    public String name() {
      return "hooke";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter("rest", "N", Role.LOCAL, new Normal(0, 1)),
          new Parameter("stiffness", "N/m", Role.SHARED, new Normal(5, 1)));
    }

    @Override
    public List<Covariate> covariates() {
      return List.of(new Covariate("stretch", "m", new Uniform(0, 2)));
    }

    @Override
    public List<Observable> observables() {
      return List.of(new Observable("force", "N", null));
    }

    @Override
    public Runner newRunner() {
      return inputs -> {
        double force = inputs[0] + inputs[1] * inputs[2];
        return force > 100
            ? new SimulationResult.Failed(Reason.TORN)
            : new SimulationResult.Observables(new double[] {force});
      };
    }
  }
}
