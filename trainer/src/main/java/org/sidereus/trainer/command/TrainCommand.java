package org.sidereus.trainer.command;

import java.util.concurrent.Callable;
import org.sidereus.simulators.cases.ScienceCase;
import org.sidereus.simulators.command.CaseOptions;
import org.sidereus.simulators.model.ForwardModel;
import org.sidereus.trainer.pipeline.StageContext;
import org.sidereus.trainer.recipe.Recipe;
import org.sidereus.trainer.recipe.RecipeDraft;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sidereus train NAME}: from a simulator to a bundle. */
@Command(
    description =
        "Trains a bundle: simulate, emulator, flow, export, validate. Each stage leaves its result"
            + " in the work folder and can be run alone. A recipe has all settings.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  private final ScienceCase science;

  @Mixin private RecipeOptions options = new RecipeOptions("standard");
  @Mixin private TrainingOptions training = new TrainingOptions();

  @Spec private CommandSpec spec;

  TrainCommand(ScienceCase science) {
    this.science = science;
  }

  @Override
  public Integer call() {
    RecipeDraft draft = options.draft(science.name());
    new CaseSettings(spec.mixins().get(CaseOptions.MIXIN))
        .join(draft, spec.commandLine().getParseResult());
    Recipe recipe = draft.recipe();
    ForwardModel model = science.model();
    StageContext context =
        new StageContext(
            model,
            science.provenance(),
            error -> science.anySurvey(model, error),
            recipe,
            training.work(recipe),
            training.machine());
    training.run(context, science.description());
    return 0;
  }
}
