package org.sidereus.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.cli.Sidereus;

/** The forward model of the example, compiled and put behind the class path of a process. */
class ExampleJarTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("sidereus.home"), "examples", "transits");

  @TempDir private Path folder;

  @Test
  void shouldBeFoundByItsName() throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(
                    null,
                    null,
                    null,
                    "-proc:none",
                    "-cp",
                    classPath,
                    "-d",
                    folder.toString(),
                    EXAMPLE.resolve("jar/Transits.java").toString()))
        .isZero();
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("org.sidereus.simulators.model.ForwardModel"), "Transits\n");
    // a central transit of the sun by a planet of a tenth of its radius, in a year
    Path inputs =
        Files.writeString(
            folder.resolve("in.csv"),
            "log10_density,limb_blue,log10_radius_ratio,impact,log10_period\n"
                + "0.14953,0.5,-1,0,2.5626\n0.1,0.5,-0.7,0.85,1\n");
    Path out = folder.resolve("out.csv");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                Sidereus.class.getName(),
                "simulate",
                "--case",
                EXAMPLE.resolve("case.json").toString(),
                "--simulator",
                "transits-in-java",
                "--in",
                inputs.toString(),
                "--out",
                out.toString())
            .inheritIO();
    builder.environment().put("CLASSPATH", classPath + File.pathSeparator + folder);
    Process process = builder.start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    List<String> lines = Files.readAllLines(out);
    double[] y =
        Arrays.stream(lines.get(1).split(",")).skip(5).mapToDouble(Double::parseDouble).toArray();
    // Winn (2010), equation 19: 13 hours for the sun and a year, for the full radius ratio 1.1
    // times
    assertThat(Math.pow(10, y[2])).isCloseTo(1.1 * 13, within(0.3));
    // equation 15: the ingress is the radius ratio times these hours
    assertThat(Math.pow(10, y[3])).isCloseTo(0.1 * 13, within(0.03));
    // at the centre of a linearly darkened disc: k^2 / (1 - u / 3)
    assertThat(y[0]).isCloseTo(Math.log10(0.01 / (1 - 0.5 / 3)), within(1e-8));
    assertThat(lines.get(2)).endsWith(",,,,,GRAZING");
  }
}
