package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.networks.Weights;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.sets.TrainingSet;

/**
 * Takes the known effects out of training sets and puts them into the emulator of the rest, as its
 * linear part.
 *
 * @param effects may be empty
 */
record KnownEffects(List<LinearEffect> effects) {

  /** What is left to learn; inputs without another effect are the same in all rows. */
  TrainingSet removed(TrainingSet set) {
    if (effects.isEmpty()) {
      return set;
    }
    int d = set.parameterCount();
    int m = set.observableCount();
    float[] inputs = set.parameters().clone();
    float[] observables = set.observables().clone();
    for (LinearEffect effect : effects) {
      for (int row = 0; row < set.rows(); row++) {
        int at = row * d + effect.input();
        double known = effect.slope() * effect.coordinate(inputs[at]);
        for (int j = row * m; j < (row + 1) * m; j++) {
          observables[j] = (float) (observables[j] - known);
        }
        inputs[at] = effect.complete() ? 0 : inputs[at];
      }
    }
    return new TrainingSet(set.rows(), inputs, observables);
  }

  /** Scaling of the inputs of the rest; an input whose logarithm has an effect is scaled in it. */
  List<ParameterScaling> scaling(TrainingSet removed) {
    List<ParameterScaling> scaling = new ArrayList<>(Scaling.ofParameters(removed));
    for (LinearEffect effect : effects) {
      if (effect.logarithmic() && !effect.complete()) {
        scaling.set(effect.input(), Scaling.log(0, 1, removed, effect.input()));
      }
    }
    return scaling;
  }

  /** The emulator of everything. */
  EmulatorNetwork added(EmulatorNetwork rest) {
    if (effects.isEmpty()) {
      return rest;
    }
    EmulatorSpec spec = rest.spec();
    int d = spec.dimensions();
    int m = spec.outputs();
    double[] shifts = spec.outputScaling().stream().mapToDouble(Standardisation::shift).toArray();
    float[] skip = new float[m * d];
    Tensor first = rest.weights().get("layers.0.weight");
    float[] weights = first.values().clone();
    for (LinearEffect effect : effects) {
      int i = effect.input();
      ParameterScaling scaling = spec.parameterScaling().get(i);
      if (effect.logarithmic() != scaling instanceof ParameterScaling.Log) {
        throw new IllegalArgumentException("input " + i + " has another scaling than its effect");
      }
      for (int j = 0; j < m; j++) {
        double scale = spec.outputScaling().get(j).scale();
        skip[j * d + i] += (float) (effect.slope() * scaling.scale() / scale);
        shifts[j] += effect.slope() * scaling.shift();
      }
      for (int unit = 0; effect.complete() && unit < first.rows(); unit++) {
        weights[unit * d + i] = 0; // what it began with: it was never trained
      }
    }
    List<Standardisation> outputs = new ArrayList<>();
    for (int j = 0; j < m; j++) {
      outputs.add(new Standardisation(shifts[j], spec.outputScaling().get(j).scale()));
    }
    EmulatorSpec whole =
        new EmulatorSpec(spec.parameterScaling(), spec.hidden(), spec.activation(), outputs, true);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : whole.tensorShapes().keySet()) {
      tensors.put(
          name,
          switch (name) {
            case "layers.0.weight" -> Tensor.matrix(first.rows(), d, weights);
            case "skip.weight" -> Tensor.matrix(m, d, skip);
            default -> rest.weights().get(name);
          });
    }
    return new EmulatorNetwork(whole, new Weights(tensors));
  }
}
