package org.sidereus.trainer.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidereus.command.Progress;
import org.sidereus.model.bundle.Bundle;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.bundle.Parameter;
import org.sidereus.model.engine.Device;
import org.sidereus.model.engine.EngineOptions;
import org.sidereus.model.engine.PosteriorEngine;
import org.sidereus.model.engine.Samples;
import org.sidereus.trainer.data.ObservationModel;
import org.sidereus.trainer.data.TrainingSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the bundle's posteriors with the truth on fresh simulator runs: ranks of
 * simulation-based calibration (Talts et al. 2018) and standardised residuals. The summary goes
 * into the manifest.
 */
final class ValidateStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(ValidateStage.class);
  private static final int OBJECTS = 5_000;
  private static final int PIECE = 256;

  private final StageContext context;
  private final BundleTarget target;

  ValidateStage(StageContext context, BundleTarget target) {
    this.context = context;
    this.target = target;
  }

  @Override
  public Map<String, Object> run() {
    Bundle bundle = Bundle.load(target.folder());
    TrainingSet truth =
        context.simulation().run(context.prior(), OBJECTS, context.streams(), "validation truth");
    List<Parameter> parameters = bundle.manifest().parameters();
    List<CalibrationTally> tallies =
        parameters.stream().map(p -> new CalibrationTally(p.name())).toList();
    try (PosteriorEngine engine =
            PosteriorEngine.open(bundle, EngineOptions.defaults().withDevice(Device.CPU));
        Progress progress = Progress.of("validate", OBJECTS)) {
      for (int from = 0; from < OBJECTS; from += PIECE) {
        int count = Math.min(PIECE, OBJECTS - from);
        List<Samples> samples = engine.sample(features(truth, from, count));
        for (int i = 0; i < count; i++) {
          for (int d = 0; d < parameters.size(); d++) {
            double value = truth.parameters()[(from + i) * parameters.size() + d];
            tallies.get(d).add(value, samples.get(i), d);
          }
        }
        progress.advance(count);
      }
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("objects", OBJECTS);
    summary.put("parameters", tallies.stream().map(CalibrationTally::summary).toList());
    tallies.forEach(tally -> LOG.info("validate: {}", tally));
    record(bundle.manifest(), summary);
    return summary;
  }

  private List<float[]> features(TrainingSet truth, int from, int count) {
    ObservationModel observation = context.observation();
    List<float[]> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      float[] row = new float[observation.features().size()];
      observation.observe(
          truth.parameters(),
          i * truth.parameterCount(),
          truth.observables(),
          i * truth.observableCount(),
          context.streams().at("validation noise", i),
          row,
          0);
      rows.add(row);
    }
    return rows;
  }

  private void record(Manifest before, Map<String, Object> summary) {
    new Manifest(
            before.format(),
            before.name(),
            before.version(),
            before.description(),
            before.parameters(),
            before.observables(),
            before.features(),
            before.samples(),
            before.files(),
            before.provenance(),
            StageRecord.map(StageRecord.json(summary)))
        .write(target.folder().resolve(Manifest.FILE));
  }
}
