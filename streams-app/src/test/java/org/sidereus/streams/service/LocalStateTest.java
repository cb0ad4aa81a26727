package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.streams.config.ServiceConfig;

class LocalStateTest {
  private static final Duration KEPT = Duration.ofHours(24);

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-11-28T03:00:00Z");
  private Path store;
  private Path process;

  @BeforeEach
  void write() throws IOException {
    store = Files.createDirectories(folder.resolve("state/night/0_1/rocksdb")).resolve("7.sst");
    process = folder.resolve("state/night/kafka-streams-process-metadata");
    Files.writeString(store, "sums");
    Files.writeString(process, "the process");
  }

  private LocalState state(String stateDir) {
    return new LocalState(
        ServiceConfig.of(
            Map.of("application.id", "night", "state.dir", folder.resolve(stateDir).toString())),
        () -> now);
  }

  @Test
  void shouldKeepWhatWasUsedALittleWhileAgo() throws IOException {
    state("state").use();
    now = now.plus(Duration.ofHours(11));
    state("state").take(KEPT);
    assertThat(store).exists();
    assertThat(process).exists();
  }

  @Test
  void shouldDeleteWhatMayLackDeletions() throws IOException {
    state("state").use();
    now = now.plus(Duration.ofHours(13));
    state("state").take(KEPT);
    assertThat(store.getParent().getParent()).doesNotExist();
  }

  @Test
  void shouldStayOldUntilItIsUsed() throws IOException {
    state("state").use();
    now = now.plus(Duration.ofHours(11));
    state("state").take(KEPT);
    now = now.plus(Duration.ofHours(2));
    state("state").take(KEPT);
    assertThat(store).doesNotExist();
  }

  @Test
  void shouldDeleteWhatIsOfTheFuture() throws IOException {
    state("state").use();
    now = now.minus(Duration.ofHours(1));
    state("state").take(KEPT);
    assertThat(store).doesNotExist();
  }

  @Test
  void shouldTakeTheAgeOfItsFilesWhereNothingIsEntered() throws IOException {
    Files.setLastModifiedTime(store, FileTime.from(now.minus(Duration.ofHours(3))));
    Files.setLastModifiedTime(process, FileTime.from(now.minus(Duration.ofDays(30))));
    state("state").take(KEPT);
    assertThat(store).exists();
    Files.setLastModifiedTime(store, FileTime.from(now.minus(Duration.ofDays(3))));
    state("state").take(KEPT);
    assertThat(store).doesNotExist();
  }

  @Test
  void shouldGiveACopyAnIdentifierOfItsOwn() throws IOException {
    state("state").use();
    Files.move(folder.resolve("state"), folder.resolve("copy"));
    state("copy").take(KEPT);
    assertThat(folder.resolve("copy/night/0_1/rocksdb/7.sst")).exists();
    assertThat(folder.resolve("copy/night/kafka-streams-process-metadata")).doesNotExist();
  }

  @Test
  void shouldKeepTheIdentifierWhereThereIsNoState() throws IOException {
    Files.delete(store);
    Files.delete(store.getParent());
    Files.delete(store.getParent().getParent());
    Files.setLastModifiedTime(process, FileTime.from(now.minus(Duration.ofDays(30))));
    state("state").take(KEPT);
    assertThat(process).exists();
  }
}
