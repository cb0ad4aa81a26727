package org.sidereus.demo.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.service.OpenBundles;
import org.sidereus.testing.TinySurvey;

class EmbeddedSidereusTest {
  private static final String NAME = "sidereus-test-" + ProcessHandle.current().pid();

  @TempDir private Path folder;

  @Test
  @SuppressWarnings("try") // closed by hand, to look at what is left, and again at the end
  void shouldOpenEverythingAndLeaveNothing() throws Exception {
    TinySurvey.write(folder, 1, 1);
    Map<String, String> keys = Map.of("bundles", folder.resolve("bundle").toString());
    try (EmbeddedSidereus sidereus = EmbeddedSidereus.start(NAME, keys, OpenBundles::open)) {
      assertThat(sidereus.service().isReady()).isTrue();
      assertThat(sidereus.config().applicationId()).isEqualTo("sidereus-" + NAME);
      assertThat(folders()).hasSize(1);
      assertThat(brokerThreads()).isNotEmpty();
      sidereus.close();
      assertNothingIsLeft();
    }
  }

  @Test
  void shouldLeaveNothingIfTheBundlesDoNotOpen() {
    assertThatThrownBy(
            () ->
                EmbeddedSidereus.start(
                    NAME,
                    Map.of(),
                    config -> {
                      throw new SidereusException("no bundle");
                    }))
        .isInstanceOf(SidereusException.class)
        .hasMessage("no bundle");
    assertNothingIsLeft();
  }

  @Tag("thorough")
  @Test
  void shouldLeaveNothingIfTheServiceDoesNotStart() throws IOException {
    TinySurvey.write(folder, 1, 1);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      Map<String, String> keys =
          Map.of("bundles", folder.resolve("bundle").toString(), "http.port", port);
      assertThatThrownBy(() -> EmbeddedSidereus.start(NAME, keys, OpenBundles::open))
          .isInstanceOf(SidereusException.class)
          .hasMessageContaining(port);
    }
    assertNothingIsLeft();
  }

  private static void assertNothingIsLeft() {
    assertThat(folders()).isEmpty();
    assertThat(brokerThreads()).isEmpty();
  }

  private static List<Path> folders() {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(one -> one.getFileName().toString().startsWith("sidereus-" + NAME))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> brokerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("data-plane-kafka-"))
        .toList();
  }
}
