package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.simulators.run.RandomStreams;
import org.sidereus.simulators.sets.AnySurvey;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.Simulation;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.network.TensorEngine;
import org.sidereus.trainer.recipe.FlowSettings;
import org.sidereus.trainer.recipe.Recipe;

/**
 * What all stages of a training have in common.
 *
 * @param model the simulator
 * @param modelProvenance what the simulator's outcomes depend on besides the parameters
 * @param anySurvey surveys of all kinds, given the error of those that tell none
 * @param recipe all settings
 * @param work where results lie
 * @param machine where the work is done
 * @param table the runs of the model, where they are a table and nothing can run it
 */
public record StageContext(
    ForwardModel model,
    Map<String, Object> modelProvenance,
    DoubleFunction<ObservationModel> anySurvey,
    Recipe recipe,
    WorkDirectory work,
    Machine machine,
    Optional<TableRuns> table) {

  /** A training with a simulator that runs. */
  public StageContext(
      ForwardModel model,
      Map<String, Object> modelProvenance,
      DoubleFunction<ObservationModel> anySurvey,
      Recipe recipe,
      WorkDirectory work,
      Machine machine) {
    this(model, modelProvenance, anySurvey, recipe, work, machine, Optional.empty());
  }

  /**
   * A training with a table.
   *
   * @param table runs of a model
   */
  public StageContext(TableRuns table, Recipe recipe, WorkDirectory work, Machine machine) {
    this(
        table.model(),
        table.provenance(),
        error -> table.survey(work),
        recipe,
        work,
        machine,
        Optional.of(table));
  }

  /** Whether an emulator is trained, so that the bundle has a likelihood. */
  boolean hasEmulator() {
    return table.isEmpty() || table.get().hasEmulator();
  }

  /** All random numbers of the training. */
  RandomStreams streams() {
    return new RandomStreams(recipe.seed());
  }

  /** Draws from the prior. */
  Design prior() {
    return new Design.FromPrior(model.inputPriors());
  }

  /** A simulation with the machine's threads. */
  Simulation simulation() {
    return new Simulation(model, machine.simulatorThreads(), machine.reporter());
  }

  /** How objects are observed. */
  ObservationModel observation() {
    if (table.isPresent()) {
      return table.get().survey(work);
    }
    FlowSettings flow = recipe.flow();
    return switch (flow.survey()) {
      case FIXED -> AnySurvey.withFixedErrors(model, flow.error());
      case ANY -> anySurvey.apply(flow.error());
    };
  }

  /** A training set of the stage {@code simulate}. */
  TrainingSet set(Path file) {
    return TrainingSet.read(work.existing(file, Stage.SIMULATE));
  }

  /** A manager of tensors with a number of threads; the caller closes it. */
  NDManager tensors(int threads) {
    return TensorEngine.open(machine.device(), threads);
  }
}
