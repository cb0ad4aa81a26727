package org.sidereus.streams.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the state on this machine: how old it is and whose. A file beside it, {@code
 * APPLICATION.ID.last-use}, says when and where it was last used.
 *
 * <p>State is completed from the changelogs, of which the brokers keep the last record of each key.
 * They drop the record that deletes a key after {@code delete.retention.ms}. Older state may still
 * have keys that are deleted, such as objects that were withdrawn, so it is not used: the brokers
 * have all of the state.
 *
 * <p>A folder that was used in another place may be a copy. The process that uses the original has
 * its identifier, and with it the names of its transactions. So the identifier is made anew there.
 */
final class LocalState {
  private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

  /** That of Kafka Streams. */
  private static final String PROCESS_FILE = "kafka-streams-process-metadata";

  private static final Path KERNEL_HOST = Path.of("/proc/sys/kernel/hostname");

  /** A clock that was set back by more does not say how old the state is. */
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private final Path folder;
  private final Path file;
  private final Supplier<Instant> clock;

  /** When and where the state was last used. */
  private record LastUse(Instant time, String place) {}

  /**
   * The folder of a configuration.
   *
   * @param clock the clock of the machine
   */
  LocalState(ServiceConfig config, Supplier<Instant> clock) {
    Path root = config.stateDir().toAbsolutePath().normalize();
    this.folder = root.resolve(config.applicationId());
    this.file = root.resolve(config.applicationId() + ".last-use");
    this.clock = clock;
  }

  /**
   * Takes the folder into use: deletes what must not be used.
   *
   * @param keptDeletions for how long the brokers keep the record that deletes a key
   * @throws SidereusException if the folder cannot be written
   */
  void take(Duration keptDeletions) {
    try {
      if (hasState()) {
        // Half the time, because the restoring takes time, too.
        discardIfOlder(keptDeletions.dividedBy(2));
      }
    } catch (IOException e) {
      throw StatePreparation.unwritable(folder, SidereusException.reason(e), e);
    }
  }

  /** Each task has a folder of its own there. */
  private boolean hasState() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.anyMatch(Files::isDirectory);
    }
  }

  private void discardIfOlder(Duration longest) throws IOException {
    LastUse last = lastUse();
    Duration age = Duration.between(last.time(), clock.get());
    if (age.compareTo(longest) > 0 || age.negated().compareTo(AHEAD) > 0) {
      LOG.warn(
          "the state in {} was last used at {} and may lack deletions since; it is deleted and"
              + " restored from the brokers, which have all of it",
          folder,
          last.time());
      delete();
    } else if (!last.place().equals(place())) {
      LOG.info(
          "the state in {} was last used in another place ({}); it is used here under a new"
              + " process identifier",
          folder,
          last.place());
      Files.deleteIfExists(folder.resolve(PROCESS_FILE));
    }
  }

  /** State without the file is of an earlier release. Its files are as old as their last change. */
  private LastUse lastUse() throws IOException {
    if (Files.exists(file)) {
      List<String> lines = Files.readAllLines(file);
      try {
        if (lines.size() == 2) {
          return new LastUse(Instant.parse(lines.get(0)), lines.get(1));
        }
      } catch (DateTimeParseException e) {
        LOG.debug("the file {} cannot be read", file, e);
      }
      // It was cut off when it was written, just now or long ago.
      return new LastUse(Files.getLastModifiedTime(file).toInstant(), "");
    }
    Instant latest = Instant.EPOCH;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.filter(Files::isRegularFile).toList()) {
        Instant changed = Files.getLastModifiedTime(one).toInstant();
        latest = changed.isAfter(latest) ? changed : latest;
      }
    }
    return new LastUse(latest, place());
  }

  /** Host and folder. */
  private String place() {
    return host() + " " + folder;
  }

  /** Name of this machine, without asking a name server. */
  private static String host() {
    try {
      return Files.readString(KERNEL_HOST).strip();
    } catch (IOException e) {
      // Not on Linux.
      String named = System.getenv("HOSTNAME");
      return named == null ? String.valueOf(System.getenv("COMPUTERNAME")) : named;
    }
  }

  /** Enters that the state is complete and in use now. */
  void use() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, clock.get() + "\n" + place() + "\n");
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path one : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
