package org.sidereus.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recipes of this repository, the manifests of its bundles, and what the documentation says.
 */
class ShippedRecipesTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));
  private static final Path RECIPES = HOME.resolve(RecipeDraft.FOLDER);
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\|");

  private static Stream<String> bundles() throws IOException {
    try (Stream<Path> folders = Files.list(HOME.resolve("bundles"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("manifest.json")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  private static JsonNode manifest(String bundle) throws IOException {
    return MAPPER.readTree(
        HOME.resolve("bundles").resolve(bundle).resolve("manifest.json").toFile());
  }

  private static JsonNode recipe(String name) throws IOException {
    return MAPPER.readTree(RECIPES.resolve(name + ".json").toFile());
  }

  @Test
  void shouldHaveARecipeForEachBundle() throws IOException {
    assertThat(bundles().toList()).isNotEmpty().isSubsetOf(RecipeDraft.names(RECIPES));
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldSayTheCommandThatTakesTheRecipe(String bundle) throws IOException {
    assertThat(manifest(bundle).at("/provenance/command").textValue())
        .startsWith("sidereus train " + recipe(bundle).get("case").textValue())
        .contains(" --recipe recipes/" + bundle + ".json")
        .doesNotContain(" --set");
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldCarryTheRecipeInTheManifest(String bundle) throws IOException {
    JsonNode manifest = manifest(bundle);
    JsonNode recipe = recipe(bundle);
    assertThat(manifest.path("provenance").path(Recipe.KEY)).isEqualTo(recipe);
    assertThat(manifest.path("provenance").has("plan")).isFalse();
    assertThat(recipe.path("name")).isEqualTo(manifest.path("name"));
    assertThat(recipe.path("export").path("version")).isEqualTo(manifest.path("version"));
    assertThat(recipe.path("export").path("samples")).isEqualTo(manifest.path("samples"));
    recipe
        .path("model")
        .properties()
        .forEach(
            setting ->
                assertThat(manifest.path("provenance").path(setting.getKey()))
                    .isEqualTo(setting.getValue()));
    JsonNode calibration = manifest.path("calibration");
    assertThat(recipe.path("validate").path("objects")).isEqualTo(calibration.path("objects"));
    assertThat(recipe.path("validate").path("seed")).isEqualTo(calibration.path("seed"));
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldReadARecipeAndWriteTheSame(String bundle) throws IOException {
    Recipe recipe = RecipeDraft.read(RECIPES.resolve(bundle + ".json")).recipe();
    JsonNode written = MAPPER.readTree(MAPPER.writeValueAsString(recipe.json()));
    assertThat(written).isEqualTo(recipe(bundle));
    assertThat(written.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(() -> fieldNames(bundle));
    assertThat(RecipeDraft.read(HOME.resolve("bundles").resolve(bundle)).recipe())
        .isEqualTo(recipe);
  }

  private static Iterator<String> fieldNames(String bundle) {
    try {
      return recipe(bundle).fieldNames();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"standard", "paper", "sedflow"})
  void shouldReadAPresetForEveryCase(String preset) {
    RecipeDraft draft = RecipeDraft.shipped(RECIPES, preset);
    draft.scienceCase("gce");
    draft.name("mine");
    draft.seed(5);
    Recipe recipe = draft.recipe();
    assertThat(recipe.validate().seed()).isEqualTo(5);
    assertThat(recipe.flow().phases()).hasSize(1);
  }

  @Test
  void shouldTrainTheBundlesOfStarsWithTheStandardSettings() throws IOException {
    ObjectNode standard = (ObjectNode) recipe("standard");
    for (String bundle : List.of("gce-tng", "gce-alternative")) {
      assertThat(recipe(bundle).path("simulation")).isEqualTo(standard.path("simulation"));
      assertThat(recipe(bundle).path("flow").path("architecture"))
          .isEqualTo(standard.path("flow").path("architecture"));
      assertThat(recipe(bundle).at("/flow/phases/0/optimiser"))
          .isEqualTo(standard.at("/flow/phases/0/optimiser"));
      assertThat(recipe(bundle).at("/emulator/optimiser"))
          .isEqualTo(standard.at("/emulator/optimiser"));
    }
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void shouldNotShipBundlesOfCodeThatNoCommitHas(String bundle) throws IOException {
    String version = manifest(bundle).path("provenance").path("code_version").asText();
    assertThat(version).matches("[0-9a-f]{7,40}|v?\\d+\\.\\d+\\.\\d+.*").doesNotContain("dirty");
  }

  /** A manifest has a summary; the whole calibration is in {@code calibration/validation.json}. */
  @ParameterizedTest
  @MethodSource("bundles")
  void shouldHoldASummaryOfTheCalibration(String bundle) throws IOException {
    JsonNode calibration = manifest(bundle).path("calibration");
    JsonNode report =
        MAPPER.readTree(
            HOME.resolve("bundles")
                .resolve(bundle)
                .resolve("calibration/validation.json")
                .toFile());
    if (calibration.has("correction")) {
      ObjectNode correction = report.path("correction").deepCopy();
      assertThat(correction.remove("counts")).isNotEmpty();
      assertThat(calibration.path("correction")).isEqualTo(correction);
    }
    JsonNode summary = calibration.path("groups");
    JsonNode whole = report.path("groups");
    assertThat(summary).hasSameSizeAs(whole);
    for (int i = 0; i < summary.size(); i++) {
      ObjectNode expected = whole.get(i).deepCopy();
      assertThat(expected.remove("truths")).isNotEmpty();
      assertThat(expected.remove("residuals")).isNotEmpty();
      expected.remove("ranks"); // reports of earlier versions have none
      assertThat(summary.get(i)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gce-tng, docs/science/training.md",
    "gce-alternative, docs/science/training.md",
    "sed-provabgs, docs/science/sed.md"
  })
  void shouldSayTheSameInTheDocumentation(String bundle, String page) throws IOException {
    Map<String, JsonNode> documented = new LinkedHashMap<>();
    boolean inSection = false;
    for (String line : Files.readAllLines(HOME.resolve(page))) {
      if (line.startsWith("#")) {
        inSection = line.matches("#+ Recipe of `" + bundle + "`");
      }
      Matcher row = ROW.matcher(line);
      if (inSection && row.matches()) {
        documented.put(row.group(1), MAPPER.readTree(row.group(2)));
      }
    }
    Map<String, JsonNode> settings = new LinkedHashMap<>();
    collect("", recipe(bundle), settings);
    settings.remove("format");
    assertThat(documented).isEqualTo(settings);
  }

  /** All values by their keys; a list of numbers is one value. */
  private static void collect(String path, JsonNode node, Map<String, JsonNode> values) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              field -> collect(RecipeJson.below(path, field.getKey()), field.getValue(), values));
    } else if (node instanceof ArrayNode list && !list.isEmpty() && list.get(0).isObject()) {
      for (int i = 0; i < list.size(); i++) {
        collect(path + "[" + i + "]", list.get(i), values);
      }
    } else {
      values.put(path, node);
    }
  }
}
