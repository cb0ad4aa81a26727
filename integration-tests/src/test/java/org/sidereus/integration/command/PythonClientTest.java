package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.demo.embedded.EmbeddedSidereus;
import org.sidereus.integration.environment.Program;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.streams.service.RegistryPreparation;

/**
 * The tests of the Python client, against a service in this process, in a Python environment that
 * this test makes.
 */
@Tag("python")
class PythonClientTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));

  @TempDir private Path folder;

  @Test
  void shouldReadAndPublish() throws InterruptedException {
    Path environment = folder.resolve("environment");
    assumeTrue(
        run(Map.of(), "python3", "-m", "venv", environment.toString()) == 0,
        "no Python environment can be made here, so the Python client was not tested; install"
            + " python3-venv");
    String python = environment.resolve("bin/python").toString();
    assumeTrue(
        run(Map.of(), python, "-m", "pip", "install", "-q", HOME.resolve("python") + "[test]") == 0,
        "the packages of the Python client cannot be had here, so it was not tested");
    try (EmbeddedSidereus sidereus =
        EmbeddedSidereus.start(
            "python-" + ProcessHandle.current().pid(),
            Map.of(
                "bundles", "gce-tng",
                "topics.partitions", "2",
                "state.store", "memory",
                "groups.interval", "200ms"),
            OpenBundles::open)) {
      // the first Java producer registers the schema that the Python client writes with
      RegistryPreparation.serdes(sidereus.config())
          .valueSerde(Observation.class)
          .serializer()
          .serialize(
              sidereus.config().topics().observations(),
              org.sidereus.integration.environment.DemoSurvey.first(1).rows().get(0).observation());
      int status =
          run(
              Map.of(
                  "SIDEREUS_NO_BUILD", // the commands of the README do not build beside this build
                  "1",
                  "SIDEREUS_BOOTSTRAP_SERVERS",
                  sidereus.config().bootstrapServers(),
                  "SIDEREUS_SCHEMA_REGISTRY_URL",
                  String.valueOf(sidereus.config().registry().get("schema.registry.url")),
                  "SIDEREUS_METRICS_URL",
                  sidereus.service().url() + "/metrics"),
              python,
              "-m",
              "pytest",
              "-q",
              "-p",
              "no:cacheprovider",
              HOME.resolve("python/tests").toString());
      assertThat(status).as("pytest; its output is above").isZero();
    }
  }

  private int run(Map<String, String> variables, String... command) throws InterruptedException {
    return new Program(folder, variables, Duration.ofMinutes(10)).run(command);
  }
}
