package org.sidereus.exporter.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.testing.LinearGaussianBundle;
import picocli.CommandLine;

class CheckCommandTest {
  @TempDir private Path folder;

  @Test
  void shouldSayAtTheEndWhatTooFewSimulationsCompare() throws IOException {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    Manifest manifest = Manifest.read(bundle.resolve(Manifest.FILE));
    List<String> columns =
        Stream.concat(
                manifest.parameters().stream().map(one -> one.name()),
                manifest.observables().stream().map(one -> one.name()))
            .toList();
    Path table =
        Files.writeString(
            folder.resolve("one.csv"),
            String.join(",", columns)
                + "\n"
                + columns.stream().map(any -> "1").collect(Collectors.joining(","))
                + "\n");
    StringWriter out = new StringWriter();
    CommandLine line = new CommandLine(new CheckCommand());
    line.setOut(new PrintWriter(out, true));
    line.execute(bundle.toString(), "--simulations", table.toString());
    assertThat(out.toString().strip().lines().toList())
        .last()
        .asString()
        .contains(table + " was compared with nothing: ", "it needs 100");
  }
}
