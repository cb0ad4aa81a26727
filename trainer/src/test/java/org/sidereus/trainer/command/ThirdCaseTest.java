package org.sidereus.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.trainer.recipe.Recipe;
import org.sidereus.trainer.recipe.RecipeDraft;
import picocli.CommandLine;

/**
 * A science case that is on the class path, and named in no line of the project, has the commands
 * of all cases.
 */
class ThirdCaseTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSimulateTrainAndValidateACaseByItsName() throws IOException {
    Path runs = folder.resolve("runs.csv");
    assertSuccess("simulate", "pendulum", "--draw", "20", "--out", runs.toString());
    assertThat(Files.readAllLines(runs))
        .hasSize(21)
        .first()
        .asString()
        .startsWith("gravity,length,period,ruler,");

    Path bundle = folder.resolve("swing");
    assertSuccess(train("swing", resource(), bundle, folder.resolve("work")));
    Manifest manifest = Manifest.read(bundle.resolve(Manifest.FILE));
    assertThat(manifest.name()).isEqualTo("swing");
    assertThat(manifest.provenance()).containsEntry("model", "pendulum");
    assertThat(manifest.calibration()).containsEntry("objects", 300);

    assertSuccess(
        "validate", bundle.toString(), "--objects", "300", "--groups", "0", "--mcmc-objects", "0");

    // the manifest carries the recipe, which makes the same flow again
    Path again = folder.resolve("again");
    assertSuccess(
        with(train("swing", bundle, folder.resolve("other"), again), "--stage", "simulate,flow"));
    assertThat(again.resolve("flow.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("work").resolve("flow.safetensors"));
  }

  @Test
  void shouldPutTheRecipeAsItWasUsedIntoTheManifest() {
    RecipeDraft draft = RecipeDraft.read(resource());
    draft.name("swing");
    draft.seed(7);
    draft.set("flow.phases.optimiser.steps", "2");
    draft.set("flow.architecture.hidden", "8,8");
    Path bundle = folder.resolve("swing");
    assertSuccess(
        "train",
        "pendulum",
        "--recipe",
        resource().toString(),
        "--name",
        "swing",
        "--seed",
        "7",
        "--set",
        "flow.phases.optimiser.steps=2",
        "flow.architecture.hidden=8,8",
        "--stage",
        "simulate,emulator,flow,export",
        "--out",
        bundle.toString(),
        "--work",
        folder.resolve("work").toString());
    Map<String, Object> provenance = Manifest.read(bundle.resolve(Manifest.FILE)).provenance();
    assertThat(provenance).containsEntry(Recipe.KEY, draft.recipe().json());
  }

  @Test
  void shouldNameTheOtherCaseOfARecipe() {
    assertThat(
            run("train", "gce", "--yields", ".", "--recipe", resource().toString(), "--name", "x"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("is for the case pendulum and not for gce");
  }

  /** The tables of each yield set lie in folders of their own, and the missing one is named. */
  @Test
  void shouldTakeTheSettingsOfTheSimulatorFromTheRecipe() {
    String recipe =
        Path.of(System.getProperty("sidereus.home"), "recipes", "gce-alternative.json").toString();
    String[] common = {
      "train", "gce", "--yields", folder.toString(), "--work", folder.resolve("work").toString()
    };
    assertThat(run(with(common, "--recipe", recipe))).isEqualTo(1);
    assertThat(err.toString())
        .contains("Nomoto2013/nomoto_net")
        .doesNotContain("TNG/SN", "TNG/AGB");
    err.getBuffer().setLength(0);
    assertThat(run(with(common, "--recipe", recipe, "--yield-set", "tng"))).isEqualTo(1);
    assertThat(err.toString())
        .containsAnyOf("TNG/SN", "TNG/AGB")
        .doesNotContain("Nomoto2013/nomoto_net");
    err.getBuffer().setLength(0);
    assertThat(run(with(common, "--recipe", recipe, "--set", "model.yield_sets=tng"))).isEqualTo(1);
    assertThat(err.toString()).contains("model.yield_sets").contains("did you mean 'yield_set'");
    err.getBuffer().setLength(0);
    assertThat(run(with(common, "--recipe", recipe, "--set", "model.yield_set=tgn"))).isEqualTo(1);
    assertThat(err.toString()).contains("model.yield_set").contains("--yield-set cannot be");
  }

  private static String[] train(String name, Path recipe, Path bundle, Path work) {
    return new String[] {
      "train",
      "pendulum",
      "--recipe",
      recipe.toString(),
      "--name",
      name,
      "--out",
      bundle.toString(),
      "--work",
      work.toString()
    };
  }

  private static String[] with(String[] common, String... more) {
    String[] all = Arrays.copyOf(common, common.length + more.length);
    System.arraycopy(more, 0, all, common.length, more.length);
    return all;
  }

  private static Path resource() {
    try {
      return Path.of(ThirdCaseTest.class.getResource("pendulum.json").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertSuccess(String... arguments) {
    assertThat(run(arguments)).as("%s%s", out, err).isZero();
  }

  private int run(String... arguments) {
    CommandLine line = Sidereus.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(arguments);
  }
}
