package org.sidereus.trainer.pipeline;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.simulators.model.LinearEffect;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.Simulation;
import org.sidereus.trainer.recipe.SimulationSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the simulator over a wide box and over the prior. */
final class SimulateStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(SimulateStage.class);

  private final StageContext context;
  private final Simulation simulation;
  private final Map<String, Object> voidRuns = new LinkedHashMap<>();

  SimulateStage(StageContext context) {
    this.context = context;
    this.simulation = context.simulation();
  }

  @Override
  public Map<String, Object> run() {
    SimulationSettings sizes = context.recipe().simulation();
    WorkDirectory work = context.work();
    Design box =
        new Design.UniformBox(context.model().inputPriors(), sizes.sigmas(), logarithmic());
    Design prior = context.prior();
    make(box, sizes.wideRows(), "wide", work.wide());
    make(box, sizes.wideValidationRows(), "wide validation", work.wideValidation());
    make(prior, sizes.priorRows(), "prior", work.prior());
    make(prior, sizes.priorValidationRows(), "prior validation", work.priorValidation());
    return Map.of("void_runs", voidRuns);
  }

  /** Inputs that are known to act by their logarithm and never are 0. */
  private Set<Integer> logarithmic() {
    return context.model().linearEffects().stream()
        .filter(LinearEffect::logarithmic)
        .map(LinearEffect::input)
        .filter(
            input ->
                context.model().inputPriors().get(input) instanceof Uniform uniform
                    && uniform.lower() > 0)
        .collect(Collectors.toSet());
  }

  private void make(Design design, int rows, String purpose, Path file) {
    long before = simulation.failedRuns();
    long start = System.nanoTime();
    simulation.run(design, rows, context.streams(), purpose).write(file);
    long drawnAgain = simulation.failedRuns() - before;
    voidRuns.put(purpose, drawnAgain);
    double seconds = (System.nanoTime() - start) * 1e-9;
    LOG.info(
        "{}",
        String.format(
            Locale.ROOT,
            "simulate: %s, %d runs (%s), %d void ones drawn again, %.0f runs/s",
            purpose,
            rows,
            design.description(),
            drawnAgain,
            (rows + drawnAgain) / seconds));
  }
}
