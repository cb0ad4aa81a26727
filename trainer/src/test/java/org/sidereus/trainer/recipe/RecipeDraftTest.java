package org.sidereus.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.networks.Activation;

class RecipeDraftTest {
  private static final Path RECIPES = Path.of(System.getProperty("sidereus.home"), "recipes");

  @TempDir private Path folder;

  private static RecipeDraft galaxies() {
    return RecipeDraft.read(RECIPES.resolve("sed-provabgs.json"));
  }

  @Test
  void shouldReplaceSingleValues() {
    RecipeDraft draft = galaxies();
    draft.set("flow.phases[0].optimiser.steps", "100");
    draft.set("flow.phases.1.optimiser.rate", "1e-3");
    draft.set("flow.phases.optimiser.clip", "0");
    draft.set("emulator.hidden", "64, 32");
    draft.set("emulator.activation", "tanh");
    draft.set("flow.architecture.embedding", "[]");
    draft.set("export.version", "4");
    draft.set("simulation.prior_rows", "1e5");
    Recipe recipe = draft.recipe();
    List<FlowPhase> phases = recipe.flow().phases();
    assertThat(phases)
        .extracting(phase -> phase.optimiser().steps())
        .containsExactly(100L, 50_000L);
    assertThat(phases).extracting(phase -> phase.optimiser().rate()).containsExactly(3e-3, 1e-3);
    assertThat(phases).extracting(phase -> phase.optimiser().clip()).containsExactly(0.0, 0.0);
    assertThat(recipe.emulator().hidden()).containsExactly(64, 32);
    assertThat(recipe.emulator().activation()).isEqualTo(Activation.TANH);
    assertThat(recipe.flow().architecture().embedding()).isEmpty();
    assertThat(recipe.export().version()).isEqualTo("4");
    assertThat(recipe.simulation().priorRows()).isEqualTo(100_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          flow.eror                    | 1    | --set flow.eror: there is no key 'eror'; did you mean 'error'?
          flow.phases.optimizer.steps  | 1    | did you mean 'optimiser'?
          flow.phases[2].optimiser.clip| 1    | the list has 2 elements
          flow.phases[0]               | 1    | this holds other keys
          flow.architecture            | 1    | this holds other keys
          flow.error.more              | 1    | there are no keys below this one
          """)
  void shouldRefuseToReplaceWhatIsNotThere(String key, String value, String message) {
    assertThatThrownBy(() -> galaxies().set(key, value))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          flow.phases[1].optimiser.last_batch | 3072 | sed-provabgs.json, flow.phases[1].optimiser (replaced by --set): a training cannot be done as asked: the last batch size
          flow.error                          | big  | flow.error (replaced by --set): this must be a number but is "big"
          emulator.optimiser.steps            | 2.5  | emulator.optimiser.steps (replaced by --set): this must be a whole number but is 2.5
          flow.survey                         | all  | flow.survey (replaced by --set): this must be one of fixed, any
          emulator.hidden                     | a    | emulator.hidden[0]
          validate.as_trained                 | 1    | validate.as_trained (replaced by --set): this must be true or false
          emulator.prior_share                | 2    | emulator (replaced by --set): prior_share must be from 0 to 1
          flow.error                          | null | flow.error (replaced by --set): this must be a number but is null
          """)
  void shouldSayWhichValueIsWrong(String key, String value, String message) {
    RecipeDraft draft = galaxies();
    draft.set(key, value);
    assertThatThrownBy(draft::recipe)
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "sigmas"      | "sigma"             | simulation: there is no key 'sigma'; did you mean 'sigmas'? The keys are wide_rows,
          "sigmas": 5.0,|                     | simulation: the key 'sigmas' is missing
          "simulation"  | "simulations"       | r.json: there is no key 'simulations'; did you mean 'simulation'?
          "format": 1,  | "format": 2,        | format is 2 but this version reads format 1
          "seed": 1,    |                     | r.json has no seed; give one with --seed S
          "name"        | "note"              | r.json names no bundle; give its name with --name NAME
          "sigmas": 5.0 | "sigmas": "5.0"     | simulation.sigmas: this must be a number
          "seed": 1,    | "seed": 1 "x": 2,   | r.json is no JSON
          "seed": 1,    | "seed": 1, "seed": 2, | r.json is no JSON: Duplicate field 'seed'
          """)
  void shouldRefuseABrokenFile(String part, String broken, String message) throws IOException {
    String text = Files.readString(RECIPES.resolve("sed-provabgs.json"));
    assertThat(text).contains(part);
    Path file = folder.resolve("r.json");
    int at = text.indexOf(part);
    Files.writeString(
        file,
        text.substring(0, at)
            + (broken == null ? "" : broken)
            + text.substring(at + part.length()));
    assertThatThrownBy(() -> RecipeDraft.read(file).recipe())
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldNameTheFileThatIsMissing() {
    assertThatThrownBy(() -> RecipeDraft.read(folder.resolve("none.json")))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("none.json");
    assertThatThrownBy(() -> RecipeDraft.shipped(RECIPES, "papers"))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("did you mean 'paper'?");
  }

  @Test
  void shouldRefuseAManifestWithoutRecipe() throws IOException {
    Path manifest = folder.resolve("manifest.json");
    Files.writeString(manifest, "{\"format\": 1, \"provenance\": {}}");
    assertThatThrownBy(() -> RecipeDraft.read(folder))
        .isInstanceOf(SidereusException.class)
        .hasMessageContaining("carries no recipe");
  }
}
