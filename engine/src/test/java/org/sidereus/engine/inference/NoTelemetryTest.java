package org.sidereus.engine.inference;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.testing.LinearGaussianBundle;

/**
 * ONNX Runtime writes no identifier and asks no server, also in a process that nobody told so. It
 * keeps still where CI variables are set, so the process that is watched has none.
 */
class NoTelemetryTest {
  private static final List<String> VARIABLES =
      List.of(
          "ORT_DISABLE_TELEMETRY",
          "ORT_TELEMETRY_DISABLED",
          "CI",
          "TF_BUILD",
          "GITHUB_ACTIONS",
          "TRAVIS",
          "JENKINS_URL",
          "CODEBUILD_BUILD_ID",
          "TEAMCITY_VERSION");

  @TempDir Path folder;

  /** Opens an engine, infers, and waits some seconds; not a test, so that nothing keeps still. */
  static final class Inference {
    public static void main(String[] args) throws InterruptedException {
      Bundle bundle = Bundle.load(Path.of(args[0]));
      try (PosteriorEngine engine =
          PosteriorEngine.open(bundle, EngineOptions.defaults().withDevice(Device.CPU))) {
        engine.warmUp();
        Thread.sleep(1000 * Long.parseLong(args[1]));
      }
      System.out.println("inferred");
    }
  }

  @Test
  void shouldHaveALibraryThatKnowsNoServer() throws IOException {
    byte[] library;
    try (InputStream in =
        OrtEnvironment.class.getResourceAsStream(
            "/ai/onnxruntime/native/linux-x64/libonnxruntime.so")) {
      Assumptions.assumeTrue(in != null, "no library for Linux on the class path");
      library = in.readAllBytes();
    }
    String text = new String(library, StandardCharsets.ISO_8859_1);

    assertThat(text.contains("onnxruntime")).isTrue();
    assertThat(text.contains("OneCollector")).isFalse();
    assertThat(text.contains("events.data.microsoft.com")).isFalse();
  }

  @Test
  void shouldWriteNoFile() throws Exception {
    infer(List.of(), 1);

    assertThat(filesOfHome()).isEmpty();
  }

  @Test
  void shouldAskNoServerWhereThereIsNoNetwork() throws Exception {
    watch(1);
  }

  @Test
  @Tag("slow")
  void shouldAskNoServerWithinAMinute() throws Exception {
    watch(70);
  }

  private void watch(int seconds) throws Exception {
    List<String> isolated = List.of("unshare", "--user", "--map-root-user", "--net");
    Path trace = folder.resolve("trace.txt");
    List<String> traced =
        List.of(
            "strace", "-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", trace.toString());
    Assumptions.assumeTrue(runs(isolated) && runs(traced), "needs unshare and strace");
    List<String> prefix = new ArrayList<>(isolated);
    prefix.addAll(traced);

    infer(prefix, seconds);

    try (Stream<String> lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
      assertThat(lines.filter(line -> line.contains("AF_INET") || line.contains("microsoft")))
          .isEmpty();
    }
    assertThat(filesOfHome()).isEmpty();
  }

  private List<Path> filesOfHome() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("home"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void infer(List<String> prefix, int seconds) throws Exception {
    Path bundle = LinearGaussianBundle.write(folder.resolve("bundle"));
    Files.createDirectories(folder.resolve("home"));
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add(Inference.class.getName());
    command.add(bundle.toString());
    command.add(Integer.toString(seconds));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    VARIABLES.forEach(builder.environment()::remove);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("HOME", folder.resolve("home").toString());
    Path log = folder.resolve("log.txt");
    Process process = builder.redirectOutput(log.toFile()).start();
    try {
      assertThat(
              process.waitFor(Duration.ofSeconds(60 + seconds).toMillis(), TimeUnit.MILLISECONDS))
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(log).content().contains("inferred");
  }

  private static boolean runs(List<String> prefix) throws InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
