package org.sidereus.validation.command;

import java.util.List;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.SurveyHabits;
import org.sidereus.testing.models.LinearGaussianFlows;

/** A science case that reads no files and has no options. */
public final class LinearGaussianCase implements ScienceCase {
  @Override
  public String name() {
    return "linear-gaussian";
  }

  @Override
  public String description() {
    return "A linear model with normal priors.";
  }

  @Override
  public ForwardModel model() {
    return LinearGaussianFlows.MODEL;
  }

  @Override
  public ObservationModel anySurvey(ForwardModel model, double defaultError) {
    return new AnySurvey(model, new SurveyHabits(0.1, 1, List.of(), List.of()), defaultError);
  }
}
