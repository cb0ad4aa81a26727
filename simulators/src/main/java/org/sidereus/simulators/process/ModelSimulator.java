package org.sidereus.simulators.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.sidereus.simulators.model.ForwardModel;

/**
 * A forward model of a jar on the class path, by its name. Only its names and its runs are used:
 * priors, roles and errors are those of the case.
 *
 * @param model named in {@code META-INF/services/org.sidereus.simulators.model.ForwardModel}
 */
public record ModelSimulator(ForwardModel model) implements NamedSimulator {

  /** The model of this name on the class path. */
  public static Optional<ModelSimulator> named(String name) {
    return ServiceLoader.load(ForwardModel.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(one -> one.name().equals(name))
        .findFirst()
        .map(ModelSimulator::new);
  }

  @Override
  public String description() {
    return model.name();
  }

  @Override
  public Map<String, Object> provenance() {
    return Map.of("simulator", model.name(), "simulator_class", model.getClass().getName());
  }

  @Override
  public List<String> inputs() {
    return model.inputNames();
  }

  @Override
  public List<String> observables() {
    return model.observableNames();
  }

  @Override
  public ForwardModel.Runner newRunner() {
    return model.newRunner();
  }

  @Override
  public void close() {
    // a model has nothing that runs
  }
}
