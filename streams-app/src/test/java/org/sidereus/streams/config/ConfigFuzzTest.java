package org.sidereus.streams.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

/** Damages a configuration with all keys by a seed and reads it. */
@Tag("fuzz")
class ConfigFuzzTest {
  @TempDir private Path folder;

  @Test
  void shouldReadOrRefuseDamagedConfigurations() {
    new Fuzz("configuration", SidereusException.class, List.of(all()))
        .run(folder, file -> ServiceConfig.load(file, Map.of(), Map.of(), warning -> {}));
  }

  private static byte[] all() {
    return ServiceConfig.defaults().effective().entrySet().stream()
        .map(one -> one.getKey() + "=" + one.getValue())
        .collect(Collectors.joining("\n"))
        .getBytes(StandardCharsets.UTF_8);
  }
}
