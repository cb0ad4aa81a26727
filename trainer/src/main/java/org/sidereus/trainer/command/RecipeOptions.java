package org.sidereus.trainer.command;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.trainer.recipe.RecipeDraft;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The recipe of a training, and the options that replace single values of it. */
final class RecipeOptions {
  private final String usual;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description = "All settings: a recipe, or the manifest of a bundle that carries one.")
  private @Nullable Path file;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "A recipe of this installation, recipes/NAME.json (default: standard; table with --case)."
              + " paper has the networks of Buck et al. (2025), sedflow the flow of Hahn and"
              + " Melchior (2022).")
  private @Nullable String preset;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the bundle (default: that of the recipe).")
  private @Nullable String name;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of all draws (default: that of the recipe).")
  private @Nullable Long seed;

  @Option(
      names = "--tensor-threads",
      paramLabel = "N",
      description =
          "Threads of the training, for the emulator and all phases of the flow (default: those of"
              + " the recipe). A training is repeated bit for bit only with the same number.")
  private @Nullable Integer tensorThreads;

  @Option(
      names = "--set",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description =
          "Replace values of the recipe by their keys, such as emulator.hidden=64,64 or"
              + " flow.phases.0.optimiser.steps=100. Without the index of a phase, the value is set"
              + " in all phases.")
  private List<String> values = List.of();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Options.
   *
   * @param usual name of the recipe unless the user names one
   */
  RecipeOptions(String usual) {
    this.usual = usual;
  }

  /**
   * The recipe with the values of these options.
   *
   * @param scienceCase name of the science case
   */
  RecipeDraft draft(String scienceCase) {
    return draft(scienceCase, usual);
  }

  /**
   * The same with another recipe unless the user names one.
   *
   * @param recipe its name
   */
  RecipeDraft draft(String scienceCase, String recipe) {
    if (file != null && preset != null) {
      throw wrong("--recipe and --preset exclude each other");
    }
    RecipeDraft draft = file != null ? RecipeDraft.read(file) : shipped(recipe);
    draft.scienceCase(scienceCase);
    if (name != null) {
      draft.name(name);
    }
    if (seed != null) {
      draft.seed(seed);
    }
    if (tensorThreads != null) {
      draft.set("emulator.tensor_threads", tensorThreads.toString());
      draft.set("flow.phases.tensor_threads", tensorThreads.toString());
    }
    for (String assignment : values) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw wrong("--set needs KEY=VALUE but is " + assignment);
      }
      draft.set(assignment.substring(0, equals).strip(), assignment.substring(equals + 1).strip());
    }
    return draft;
  }

  private RecipeDraft shipped(String recipe) {
    Path home = Path.of(System.getProperty(BundleLocator.HOME, "."));
    return RecipeDraft.shipped(home.resolve(RecipeDraft.FOLDER), preset == null ? recipe : preset);
  }

  private ParameterException wrong(String what) {
    return new ParameterException(command.commandLine(), what);
  }
}
