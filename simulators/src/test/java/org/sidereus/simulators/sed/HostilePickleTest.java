package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class HostilePickleTest {
  private static Object read(String operations) {
    return Pickle.read(("\u0080\u0003" + operations).getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a list that holds itself
        "]q\0(h\0e.",
        // an array built from an empty tuple; a type without arguments
        "cnumpy.core.multiarray\n_reconstruct\n(tR(tb.",
        "cnumpy\ndtype\n(tR.",
        "]t.",
        "t.",
        ""
      })
  void shouldRefuse(String operations) {
    assertThatThrownBy(() -> read(operations)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"J\u00fe\u00ff\u00ff\u00ffJ\u00fe\u00ff\u00ff\u00ff", "M\0\0Jÿÿÿÿ"})
  void shouldRefuseNegativeLengths(String axes) {
    String array =
        "cnumpy.core.multiarray\n_reconstruct\n(tR(K\u0001("
            + axes
            + "tcnumpy\ndtype\n(X\2\0\0\0f8tR(K\u0003X\1\0\0\0<tb\u0089C\u0020"
            + "\0".repeat(32)
            + "tb.";
    assertThatThrownBy(() -> read(array))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative length");
  }

  @Test
  void shouldReadWhatIsReferredToOftenOnce() {
    // 40 lists, each of which holds the one before twice: 2^40 in full
    StringBuilder laughs = new StringBuilder("]q\0");
    for (int i = 1; i <= 40; i++) {
      laughs.append("](h").append((char) (i - 1)).append('h').append((char) (i - 1)).append('e');
      laughs.append('q').append((char) i);
    }
    List<?> last = (List<?>) read(laughs + ".");

    assertThat(last.get(0)).isSameAs(last.get(1));
  }

  @Test
  void shouldReadALongListInTimeThatGrowsWithItsLength() {
    List<?> list = (List<?>) read("](" + "K\u0001".repeat(400_000) + "e.");

    assertThat(list).hasSize(400_000);
  }

  @Test
  void shouldReadOrRefusePicklesThatBrokeAReader() throws IOException {
    Path attacks = Path.of(System.getProperty("sidereus.shared", "shared"), "cases", "attacks");
    assumeTrue(Files.isDirectory(attacks), attacks + " is not here; set -Dsidereus.shared");
    try (Stream<Path> files = Files.list(attacks)) {
      List<Path> pickles = files.filter(file -> file.toString().endsWith(".pkl")).toList();
      assertThat(pickles).isNotEmpty();
      for (Path file : pickles) {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(catchThrowable(() -> Pickle.read(bytes)))
            .as(file.toString())
            .satisfiesAnyOf(
                error -> assertThat(error).isNull(),
                error -> assertThat(error).isInstanceOf(IllegalArgumentException.class));
      }
    }
  }
}
