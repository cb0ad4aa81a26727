package org.sidereus.trainer.pipeline;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Role;
import org.sidereus.networks.EmulatorNetwork;
import org.sidereus.simulators.sets.Design;
import org.sidereus.simulators.sets.TrainingSet;
import org.sidereus.trainer.batches.EmulatedObjects;
import org.sidereus.trainer.recipe.EmulatorSettings;
import org.sidereus.trainer.training.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains the emulator and measures its errors on fresh simulator runs. */
final class EmulatorStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(EmulatorStage.class);
  private static final int ERROR_RUNS = 50_000;

  /** Error of an emulator in units of that of a measurement above which it must be told. */
  private static final double TOO_LARGE = 0.2;

  /** Key of the results: {@link EmulatorErrors} over draws of the prior. */
  static final String PRIOR_ERRORS = "prior_errors";

  /**
   * Key of the results: {@link EmulatorErrors} over these draws and as many whose shared parameters
   * are spread over the range of the training; missing where nothing is shared, or where there is
   * only a table.
   */
  static final String SPREAD_ERRORS = "spread_errors";

  private final StageContext context;
  private final Checkpoints checkpoints;

  EmulatorStage(StageContext context, Checkpoints checkpoints) {
    this.context = context;
    this.checkpoints = checkpoints;
  }

  @Override
  public Map<String, Object> run() {
    WorkDirectory work = context.work();
    TrainingSet prior = context.set(work.prior());
    try (NDManager manager = context.tensors(context.recipe().emulator().tensorThreads())) {
      EmulatorTraining.Result result =
          new EmulatorTraining(
                  context.recipe().emulator(),
                  context.model(),
                  context.streams(),
                  manager,
                  context.machine().reporter())
              .run(
                  context.table().isPresent() ? prior : context.set(work.wide()),
                  prior,
                  context.set(work.priorValidation()),
                  checkpoints);
      EmulatorNetwork network = unbiased(result.network(), prior, manager);
      network.write(work.root());
      TrainingSet fresh =
          context.table().isPresent()
              ? context.set(work.heldOut())
              : context
                  .simulation()
                  .run(context.prior(), ERROR_RUNS, context.streams(), "emulator errors");
      EmulatorErrors errors = errors(network, fresh, manager);
      text(errors).lines().forEach(line -> LOG.info("{}", line));
      Map<String, Object> results = new LinkedHashMap<>();
      if (context.table().isPresent()) {
        results.put("learning_curve", learningCurve(errors, prior, fresh, manager).json());
      }
      spread()
          .map(
              design ->
                  context
                      .simulation()
                      .run(design, ERROR_RUNS, context.streams(), "spread emulator errors"))
          .ifPresent(runs -> results.put(SPREAD_ERRORS, errors(network, fresh.and(runs), manager)));
      results.putAll(
          Map.of(
              PRIOR_ERRORS,
              errors,
              "wide_errors",
              context.table().isPresent()
                  ? errors
                  : errors(network, context.set(work.wideValidation()), manager),
              "validation_loss",
              result.trained().validationLoss(),
              "best_step",
              result.trained().bestStep(),
              "training_seconds",
              result.trained().seconds()));
      return results;
    }
  }

  /** How the shared parameters are spread beyond the prior. */
  private Optional<Design> spread() {
    List<Parameter> parameters = context.model().parameters();
    Set<Integer> shared =
        IntStream.range(0, parameters.size())
            .filter(i -> parameters.get(i).role() == Role.SHARED)
            .boxed()
            .collect(Collectors.toSet());
    if (shared.isEmpty() || context.table().isPresent()) {
      return Optional.empty();
    }
    List<Prior> priors = context.model().inputPriors();
    double sigmas = context.recipe().simulation().sigmas();
    return Optional.of(
        new Design.Spread(
            shared, new Design.UniformBox(priors, sigmas, Set.of()), new Design.FromPrior(priors)));
  }

  /** How the errors of the emulator, in units of those of the survey, fall with the rows. */
  private LearningCurve learningCurve(
      EmulatorErrors all, TrainingSet prior, TrainingSet fresh, NDManager manager) {
    EmulatorSettings settings = context.recipe().emulator();
    LearningCurve curve =
        LearningCurve.measure(
            prior.rows(),
            relative(all),
            rows -> {
              TrainingSet some = prior.between(0, rows);
              EmulatorSettings fewer =
                  new EmulatorSettings(
                      settings.hidden(),
                      settings.activation(),
                      settings.priorShare(),
                      settings.tensorThreads(),
                      LearningCurve.scaled(settings.optimiser(), rows, prior.rows()));
              EmulatorNetwork network =
                  new EmulatorTraining(
                          fewer,
                          context.model(),
                          context.streams(),
                          manager,
                          context.machine().reporter())
                      .run(
                          some,
                          some,
                          context.set(context.work().priorValidation()),
                          new Checkpoints(null))
                      .network();
              return relative(errors(network, fresh, manager));
            });
    LOG.info("emulator: rms error in units of the usual error of a measurement: {}", curve);
    if (relative(all) > TOO_LARGE) {
      LOG.warn(
          "emulator: {} rows are too few, or the training too short: its error is not small beside"
              + " that of a measurement",
          prior.rows());
    }
    return curve;
  }

  /** The root of the mean square over the observables, in units of their usual errors. */
  private double relative(EmulatorErrors errors) {
    double sum = 0;
    for (int j = 0; j < errors.observables().size(); j++) {
      double ratio = errors.observables().get(j).rms() / context.observation().defaultError(j);
      sum += ratio * ratio / errors.observables().size();
    }
    return Math.sqrt(sum);
  }

  /** Takes the mean signed error over draws of the prior out of every observable. */
  private EmulatorNetwork unbiased(EmulatorNetwork network, TrainingSet prior, NDManager manager) {
    if (!network.spec().observables().isEmpty()) {
      return network; // what could be shifted is not the observables
    }
    double[] shifts = errors(network, prior, manager).means();
    for (int i = 0; i < shifts.length; i++) {
      shifts[i] = -shifts[i];
    }
    return EmulatorTraining.shifted(network, shifts);
  }

  private EmulatorErrors errors(EmulatorNetwork network, TrainingSet runs, NDManager manager) {
    try (EmulatedObjects emulated =
        new EmulatedObjects(network, context.prior(), context.streams(), manager)) {
      return EmulatorErrors.of(
          context.model().observables(),
          context.model().parameters(),
          runs,
          emulated.observables(runs));
    }
  }

  private static String text(EmulatorErrors errors) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "emulator: median |error| %.5f, 99 %% %.4f over %d fresh draws of the prior",
                errors.medianAbsolute(),
                errors.high(),
                errors.runs()));
    for (EmulatorErrors.OfObservable o : errors.observables()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %-8s median |error| %.5f  mean %+.6f  rms %.5f  common %.6f  99 %% %.4f  largest"
                  + " %.4f",
              o.name(),
              o.medianAbsolute(),
              o.mean(),
              o.rms(),
              o.common().atMean(),
              o.high(),
              o.largest()));
    }
    return text.toString();
  }
}
