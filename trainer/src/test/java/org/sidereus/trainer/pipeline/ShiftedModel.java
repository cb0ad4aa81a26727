package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.networks.Formula;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.model.EmulatedParts;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.model.SimulationResult;
import org.sidereus.testing.models.LinearGaussianModel;

/** The linear model with a known shift of all observables, and the sum of its parameters. */
public final class ShiftedModel implements ForwardModel {
  private final LinearGaussianModel linear = new LinearGaussianModel(2.5);

  @Override
  public String name() {
    return "shifted";
  }

  @Override
  public List<Parameter> parameters() {
    return linear.parameters();
  }

  @Override
  public List<Covariate> covariates() {
    return List.of(new Covariate("shift", "", new Uniform(-10, 10)));
  }

  @Override
  public List<Observable> observables() {
    return linear.observables();
  }

  @Override
  public EmulatedParts parts() {
    List<String> names = new ArrayList<>();
    List<Formula> formulas = new ArrayList<>();
    for (int i = 0; i < observables().size(); i++) {
      names.add("part" + i);
      formulas.add(sum(3 + i, 2));
    }
    return new EmulatedParts(names, formulas);
  }

  @Override
  public List<LinearEffect> linearEffects() {
    return List.of(new LinearEffect(2, false, 0, true)); // no part depends on the shift
  }

  @Override
  public OptionalDouble ageOfUniverseGyr() {
    return OptionalDouble.of(14.2);
  }

  @Override
  public List<DerivedQuantity> derived() {
    return List.of(new DerivedQuantity(new Derived("sum", ""), sum(0, 1)));
  }

  private static Formula sum(int left, int right) {
    return new Formula.Sum(
        List.of(new Formula.Input(left), new Formula.Input(right)), List.of(1.0, 1.0), 0);
  }

  @Override
  public Runner newRunner() {
    Runner runner = linear.newRunner();
    return inputs -> {
      SimulationResult outcome = runner.run(inputs);
      if (!(outcome instanceof SimulationResult.Observables observables)) {
        return outcome;
      }
      int m = observables.y().length;
      double[] all = Arrays.copyOf(observables.y(), 2 * m);
      System.arraycopy(observables.y(), 0, all, m, m);
      for (int i = 0; i < m; i++) {
        all[i] += inputs[2];
      }
      return new SimulationResult.Observables(all);
    };
  }
}
