package org.sidereus.engine.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the guide runs, and the guide shows what runs. */
class InferOneStarTest {
  private static final Path CHECKOUT = Path.of(System.getProperty("sidereus.home"));
  private static final Path PAGE = CHECKOUT.resolve("docs/guide/java.md");
  private static final Path SOURCE =
      CHECKOUT.resolve("engine/src/test/java/org/sidereus/engine/example/InferOneStar.java");

  @Test
  void shouldPrintWhatTheGuideSays() throws IOException {
    PrintStream terminal = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      InferOneStar.main(new String[0]);
    } finally {
      System.setOut(terminal);
    }
    String line = printed.toString(StandardCharsets.UTF_8).strip();
    assertThat(line).matches("alpha_IMF: -\\d\\.\\d\\d \\+- 0\\.\\d\\d");
    assertThat(Files.readAllLines(PAGE)).contains("    " + line);
  }

  @Test
  void shouldStandInTheGuideLineByLine() throws IOException {
    List<String> page = Files.readAllLines(PAGE);
    int start = page.indexOf("```java");
    int end = start + page.subList(start, page.size()).indexOf("```");
    assertThat(page.subList(start + 1, end)).isEqualTo(Files.readAllLines(SOURCE));
  }
}
