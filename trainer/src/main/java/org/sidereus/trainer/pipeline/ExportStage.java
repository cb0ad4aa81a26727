package org.sidereus.trainer.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.EmulatorError;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.bundle.BundleExporter;
import org.sidereus.exporter.check.Acceptance;
import org.sidereus.exporter.parity.ParityCheck;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.networks.FlowNetwork;
import org.sidereus.networks.Tensor;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.sets.ObservationModel;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.recipe.Recipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the bundle with all that is known about how it came to be. */
final class ExportStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(ExportStage.class);

  private static final int OBSERVED = 1000;

  private final StageContext context;
  private final BundleTarget target;

  ExportStage(StageContext context, BundleTarget target) {
    this.context = context;
    this.target = target;
  }

  @Override
  public Map<String, Object> run() {
    WorkDirectory work = context.work();
    EmulatorNetwork emulator = null;
    if (context.hasEmulator()) {
      work.existing(work.root().resolve("emulator.json"), Stage.EMULATOR);
      emulator = EmulatorNetwork.read(work.root());
    }
    work.existing(work.root().resolve("flow.json"), Stage.FLOW);
    List<ParityCheck.Report> reports =
        new BundleExporter(
                FlowNetwork.read(work.root()),
                emulator,
                context.model().derived().stream().map(DerivedQuantity::formula).toList(),
                observed())
            .accepting(acceptance())
            .export(draft(), Map.of(), target.folder());
    reports.forEach(report -> LOG.info("export: parity of {}", report));
    LOG.info("export: wrote {}", target.folder());
    context.table().ifPresent(table -> table.check(target.folder(), work));
    return Map.of("parity", reports.stream().map(Object::toString).toList());
  }

  /**
   * Faults are in the log and in the manifest and stop nothing: a short training has some. A bundle
   * of a table is checked with its held-out rows afterwards.
   */
  private Acceptance acceptance() {
    return context.table().isPresent()
        ? Acceptance.ofAll()
        : Acceptance.checked(null, true, line -> LOG.info("export: check: {}", line));
  }

  /** Observations of held-out objects, to compare the graphs with the networks. */
  private Tensor observed() {
    TrainingSet objects = context.set(context.work().priorValidation());
    ObservationModel observation = context.observation();
    int width = observation.features().size();
    float[] rows = new float[OBSERVED * width];
    for (int i = 0; i < OBSERVED; i++) {
      int object = i % objects.rows();
      observation.observe(
          objects.parameters(),
          object * objects.parameterCount(),
          objects.observables(),
          object * objects.observableCount(),
          context.streams().at("export noise", i),
          rows,
          i * width);
    }
    return Tensor.matrix(OBSERVED, width, rows);
  }

  private Manifest draft() {
    return Manifest.builder()
        .name(context.recipe().name())
        .version(context.recipe().export().version())
        .description(target.description())
        .parameters(context.model().parameters())
        .covariates(context.model().covariates())
        .derived(context.model().derived().stream().map(DerivedQuantity::quantity).toList())
        .observables(
            new ObservableRanges(context.set(context.work().prior()))
                .of(context.model().observables(), context.observation(), emulatorErrors()))
        .features(context.observation().features())
        .samples(context.recipe().export().samples())
        .provenance(provenance())
        .build();
  }

  private Map<String, EmulatorError> emulatorErrors() {
    JsonNode results = results(Stage.EMULATOR);
    JsonNode measured =
        results.path(
            results.has(EmulatorStage.SPREAD_ERRORS)
                ? EmulatorStage.SPREAD_ERRORS
                : EmulatorStage.PRIOR_ERRORS);
    Map<String, EmulatorError> errors = new HashMap<>();
    for (JsonNode one : measured.path("observables")) {
      errors.put(
          one.path("name").asText(), StageRecord.as(one.path("common"), EmulatorError.class));
    }
    return errors;
  }

  private JsonNode results(Stage stage) {
    return StageRecord.read(context.work().record(stage))
        .map(StageRecord::results)
        .orElseGet(() -> StageRecord.json(Map.of()));
  }

  private Map<String, Object> provenance() {
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put("command", target.command());
    provenance.put("code_version", target.codeVersion());
    provenance.put("model", context.model().name());
    context
        .model()
        .ageOfUniverseGyr()
        .ifPresent(age -> provenance.put(Manifest.AGE_OF_UNIVERSE, age));
    provenance.putAll(context.modelProvenance());
    provenance.put(Recipe.KEY, context.recipe().json());
    for (Stage stage : List.of(Stage.SIMULATE, Stage.EMULATOR, Stage.FLOW)) {
      provenance.put(stage.label(), StageRecord.map(results(stage)));
    }
    return provenance;
  }
}
