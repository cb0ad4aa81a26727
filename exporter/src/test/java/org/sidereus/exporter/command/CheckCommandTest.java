package org.sidereus.exporter.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.testing.LinearGaussianBundle;
import picocli.CommandLine;

class CheckCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldSayAtTheEndThatSimulationsAreTooFew() throws IOException {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    double[] theta = LinearGaussianBundle.PRIOR_MEANS;
    String row =
        DoubleStream.concat(
                Arrays.stream(theta), Arrays.stream(LinearGaussianBundle.predict(theta)))
            .mapToObj(Double::toString)
            .collect(Collectors.joining(","));
    Path table = Files.writeString(folder.resolve("one.csv"), "a,b,c,y1,y2,y3,y4\n" + row + "\n");
    StringWriter out = new StringWriter();
    CommandLine line = new CommandLine(new CheckCommand());
    line.setOut(new PrintWriter(out, true));
    assertThat(line.execute(bundle.toString(), "--simulations", table.toString())).isZero();
    assertThat(out.toString().strip().lines().toList())
        .last()
        .asString()
        .startsWith("no fault found in ")
        .contains(
            "but the true parameters of " + table + " were not compared: 1 objects",
            "it needs 100");
  }
}
