package org.sidereus.trainer.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.simulators.casefile.CaseFile;
import org.sidereus.simulators.command.SimulatorOption;
import org.sidereus.simulators.process.NamedSimulator;
import org.sidereus.simulators.process.SimulatedCase;
import org.sidereus.trainer.pipeline.StageContext;
import org.sidereus.trainer.pipeline.TableRuns;
import org.sidereus.trainer.recipe.Recipe;
import org.sidereus.trainer.recipe.RecipeDraft;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sidereus train --case FILE}: from a case file and simulations to a bundle. */
@Command(
    description =
        "Trains a bundle for a science case by its name, or for a case file with a table of"
            + " simulations or a simulator (docs/reference/case.md).",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCaseCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(TrainCaseCommand.class);
  private static final String CASE = "--case";
  private static final String SIMULATIONS = "--simulations";

  @Option(
      names = CASE,
      paramLabel = "FILE",
      description = "Case file: parameters, priors, observables and errors.")
  private @Nullable Path caseFile;

  @Option(
      names = SIMULATIONS,
      paramLabel = "FILE",
      description =
          "Table of simulations, of any format that catalogues may have, with the columns that the"
              + " case file names.")
  private @Nullable Path simulations;

  @Mixin private SimulatorOption simulator = new SimulatorOption();
  @Mixin private RecipeOptions options = new RecipeOptions("table");
  @Mixin private TrainingOptions training = new TrainingOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (caseFile == null) {
      throw new ParameterException(
          spec.commandLine(),
          "a science case is missing; name one of "
              + String.join(", ", spec.subcommands().keySet())
              + ", or a case file with --case FILE");
    }
    if ((simulations == null) == !simulator.isGiven()) {
      throw new ParameterException(
          spec.commandLine(),
          "--case needs either a table of simulations, --simulations FILE, or a simulator,"
              + " --simulator COMMAND");
    }
    CaseFile science = CaseFile.read(caseFile);
    if (simulations == null) {
      training.run(simulated(science), science.description());
      return 0;
    }
    RecipeDraft draft = options.draft(science.name());
    TableRuns table = TableRuns.read(science, simulations);
    Recipe recipe = recipe(draft, table);
    training.run(
        new StageContext(table, recipe, training.work(recipe), training.machine()),
        science.description());
    return 0;
  }

  /** A training whose runs are those of a simulator, as for a case by its name. */
  private StageContext simulated(CaseFile science) {
    RecipeDraft draft = options.draft(science.name(), "standard");
    draft.nameUnlessGiven(science.name());
    // the case file says the errors
    draft.set("flow.survey", "any");
    Recipe recipe = draft.recipe();
    NamedSimulator named = simulator.open();
    Map<String, Object> provenance = new LinkedHashMap<>();
    provenance.put(CaseFile.KEY, science.source());
    provenance.putAll(named.provenance());
    return new StageContext(
        new SimulatedCase(science, named).model(),
        provenance,
        error -> science.survey(),
        recipe,
        training.work(recipe),
        training.machine());
  }

  /** The recipe with what the table decides: numbers of runs, and what the flow is trained on. */
  private static Recipe recipe(RecipeDraft draft, TableRuns table) {
    draft.nameUnlessGiven(table.caseFile().name());
    String training = String.valueOf(table.training());
    String validation = String.valueOf(table.validation());
    draft.set("simulation.wide_rows", training);
    draft.set("simulation.prior_rows", training);
    draft.set("simulation.wide_validation_rows", validation);
    draft.set("simulation.prior_validation_rows", validation);
    if (!table.canEmulateObjects()) {
      LOG.info("the flow is trained on the rows of the table, not on predictions of an emulator");
      draft.set("flow.objects", "simulator");
    }
    return draft.recipe();
  }
}
