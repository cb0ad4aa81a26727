package org.sidereus.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.inference.EngineOptions;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;
import org.sidereus.testing.LinearGaussianBundle;

/** The two formats of bundles. */
class BundleFormatTest {
  @TempDir Path folder;

  @Test
  void shouldNeedThePosteriorGraphAlone() throws IOException {
    Bundle bundle =
        Bundle.load(second(false, Map.of("posterior.onnx", LinearGaussianBundle.posteriorGraph())));
    assertThat(bundle.manifest().declaresNoLikelihood()).isTrue();
    Path copy = folder.resolve("copy.json");
    bundle.manifest().write(copy);
    assertThat(Manifest.read(copy)).isEqualTo(bundle.manifest());
  }

  @Test
  void shouldSayInEveryPosteriorThatThereIsNoLikelihood() throws IOException {
    Path second = second(false, Map.of("posterior.onnx", LinearGaussianBundle.posteriorGraph()));
    assertThat(summary(second).flags()).containsExactly(ObjectFlag.NO_LIKELIHOOD);
    Path first = LinearGaussianBundle.write(folder.resolve("first"));
    assertThat(summary(first).flags()).isEmpty();
    assertThat(summary(second).mean()).isEqualTo(summary(first).mean());
  }

  @Test
  void shouldLoadALikelihoodThatIsDeclared() throws IOException {
    Path weighted = LinearGaussianBundle.writeWeighted(folder.resolve("weighted"), 0, 1);
    Map<String, byte[]> files =
        Map.of(
            "posterior.onnx", Files.readAllBytes(weighted.resolve("posterior.onnx")),
            "emulator.onnx", LinearGaussianBundle.emulatorGraph());
    assertThat(summary(second(true, files)).corrected()).isTrue();
    assertThatThrownBy(() -> Bundle.load(second(false, files)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("log_weight although the manifest declares no likelihood");
  }

  @Test
  void shouldRefuseALikelihoodThatIsNotThere() throws IOException {
    Map<String, byte[]> plain = Map.of("posterior.onnx", LinearGaussianBundle.posteriorGraph());
    assertThatThrownBy(() -> Bundle.load(second(true, plain)))
        .hasMessageContaining("lists no file emulator.onnx");
    Map<String, byte[]> both =
        Map.of(
            "posterior.onnx", LinearGaussianBundle.posteriorGraph(),
            "emulator.onnx", LinearGaussianBundle.emulatorGraph());
    assertThatThrownBy(() -> Bundle.load(second(true, both)))
        .hasMessageContaining("has no output named log_weight");
    Path bundle = second(true, both);
    Path manifest = bundle.resolve("manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("\"error\" : 0.05", "\"unit\" : \"dex\""));
    assertThatThrownBy(() -> Bundle.load(bundle)).hasMessageContaining("add the error");
  }

  @ParameterizedTest
  @CsvSource({
    "\"description\", \"descripton\", descripton, description",
    "\"role\", \"rolle\", rolle, role",
    "\"error\", \"sigma_error\", sigma_error, error",
    "\"sd\", \"std\", std, sd",
    "\"samples\", \"n_samples\", n_samples, samples",
    "\"of\", \"off\", off, of"
  })
  void shouldRefuseAnUnknownKey(String key, String wrong, String named, String nearest)
      throws IOException {
    Path bundle = second(false, Map.of("posterior.onnx", LinearGaussianBundle.posteriorGraph()));
    Path manifest = bundle.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replaceFirst(key + " :", wrong + " :"));
    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("unknown key " + named)
        .hasMessageContaining("nearest known key is " + nearest);
    // format 1 ignores it, as it did
    Path first = LinearGaussianBundle.write(folder.resolve("first" + nearest));
    String old = Files.readString(first.resolve("manifest.json"));
    Files.writeString(
        first.resolve("manifest.json"), old.replaceFirst("\\{", "{ " + wrong + " : 1, "));
    assertThat(Bundle.load(first).manifest().likelihood()).isNull();
  }

  @Test
  void shouldHaveTheKeysOfTheSchema() throws IOException {
    JsonNode schema =
        new ObjectMapper()
            .readTree(
                Path.of(System.getProperty("sidereus.home"), "docs/reference/bundle.schema.json")
                    .toFile());
    JsonNode keys = schema.path("properties");
    assertThat(names(keys)).containsExactlyInAnyOrderElementsOf(keys(Manifest.class));
    assertThat(keys.path("format").path("const").asInt()).isEqualTo(Manifest.FORMAT);
    Map<String, Class<?>> lists =
        Map.of(
            "parameters", Parameter.class,
            "covariates", Covariate.class,
            "derived", Derived.class,
            "observables", Observable.class,
            "features", Feature.class);
    lists.forEach(
        (key, type) ->
            assertThat(names(keys.path(key).path("items").path("properties")))
                .as(key)
                .containsExactlyInAnyOrderElementsOf(keys(type)));
    assertThat(names(keys.path("files").path("additionalProperties").path("properties")))
        .containsExactlyInAnyOrderElementsOf(keys(FileEntry.class));
    List<String> kinds = new ArrayList<>();
    schema
        .path("$defs")
        .path("distribution")
        .path("oneOf")
        .forEach(one -> kinds.add(one.path("properties").path("kind").path("const").asText()));
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Prior.class.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name)
                .toList());
  }

  private static List<String> names(JsonNode properties) {
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> keys(Class<?> type) {
    var snake = (PropertyNamingStrategies.SnakeCaseStrategy) PropertyNamingStrategies.SNAKE_CASE;
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .map(snake::translate)
        .toList();
  }

  private static ObjectSummary summary(Path directory) {
    float[] row = {1, -0.2f, 0.3f, 0.6f};
    try (PosteriorEngine engine =
        PosteriorEngine.open(Bundle.load(directory), EngineOptions.defaults())) {
      return engine.infer(List.of(row)).get(0);
    }
  }

  /** A bundle of format 2. */
  private Path second(boolean likelihood, Map<String, byte[]> files) throws IOException {
    Path bundle =
        LinearGaussianBundle.write(
            Files.createTempDirectory(folder, "second"), "second", "1", files);
    Path manifest = bundle.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("\"format\" : 1", "\"format\" : 2, \"likelihood\" : " + likelihood));
    return bundle;
  }
}
