package org.sidereus.trainer.command;

import java.util.List;
import org.sidereus.networks.Activation;
import org.sidereus.trainer.network.FlowArchitecture;
import org.sidereus.trainer.network.TransformKind;
import org.sidereus.trainer.pipeline.EmulatorSettings;
import org.sidereus.trainer.pipeline.FlowSettings;
import org.sidereus.trainer.pipeline.OptimiserSettings;
import org.sidereus.trainer.pipeline.Preset;
import org.sidereus.trainer.pipeline.SimulationSettings;
import picocli.CommandLine.Option;

/** Options that replace single settings of a preset. */
final class PlanOptions {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "standard",
      description =
          "Settings to begin with: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). paper: the"
              + " networks of Buck et al. (2025); sedflow: the flow of Hahn and Melchior (2022).")
  private Preset preset;

  @Option(names = "--runs", paramLabel = "N", description = "Simulator runs over the wide box.")
  private Integer wideRows;

  @Option(
      names = "--validation-runs",
      paramLabel = "N",
      description = "Held-out simulator runs, over the wide box and from the prior each.")
  private Integer validationRows;

  @Option(names = "--prior-runs", paramLabel = "N", description = "Simulator runs from the prior.")
  private Integer priorRows;

  @Option(
      names = "--emulator-hidden",
      split = ",",
      paramLabel = "UNITS",
      description = "Units of the emulator's hidden layers, such as 128,128,128.")
  private List<Integer> emulatorHidden;

  @Option(
      names = "--emulator-activation",
      paramLabel = "NAME",
      description = "Of the emulator's units: ${COMPLETION-CANDIDATES}.")
  private Activation emulatorActivation;

  @Option(
      names = "--prior-share",
      paramLabel = "SHARE",
      description = "Share of the emulator's batches that is drawn from the prior, 0 to 1.")
  private Double priorShare;

  @Option(names = "--emulator-steps", paramLabel = "N", description = "Steps of the emulator.")
  private Long emulatorSteps;

  @Option(
      names = "--emulator-batch",
      arity = "2",
      paramLabel = "ROWS",
      description = "First and last batch size of the emulator.")
  private int[] emulatorBatch;

  @Option(names = "--emulator-rate", paramLabel = "RATE", description = "Largest learning rate.")
  private Double emulatorRate;

  @Option(
      names = "--flow-kind",
      paramLabel = "KIND",
      description = "Transforms of the flow: ${COMPLETION-CANDIDATES}")
  private TransformKind flowKind;

  @Option(names = "--flow-transforms", paramLabel = "N", description = "Number of transforms.")
  private Integer flowTransforms;

  @Option(
      names = "--flow-hidden",
      split = ",",
      paramLabel = "UNITS",
      description = "Units of the hidden layers of each transform, such as 64,64.")
  private List<Integer> flowHidden;

  @Option(
      names = "--flow-activation",
      paramLabel = "NAME",
      description = "Of the units of each transform: ${COMPLETION-CANDIDATES}.")
  private Activation flowActivation;

  @Option(
      names = "--flow-embedding",
      split = ",",
      paramLabel = "UNITS",
      description = "Units of the layers that embed the features; 0: no embedding.")
  private List<Integer> flowEmbedding;

  @Option(names = "--flow-bins", paramLabel = "N", description = "Bins of a spline.")
  private Integer flowBins;

  @Option(names = "--flow-steps", paramLabel = "N", description = "Steps of the flow.")
  private Long flowSteps;

  @Option(
      names = "--flow-batch",
      arity = "2",
      paramLabel = "ROWS",
      description = "First and last batch size of the flow.")
  private int[] flowBatch;

  @Option(names = "--flow-rate", paramLabel = "RATE", description = "Largest learning rate.")
  private Double flowRate;

  @Option(
      names = "--flow-start",
      paramLabel = "DIR",
      description =
          "Begin with the weights of an earlier training of the same flow, in its work folder.")
  private String flowStart;

  @Option(
      names = "--flow-data",
      paramLabel = "SOURCE",
      description =
          "Where the flow's training objects come from: emulator (fresh ones in every batch) or"
              + " simulator (the runs of --prior-runs, with fresh noise).")
  private FlowSettings.Objects flowData;

  @Option(
      names = "--survey",
      paramLabel = "KIND",
      description =
          "Observations that the flow is trained for: fixed (every observable with the same error)"
              + " or any (errors and missing values are features).")
  private FlowSettings.Survey survey;

  @Option(
      names = "--noise",
      paramLabel = "SD",
      description = "Standard deviation of the noise of every observable.")
  private Double noise;

  SimulationSettings simulation() {
    SimulationSettings base = preset.simulation();
    return new SimulationSettings(
        or(wideRows, base.wideRows()),
        or(validationRows, base.wideValidationRows()),
        base.sigmas(),
        or(priorRows, base.priorRows()),
        or(validationRows, base.priorValidationRows()));
  }

  EmulatorSettings emulator() {
    EmulatorSettings base = preset.emulator();
    return new EmulatorSettings(
        or(emulatorHidden, base.hidden()),
        or(emulatorActivation, base.activation()),
        or(priorShare, base.priorShare()),
        optimiser(base.optimiser(), emulatorSteps, emulatorBatch, emulatorRate));
  }

  FlowSettings flow() {
    FlowSettings base = preset.flow();
    FlowArchitecture sizes = base.architecture();
    return new FlowSettings(
        new FlowArchitecture(
            or(flowKind, sizes.kind()),
            or(flowTransforms, sizes.transforms()),
            or(flowHidden, sizes.hidden()),
            or(flowActivation, sizes.activation()),
            embedding(sizes),
            sizes.embeddingActivation(),
            or(flowBins, sizes.bins()),
            sizes.tailBound()),
        or(flowData, base.objects()),
        or(survey, base.survey()),
        or(noise, base.error()),
        or(flowStart, base.start()),
        optimiser(base.optimiser(), flowSteps, flowBatch, flowRate));
  }

  private List<Integer> embedding(FlowArchitecture sizes) {
    if (flowEmbedding == null) {
      return sizes.embedding();
    }
    return flowEmbedding.equals(List.of(0)) ? List.of() : flowEmbedding;
  }

  private static OptimiserSettings optimiser(
      OptimiserSettings base, Long steps, int[] batch, Double rate) {
    return new OptimiserSettings(
        or(steps, base.steps()),
        batch == null ? base.firstBatch() : batch[0],
        batch == null ? base.lastBatch() : batch[1],
        or(rate, base.rate()),
        base.lastRate(),
        base.warmUp(),
        base.clip(),
        base.averageDecay(),
        base.validations());
  }

  private static <T> T or(T given, T base) {
    return given == null ? base : given;
  }
}
