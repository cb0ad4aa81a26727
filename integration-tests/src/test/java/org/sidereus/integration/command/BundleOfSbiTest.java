package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.integration.environment.Program;

/**
 * A posterior that sbi trains here, by {@code python -m sidereus bundle} and the launcher, in a
 * Python environment that this test makes, or in that of the variable SIDEREUS_SBI_PYTHON. It has
 * several GB, so no profile runs it alone:
 *
 * <pre>
 * ./mvnw -pl integration-tests -am test -Dtest=BundleOfSbiTest -Dtest.excludedGroups=fuzz
 *   -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
@Tag("python")
@Tag("slow")
class BundleOfSbiTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));

  /** A linear model y = theta + noise in two dimensions, which sbi's MAF learns in seconds. */
  private static final String TRAIN =
      """
      import pickle, sys
      import numpy as np, torch
      from sbi.inference import NPE
      torch.manual_seed(1)
      prior = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
      theta = prior.sample((4000,))
      y = theta @ torch.tensor([[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]])
      inference = NPE(prior, density_estimator="maf")
      inference.append_simulations(theta, y + 0.3 * torch.randn_like(y))
      inference.train(max_num_epochs=40)
      pickle.dump(inference.build_posterior(), open(sys.argv[1], "wb"))
      names = ("a", "b", "y1", "y2", "y3")
      np.savez(sys.argv[2], **dict(zip(names, torch.cat([theta, y], 1).numpy().T)))
      """;

  private static final String CASE =
      """
      {"format": 1, "name": "line", "description": "A linear model.",
       "parameters": [
        {"name": "a", "unit": "", "role": "shared", "prior": {"kind": "normal", "mean": 0, "sd": 1}},
        {"name": "b", "unit": "", "role": "local", "prior": {"kind": "normal", "mean": 0, "sd": 1}}],
       "observables": [
        {"name": "y1", "unit": "", "error": 0.3}, {"name": "y2", "unit": "", "error": 0.3},
        {"name": "y3", "unit": "", "error": 0.3}]}
      """;

  @TempDir private Path folder;

  @Test
  void shouldBecomeABundle() throws IOException, InterruptedException {
    String python = python();
    for (String file : List.of("test_bundle.py", "test_trace.py", "test_posteriors.py")) {
      String tests = HOME.resolve("python/tests").resolve(file).toString();
      assertThat(run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests))
          .as("tests of %s", file)
          .isZero();
    }
    Path posterior = folder.resolve("posterior.pkl");
    Path draws = folder.resolve("draws.npz");
    Path science = Files.writeString(folder.resolve("case.json"), CASE);
    assertThat(run(python, "-c", TRAIN, posterior.toString(), draws.toString())).isZero();
    Path bundle = folder.resolve("bundle");
    assertThat(
            run(
                python,
                "-m",
                "sidereus",
                "bundle",
                posterior.toString(),
                "--case",
                science.toString(),
                "--simulations",
                draws.toString(),
                "--sidereus",
                HOME.resolve("sidereus").toString(),
                "--out",
                bundle.toString(),
                "--",
                "--steps",
                "500"))
        .as("python -m sidereus bundle; its output is above")
        .isZero();
    Manifest manifest = Bundle.load(bundle).manifest();
    assertThat(manifest.likelihood()).isTrue();
    assertThat(manifest.files()).containsKey(Manifest.PARITY);
  }

  /** The Python of one's own environment, or of one that is made here. */
  private String python() throws InterruptedException {
    String own = System.getenv("SIDEREUS_SBI_PYTHON");
    if (own != null) {
      assertThat(run(own, "-c", "import sbi, lampe, onnx, onnxruntime, pytest"))
          .as("SIDEREUS_SBI_PYTHON=%s has sbi, lampe, onnx, onnxruntime and pytest", own)
          .isZero();
      return own;
    }
    Path environment = folder.resolve("environment");
    assumeTrue(
        run("python3", "-m", "venv", environment.toString()) == 0,
        "no Python environment can be made here, so sbi was not tested; install python3-venv");
    String python = environment.resolve("bin/python").toString();
    List<String> packages =
        List.of(
            "sbi==0.27.0",
            "lampe==0.9.0",
            "onnx",
            "onnxruntime",
            HOME.resolve("python") + "[test]");
    assumeTrue(
        run(
                Stream.concat(Stream.of(python, "-m", "pip", "install", "-q"), packages.stream())
                    .toArray(String[]::new))
            == 0,
        "sbi and lampe cannot be had here within 20 minutes, so they were not tested; name the"
            + " Python of an environment that has them by SIDEREUS_SBI_PYTHON");
    return python;
  }

  private static int run(String... command) throws InterruptedException {
    Map<String, String> variables =
        Map.of("PYTHONPATH", HOME.resolve("python").resolve("src").toString());
    return new Program(Path.of("").toAbsolutePath(), variables, Duration.ofMinutes(20))
        .run(command);
  }
}
