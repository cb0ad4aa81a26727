package org.sidereus.simulators.mock;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.simulators.sets.SurveyErrors;

/**
 * A made-up group: its objects share some parameters, and draw their own parameters and covariates
 * from the prior.
 *
 * @param name name of the group
 * @param shared true values of the shared parameters [K], in the order of the model
 */
public record MockGroup(String name, List<Double> shared) {
  /** A group has no objects if more draws than this in a row fail. */
  private static final int MOST_FAILURES = 1000;

  public MockGroup {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (!shared.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("the parameters of " + name + " must be finite");
    }
    shared = List.copyOf(shared);
  }

  /**
   * Makes objects.
   *
   * @param model whose objects; it has as many shared parameters as the group
   * @param n number of objects
   * @param errors of the measurements of each object
   * @param random source of all draws
   * @return objects [n]; draws that fail are replaced
   * @throws SidereusException if the shared parameters leave no object
   */
  MockObject[] objects(ForwardModel model, int n, SurveyErrors errors, RandomGenerator random) {
    ForwardModel.Runner runner = model.newRunner();
    MockObject[] objects = new MockObject[n];
    for (int i = 0; i < n; i++) {
      objects[i] = object(model, runner, errors, random);
    }
    return objects;
  }

  private MockObject object(
      ForwardModel model, ForwardModel.Runner runner, SurveyErrors errors, RandomGenerator random) {
    for (int draw = 0; draw < MOST_FAILURES; draw++) {
      double[] inputs = inputs(model, random);
      if (runner.run(inputs) instanceof SimulationResult.Observables truth) {
        double[] error = errors.draw(random);
        double[] observed = Arrays.copyOf(truth.y(), model.observables().size());
        for (int i = 0; i < observed.length; i++) {
          observed[i] = model.observables().get(i).noise().measure(observed[i], error[i], random);
        }
        return new MockObject(inputs, observed, error);
      }
    }
    throw new SidereusException(
        "the group "
            + name
            + " has no objects: nothing can be observed with the shared parameters "
            + shared
            + "; choose others");
  }

  private double[] inputs(ForwardModel model, RandomGenerator random) {
    List<Parameter> parameters = model.parameters();
    List<Covariate> covariates = model.covariates();
    double[] inputs = new double[parameters.size() + covariates.size()];
    int k = 0;
    for (int i = 0; i < inputs.length; i++) {
      if (i >= parameters.size()) {
        inputs[i] = covariates.get(i - parameters.size()).training().sample(random);
      } else if (parameters.get(i).role() == Role.SHARED) {
        inputs[i] = shared.get(k++);
      } else {
        inputs[i] = parameters.get(i).prior().sample(random);
      }
    }
    return inputs;
  }
}
