package org.sidereus.trainer.recipe;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /**
   * A recipe whose stages are to be given.
   *
   * @param name name of the bundle
   * @param scienceCase name of the science case
   * @param seed seed of all draws of the training
   */
  public static Builder builder(String name, String scienceCase, long seed) {
    return new Builder(name, scienceCase, seed);
  }

  /** The recipe as JSON holds it: maps, lists, numbers and texts. */
  public Map<String, Object> json() {
    return RecipeJson.map(this);
  }

  /** Stages by name. All but the settings of the simulator must be given. */
  public static final class Builder {
    private final String name;
    private final String scienceCase;
    private final long seed;
    private Map<String, Object> model = Map.of();
    private @Nullable SimulationSettings simulation;
    private @Nullable EmulatorSettings emulator;
    private @Nullable FlowSettings flow;
    private @Nullable ExportSettings export;
    private @Nullable ValidateSettings validate;

    private Builder(String name, String scienceCase, long seed) {
      this.name = name;
      this.scienceCase = scienceCase;
      this.seed = seed;
    }

    /** Settings of the simulator; none unless given. */
    public Builder model(Map<String, Object> settings) {
      model = settings;
      return this;
    }

    public Builder simulation(SimulationSettings settings) {
      simulation = settings;
      return this;
    }

    public Builder emulator(EmulatorSettings settings) {
      emulator = settings;
      return this;
    }

    public Builder flow(FlowSettings settings) {
      flow = settings;
      return this;
    }

    public Builder export(ExportSettings settings) {
      export = settings;
      return this;
    }

    public Builder validate(ValidateSettings settings) {
      validate = settings;
      return this;
    }

    /**
     * The recipe.
     *
     * @throws NullPointerException if a stage is missing; the message names it
     */
    public Recipe build() {
      return new Recipe(
          FORMAT,
          name,
          scienceCase,
          model,
          seed,
          requireNonNull(simulation, "simulation is null"),
          requireNonNull(emulator, "emulator is null"),
          requireNonNull(flow, "flow is null"),
          requireNonNull(export, "export is null"),
          requireNonNull(validate, "validate is null"));
    }
  }
}
