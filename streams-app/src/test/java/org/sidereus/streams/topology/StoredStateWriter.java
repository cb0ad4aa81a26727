package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Stores samples of the state of this build as a format that later releases must read or refuse. It
 * is not part of the tests; run it once for a new format and commit what it writes:
 *
 * <pre>./mvnw -pl streams-app test -Dtest=StoredStateWriter -Dsidereus.state.version=v3</pre>
 *
 * <p>A format that was released is never written again.
 */
class StoredStateWriter {
  private static final String VERSION = "sidereus.state.version";

  @Test
  @EnabledIfSystemProperty(named = VERSION, matches = "v[0-9]+")
  void shouldStoreTheStateOfThisBuild() throws IOException {
    Path file = StoredState.folder(System.getProperty(VERSION)).resolve("samples.tsv");
    assertThat(file).as("a format that does not exist yet").doesNotExist();
    List<String> lines =
        StateSamples.all().stream()
            .map(one -> one.name() + "\t" + HexFormat.of().formatHex(one.bytes()))
            .toList();
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }
}
