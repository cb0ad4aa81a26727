package org.sidereus.simulators.casefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Role;
import org.sidereus.simulators.sets.MeasuredParameter;
import org.sidereus.simulators.sets.ObservableErrors;

class CaseFileTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path REFERENCE =
      Path.of(System.getProperty("sidereus.home"), "docs", "reference");

  /** What only the reader checks: names and numbers that refer to each other, and formulas. */
  private static final String READER_ONLY =
      "given twice|column of something else|for a noisy one|has no error|range of errors|neither"
          + " lower nor upper|must be from error_lower|lower < upper|the formula|is no"
          + " observable|may not be missing|excludes|in order|needs noiseless|not positive"
          + " definite|prior is not normal|shared parameters|no parameter|correlated with"
          + " itself|must be one of log10_k";

  private final JsonSchema schema;
  private final ObjectNode example;

  @TempDir private Path folder;

  CaseFileTest() throws IOException {
    schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(Files.readString(REFERENCE.resolve("case.schema.json")));
    String page = Files.readString(REFERENCE.resolve("case.md"));
    int from = page.indexOf("```json") + 7;
    example = (ObjectNode) MAPPER.readTree(page.substring(from, page.indexOf("```", from)));
  }

  @Test
  void shouldReadTheExampleOfThePage() throws IOException {
    Path file = folder.resolve("my-case.json");
    Files.writeString(file, example.toString());
    CaseFile read = CaseFile.read(file);
    assertThat(read.inputs().names()).containsExactly("log10_k", "mass", "damping", "height");
    assertThat(read.parameters().get(0).role()).isEqualTo(Role.SHARED);
    assertThat(read.parameters().get(1).prior()).isEqualTo(new LogUniform(0.1, 10));
    assertThat(read.parameters().get(2).prior().upper()).isInfinite();
    assertThat(read.observables().get(0).errors())
        .isEqualTo(new ObservableErrors.Range(0.02, 0.005, 0.1));
    assertThat(read.observables().get(1).mayBeMissing()).isTrue();
    assertThat(read.modelObservables().get(1).noise()).isEqualTo(Noise.NORMAL);
    assertThat(read.surveys().measuredParameters())
        .containsExactly(new MeasuredParameter(1, 0.01, 0.5));
    assertThat(read.surveys().usualPatterns()).contains(Set.of("period"));
    assertThat(read.derived().get(0).formula().at(new double[] {1, 10, 0, 0}))
        .isCloseTo(0, within(1e-12));
    assertThat(read.hasIndependentPriors()).isTrue();
    assertThat(CaseFile.of(Map.of(CaseFile.KEY, read.source()))).isEqualTo(read);
    assertThat(schema.validate(example)).isEmpty();
  }

  private void assertRefused(JsonNode json, String message) {
    assertThatThrownBy(() -> CaseFileJson.of("my-case.json", json))
        .isInstanceOf(SidereusException.class)
        .hasMessageStartingWith("my-case.json")
        .hasMessageContaining(message);
    boolean readerOnly = message.matches(".*(" + READER_ONLY + ").*");
    assertThat(schema.validate(json).isEmpty()).as("%s: schema", message).isEqualTo(readerOnly);
  }

  /** Each line: where in the example, the value that is put there, what the message has. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/format | 2 | format: it must be 1 but is 2",
        "/name | 5 | name: it must be a text but is 5",
        "/paramters | [] | paramters: this key is unknown; the nearest is parameters",
        "/parameters | [] | parameters: it is missing or empty",
        "/parameters/1/prior/kind | `log-uniform` | parameters[1].prior.kind: it is 'log-uniform'"
            + " but must be one of normal, truncated_normal, uniform, log_uniform; perhaps"
            + " log_uniform",
        "/parameters/1/prior/kind | `table` | draws are no prior of a bundle",
        "/parameters/0/prior/sd | -1 | parameters[0].prior: the sd of a prior must be positive",
        "/parameters/0/prior/sd | `0.2` | parameters[0].prior.sd: it must be a finite number but is"
            + " \"0.2\"",
        "/parameters/0/prior/lower | 0 | parameters[0].prior.lower: this key is unknown",
        "/parameters/0/prior/mean | null | parameters[0].prior.mean: it is missing; give a number",
        "/parameters/1/prior/lower | 20 | lower < upper",
        "/parameters/2/prior/lower | null | neither lower nor upper",
        "/parameters/1/role | `both` | role: it is 'both' but must be one of shared, local",
        "/parameters/1/name | `my mass` | must have 1 to 64 letters",
        "/parameters/1/unit | 5 | parameters[1].unit: it must be a text but is 5",
        "/parameters/2/name | `height` | the name height is given twice",
        "/covariates/0/traning | 1 | covariates[0].traning: this key is unknown; the nearest is"
            + " training",
        "/observables/0/error | 0 | observables[0]: error must be",
        "/observables/0/error | 1 | must be from error_lower",
        "/observables/0/error_column | `e` | excludes error_lower",
        "/observables/1/error_upper | null | observables[1].error_upper: it is missing",
        "/observables/1/may_be_missing | `yes` | observables[1].may_be_missing: it must be true or"
            + " false",
        "/observables/1/may_be_missing | false | may not be missing",
        "/observables/0/noise | `poisson` | noise: it is 'poisson' but must be one of normal,"
            + " normal_flux",
        "/measured_parameters/0/name | `weight` | must be one of log10_k, mass, damping",
        "/measured_parameters/0/error_upper | 0.001 | in order",
        "/patterns | [[`period`, `size`]] | patterns names size, which is no observable",
        "/patterns | [`period`] | patterns[0]: it must be a list of texts",
        "/derived/0/formula | `2 * log10_q` | derived[0]: the formula '2 * log10_q', at character"
            + " 5",
        "/correlations | [{`of`: [`log10_k`, `mass`], `value`: 0.5}] | prior is not normal",
        "/correlations | [{`of`: [`log10_k`, `log10_k`], `value`: 0.5}] | correlated with itself",
        "/correlations | [{`of`: [`log10_k`], `value`: 0.5}] | correlations[0].of: it must name"
            + " two",
        "/simulations | `noisy` | range of errors",
        "/simulations | `some` | simulations: it is 'some' but must be one"
      })
  void shouldSayKeyValuePlaceAndWhatToDo(String where, String value, String message)
      throws IOException {
    JsonNode put = MAPPER.readTree(value.replace('`', '"'));
    int last = where.lastIndexOf('/');
    ((ObjectNode) example.at(where.substring(0, last))).set(where.substring(last + 1), put);
    assertRefused(example, message);
  }

  @Test
  void shouldRefuseAColumnOfErrorsThatIsAnotherColumn() {
    ObjectNode first = (ObjectNode) example.at("/observables/0");
    first.remove(List.of("error", "error_lower", "error_upper"));
    first.put("error_column", "length");
    assertRefused(example, "is the column of something else");
    first.put("error_column", "period_error");
    assertRefused(example, "for a noisy one");
    first.put("error_column", "period_sd");
    assertThat(CaseFileJson.of("x", example).surveys().withErrorColumns()).hasSize(1);
  }

  @Test
  void shouldRefuseAnObservableWithoutError() {
    ObjectNode first = (ObjectNode) example.at("/observables/0");
    first.remove("error");
    first.remove("error_lower");
    first.remove("error_upper");
    assertRefused(example, "period has no error");
  }

  @Test
  void shouldRefuseSharedParametersThatAreCorrelated() throws IOException {
    ((ObjectNode) example.at("/parameters/1"))
        .put("role", "shared")
        .set("prior", MAPPER.readTree("{\"kind\": \"normal\", \"mean\": 0, \"sd\": 1}"));
    example.set(
        "correlations", MAPPER.readTree("[{\"of\": [\"mass\", \"log10_k\"], \"value\": 0.5}]"));
    assertRefused(example, "shared parameters log10_k and mass are correlated");
    ((ObjectNode) example.at("/parameters/1")).put("role", "local");
    assertThat(CaseFileJson.of("x", example).hasIndependentPriors()).isFalse();
  }

  @Test
  void shouldSayInWhichLineAFileIsNoJson() throws IOException {
    Path file = folder.resolve("broken.json");
    Files.writeString(file, "{\n\"format\": 1,\n\"format\": 1}");
    assertThatThrownBy(() -> CaseFile.read(file)).hasMessageContaining("line 3");
    Files.writeString(file, "[]");
    assertThatThrownBy(() -> CaseFile.read(file)).hasMessageContaining("an object");
    assertThatThrownBy(() -> CaseFile.read(folder.resolve("none")))
        .hasMessageContaining("does not exist");
  }
}
