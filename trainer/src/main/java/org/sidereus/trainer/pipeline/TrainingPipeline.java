package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sidereus.command.UserError;
import org.sidereus.exporter.network.EmulatorNetwork;
import org.sidereus.trainer.ForwardModel;
import org.sidereus.trainer.RandomStreams;
import org.sidereus.trainer.data.Design;
import org.sidereus.trainer.data.EmulatedObjects;
import org.sidereus.trainer.data.FixedErrors;
import org.sidereus.trainer.data.ObjectSource;
import org.sidereus.trainer.data.ObservationModel;
import org.sidereus.trainer.data.SimulatedObjects;
import org.sidereus.trainer.data.Simulation;
import org.sidereus.trainer.data.TrainingSet;
import org.sidereus.trainer.network.DeviceChoice;
import org.sidereus.trainer.network.TensorEngine;
import org.sidereus.trainer.training.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of a training. Each reads the files of the stages before it and leaves its own, so any
 * of them can be run alone and an interrupted one can be resumed.
 */
public final class TrainingPipeline {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingPipeline.class);

  /** Fresh simulator runs on which the emulator's errors are measured. */
  private static final int ERROR_RUNS = 50_000;

  private final ForwardModel model;
  private final Map<String, Object> modelProvenance;
  private final TrainingPlan plan;
  private final WorkDirectory work;
  private final Machine machine;
  private final RandomStreams streams;

  /**
   * Where the work is done; none of it changes the training sets.
   *
   * @param simulatorThreads threads that run the simulator
   * @param device where to train
   */
  public record Machine(int simulatorThreads, DeviceChoice device) {}

  /**
   * A pipeline.
   *
   * @param modelProvenance what the outcomes of the model depend on
   */
  public TrainingPipeline(
      ForwardModel model,
      Map<String, Object> modelProvenance,
      TrainingPlan plan,
      WorkDirectory work,
      Machine machine) {
    this.model = model;
    this.modelProvenance = Map.copyOf(modelProvenance);
    this.plan = plan;
    this.work = work;
    this.machine = machine;
    this.streams = new RandomStreams(plan.seed());
  }

  /**
   * Runs stages in their order.
   *
   * @param stages which
   * @param resume whether a stage that is finished with the same settings is left out and an
   *     interrupted training is continued; otherwise they start over
   */
  public void run(Set<Stage> stages, boolean resume) {
    for (Stage stage : Stage.values()) {
      if (stages.contains(stage)) {
        run(stage, resume);
      }
    }
  }

  private void run(Stage stage, boolean resume) {
    JsonNode settings = StageRecord.json(settings(stage));
    StageRecord finished = StageRecord.read(work.record(stage));
    if (resume && finished != null && finished.settings().equals(settings)) {
      LOG.info("{}: finished before with the same settings", stage.label());
      return;
    }
    boolean continues = resume && settings.equals(begun(stage));
    remove(work.record(stage));
    if (!continues) {
      checkpoints(stage).clear();
    }
    new StageRecord(settings, StageRecord.json(Map.of())).write(begunFile(stage));
    long start = System.nanoTime();
    Map<String, Object> results =
        new LinkedHashMap<>(
            switch (stage) {
              case SIMULATE -> simulate();
              case EMULATOR -> trainEmulator();
              case FLOW -> trainFlow();
              case EXPORT, VALIDATE -> throw new UserError(stage.label() + " is not there yet");
            });
    double seconds = (System.nanoTime() - start) * 1e-9;
    results.put("seconds", seconds);
    new StageRecord(settings, StageRecord.json(results)).write(work.record(stage));
    checkpoints(stage).clear();
    remove(begunFile(stage));
    LOG.info("{}: done in {} s", stage.label(), String.format(Locale.ROOT, "%.1f", seconds));
  }

  /** All that the result of a stage depends on. */
  private Map<String, Object> settings(Stage stage) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", model.name());
    settings.put("model_provenance", modelProvenance);
    settings.put("seed", plan.seed());
    settings.put("simulation", plan.simulation());
    if (stage != Stage.SIMULATE) {
      settings.put("tensor_threads", plan.tensorThreads());
      if (stage != Stage.FLOW || plan.flow().objects() == FlowSettings.Objects.EMULATOR) {
        settings.put("emulator", plan.emulator());
      }
      if (stage != Stage.EMULATOR) {
        settings.put("flow", plan.flow());
      }
    }
    return settings;
  }

  private Path begunFile(Stage stage) {
    return work.root().resolve(stage.label() + ".begun.json");
  }

  private JsonNode begun(Stage stage) {
    StageRecord record = StageRecord.read(begunFile(stage));
    return record == null ? null : record.settings();
  }

  private Checkpoints checkpoints(Stage stage) {
    return new Checkpoints(
        switch (stage) {
          case EMULATOR -> work.emulatorCheckpoint();
          case FLOW -> work.flowCheckpoint();
          default -> null;
        });
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UserError("cannot remove " + file + ": " + e.getMessage(), e);
    }
  }

  private Map<String, Object> simulate() {
    SimulationSettings sizes = plan.simulation();
    Simulation simulation = new Simulation(model, machine.simulatorThreads());
    Design box = new Design.UniformBox(model.parameters(), sizes.sigmas());
    Design prior = prior();
    Map<String, Object> voidRuns = new LinkedHashMap<>();
    make(simulation, box, sizes.wideRows(), "wide", work.wide(), voidRuns);
    make(
        simulation,
        box,
        sizes.wideValidationRows(),
        "wide validation",
        work.wideValidation(),
        voidRuns);
    make(simulation, prior, sizes.priorRows(), "prior", work.prior(), voidRuns);
    make(
        simulation,
        prior,
        sizes.priorValidationRows(),
        "prior validation",
        work.priorValidation(),
        voidRuns);
    return Map.of("void_runs", voidRuns);
  }

  private void make(
      Simulation simulation,
      Design design,
      int rows,
      String purpose,
      Path file,
      Map<String, Object> voidRuns) {
    long before = simulation.voidRuns();
    long start = System.nanoTime();
    simulation.run(design, rows, streams, purpose).write(file);
    long drawnAgain = simulation.voidRuns() - before;
    voidRuns.put(purpose, drawnAgain);
    LOG.info(
        "{}",
        String.format(
            Locale.ROOT,
            "simulate: %s, %d runs (%s), %d void ones drawn again, %.0f runs/s",
            purpose,
            rows,
            design.description(),
            drawnAgain,
            (rows + drawnAgain) / ((System.nanoTime() - start) * 1e-9)));
  }

  private Design prior() {
    return new Design.FromPrior(model.parameters());
  }

  private TrainingSet set(Path file) {
    return TrainingSet.read(work.existing(file, Stage.SIMULATE));
  }

  private Map<String, Object> trainEmulator() {
    TrainingSet prior = set(work.prior());
    TrainingSet validation = set(work.priorValidation());
    try (NDManager manager = TensorEngine.open(machine.device(), plan.tensorThreads())) {
      EmulatorTraining.Result result =
          new EmulatorTraining(plan.emulator(), streams, manager)
              .run(set(work.wide()), prior, validation, checkpoints(Stage.EMULATOR));
      EmulatorNetwork network = unbiased(result.network(), prior, manager);
      network.write(work.root());
      TrainingSet fresh =
          new Simulation(model, machine.simulatorThreads())
              .run(prior(), ERROR_RUNS, streams, "emulator errors");
      EmulatorErrors errors = errors(network, fresh, manager);
      EmulatorErrors wideErrors = errors(network, set(work.wideValidation()), manager);
      LOG.info("{}", text(errors));
      return new LinkedHashMap<>(
          Map.of(
              "prior_errors", errors,
              "wide_errors", wideErrors,
              "validation_loss", result.trained().validationLoss(),
              "best_step", result.trained().bestStep(),
              "training_seconds", result.trained().seconds()));
    }
  }

  /** Takes the mean signed error over draws of the prior out of every observable. */
  private EmulatorNetwork unbiased(EmulatorNetwork network, TrainingSet prior, NDManager manager) {
    double[] shifts = errors(network, prior, manager).means();
    for (int i = 0; i < shifts.length; i++) {
      shifts[i] = -shifts[i];
    }
    return EmulatorTraining.shifted(network, shifts);
  }

  private EmulatorErrors errors(EmulatorNetwork network, TrainingSet runs, NDManager manager) {
    try (EmulatedObjects emulated = new EmulatedObjects(network, prior(), streams, manager)) {
      return EmulatorErrors.of(model.observables(), runs, emulated.observables(runs));
    }
  }

  private static String text(EmulatorErrors errors) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "emulator: median |error| %.5f over %d fresh draws of the prior",
                errors.medianAbsolute(),
                errors.runs()));
    for (EmulatorErrors.OfObservable o : errors.observables()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %-8s median |error| %.5f  mean %+.6f  rms %.5f  largest %.4f",
              o.name(),
              o.medianAbsolute(),
              o.mean(),
              o.rms(),
              o.largest()));
    }
    return text.toString();
  }

  private Map<String, Object> trainFlow() {
    TrainingSet prior = set(work.prior());
    TrainingSet validation = set(work.priorValidation());
    ObservationModel observation = new FixedErrors(model.observables(), plan.flow().error());
    try (NDManager manager = TensorEngine.open(machine.device(), plan.tensorThreads())) {
      FlowTraining training = new FlowTraining(plan.flow(), model, streams, manager);
      FlowTraining.Result result;
      if (plan.flow().objects() == FlowSettings.Objects.SIMULATOR) {
        ObjectSource objects = new SimulatedObjects(prior, streams);
        result = training.run(prior, objects, observation, validation, checkpoints(Stage.FLOW));
      } else {
        work.existing(work.root().resolve("emulator.json"), Stage.EMULATOR);
        try (EmulatedObjects objects =
            new EmulatedObjects(EmulatorNetwork.read(work.root()), prior(), streams, manager)) {
          result = training.run(prior, objects, observation, validation, checkpoints(Stage.FLOW));
        }
      }
      result.network().write(work.root());
      LOG.info(
          "{}",
          String.format(
              Locale.ROOT,
              "flow: %d weights, mean log_prob %.4f over %d held-out simulator runs",
              result.network().weights().parameterCount(),
              result.logProb(),
              validation.rows()));
      return Map.of(
          "mean_log_prob", result.logProb(),
          "validation_loss", result.trained().validationLoss(),
          "best_step", result.trained().bestStep(),
          "training_seconds", result.trained().seconds(),
          "weights", result.network().weights().parameterCount());
    }
  }

  /** Names of the stages, for messages. */
  static List<String> labels() {
    return List.of(Stage.values()).stream().map(Stage::label).toList();
  }
}
