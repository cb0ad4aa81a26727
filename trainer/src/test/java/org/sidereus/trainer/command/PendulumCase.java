package org.sidereus.trainer.command;

import java.util.List;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyHabits;

/**
 * A science case of nothing but a model, without options and files: pendulums of several lengths in
 * one gravity, whose period and length are measured.
 */
public final class PendulumCase implements ScienceCase {
  @Override
  public String name() {
    return "pendulum";
  }

  @Override
  public String description() {
    return "Gravity from the periods of pendulums.";
  }

  @Override
  public ForwardModel model() {
    return new Pendulum();
  }

  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    return new AnySurvey(model, new SurveyHabits(0.01, 0.1, List.of(), List.of()), defaultError);
  }

  /** Period 2 pi sqrt(length / gravity) and length. */
  private static final class Pendulum implements ForwardModel {
    @Override
    public String name() {
      return "pendulum";
    }

    @Override
    public List<Parameter> parameters() {
      return List.of(
          new Parameter("gravity", "m/s2", Role.SHARED, new Normal(9.8, 1)),
          new Parameter("length", "m", Role.LOCAL, new Normal(1, 0.1)));
    }

    @Override
    public List<Observable> observables() {
      return List.of(new Observable("period", "s", null), new Observable("ruler", "m", null));
    }

    @Override
    public Runner newRunner() {
      return inputs ->
          new SimulationResult.Observables(
              new double[] {2 * Math.PI * Math.sqrt(inputs[1] / inputs[0]), inputs[1]});
    }
  }
}
