package org.sidereus.simulators.process;

import java.util.List;
import java.util.Map;
import org.sidereus.simulators.model.ForwardModel;

/** A simulator that knows the names of its inputs and observables, and nothing else of a case. */
public interface NamedSimulator extends AutoCloseable {
  /** What it is, for messages. */
  String description();

  /** What its results depend on beside the inputs, as JSON can hold it; for the manifest. */
  Map<String, Object> provenance();

  /** Names of the inputs of a run, in their order. */
  List<String> inputs();

  /** Names of the observables, in their order. */
  List<String> observables();

  /** A runner for one thread, from the inputs to the observables in their order here. */
  ForwardModel.Runner newRunner();

  /** Ends what runs for it. */
  @Override
  void close();
}
