package org.sidereus.trainer.recipe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All settings of all stages of a training. A recipe, the files that the simulator reads and the
 * version of the code determine a bundle.
 *
 * <p>A recipe is a JSON file with the names of these components in snake case. {@link RecipeDraft}
 * reads it, and the manifest of a trained bundle carries it as {@code provenance.recipe}.
 *
 * @param format version of the layout of recipes; {@value #FORMAT}
 * @param name name of the bundle
 * @param scienceCase name of the science case; {@code case} in the file
 * @param model settings of the simulator: the options of the science case, in snake case, but for
 *     those that name files and folders
 * @param seed seed of all draws of the training
 * @param simulation the training sets
 * @param emulator the emulator and its training
 * @param flow the flow and its training
 * @param export the bundle
 * @param validate how the bundle is validated
 */
@JsonPropertyOrder({
  "format",
  "name",
  "case",
  "model",
  "seed",
  "simulation",
  "emulator",
  "flow",
  "export",
  "validate"
})
public record Recipe(
    int format,
    String name,
    @JsonProperty("case") String scienceCase,
    Map<String, Object> model,
    long seed,
    SimulationSettings simulation,
    EmulatorSettings emulator,
    FlowSettings flow,
    ExportSettings export,
    ValidateSettings validate) {

  /** The layout that this code reads and writes. */
  public static final int FORMAT = 1;

  /** Key of the recipe in the provenance of a manifest. */
  public static final String KEY = "recipe";

  public Recipe {
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "format is " + format + " but this version reads format " + FORMAT);
    }
    model = Collections.unmodifiableMap(new LinkedHashMap<>(model));
  }

  /** The recipe as JSON holds it: maps, lists, numbers and texts. */
  public Map<String, Object> json() {
    return RecipeJson.map(this);
  }
}
