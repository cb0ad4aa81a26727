package org.sidereus.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.Manifest;

class BundleDescriptionTest {
  private static final Path BUNDLES = Path.of(System.getProperty("sidereus.home"), "bundles");

  @ParameterizedTest
  @ValueSource(strings = {"gce-tng", "gce-alternative", "sed-provabgs"})
  void shouldNameEveryParameterAndObservable(String bundle) {
    Manifest manifest = Manifest.read(BUNDLES.resolve(bundle).resolve(Manifest.FILE));
    List<String> lines = new BundleDescription(BUNDLES.resolve(bundle)).lines();
    assertThat(lines.get(0)).startsWith(bundle + " version " + manifest.version());
    manifest
        .parameters()
        .forEach(one -> assertThat(lines).anyMatch(line -> line.startsWith("  " + one.name())));
    manifest
        .observables()
        .forEach(one -> assertThat(lines).anyMatch(line -> line.startsWith("  " + one.name())));
    assertThat(lines).noneMatch(line -> line.contains("null"));
  }

  @Test
  void shouldSayWhereThereIsNoBundle(@TempDir Path folder) {
    assertThatThrownBy(() -> new BundleDescription(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(folder.toString());
  }
}
