package org.sidereus.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The folder of an archive. A batch of one partition becomes visible as follows: its files are
 * written beside the archive, a commit file that names them is renamed into place, and they are
 * renamed into the archive. After a kill the renames of committed batches are completed, and files
 * of batches that are not committed are deleted. So each record is in exactly one file.
 */
public final class ArchiveFolder implements AutoCloseable {
  /** Readers of Parquet skip names that begin with an underscore. */
  private static final String INTERNAL = "_sidereus";

  private final Path folder;
  private final Path unfinished;
  private final Path commits;
  private final FileChannel lockFile;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<TopicPartition, Long> next = new HashMap<>();

  /**
   * A batch that is committed.
   *
   * @param topic of its records
   * @param partition of its records
   * @param first offset of the first record
   * @param next offset behind the last record
   * @param files paths in the archive, with slashes
   */
  record Commit(String topic, int partition, long first, long next, List<String> files) {}

  private ArchiveFolder(Path folder, FileChannel lockFile) {
    this.folder = folder;
    this.lockFile = lockFile;
    unfinished = folder.resolve(INTERNAL).resolve("unfinished");
    commits = folder.resolve(INTERNAL).resolve("commits");
  }

  /**
   * Opens an archive, and makes it where there is none.
   *
   * @param cluster identifier of the Kafka cluster, which must always be the same
   * @throws SidereusException if the folder cannot be written, is of another cluster, or another
   *     process writes it
   */
  public static ArchiveFolder open(Path folder, String cluster) {
    try {
      Files.createDirectories(folder.resolve(INTERNAL));
      FileChannel lockFile =
          FileChannel.open(
              folder.resolve(INTERNAL).resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!lock(lockFile)) {
        lockFile.close();
        throw new SidereusException(
            "another process writes the archive %s; stop it or choose another --out"
                .formatted(folder));
      }
      ArchiveFolder archive = new ArchiveFolder(folder, lockFile);
      archive.recover(cluster);
      return archive;
    } catch (IOException e) {
      throw new SidereusException(
          "the archive %s cannot be opened: %s; choose another --out"
              .formatted(folder, SidereusException.reason(e)),
          e);
    }
  }

  private static boolean lock(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // in this process
    }
  }

  private void recover(String cluster) throws IOException {
    Files.createDirectories(unfinished);
    Files.createDirectories(commits);
    Path identity = folder.resolve(INTERNAL).resolve("cluster");
    if (Files.exists(identity)) {
      String found = Files.readString(identity).strip();
      if (!found.equals(cluster)) {
        throw new SidereusException(
            "the archive %s is of the Kafka cluster %s and not of %s; choose another --out"
                .formatted(folder, found, cluster));
      }
    } else {
      writeAndSync(identity, cluster + "\n");
    }
    Set<String> committed = new HashSet<>();
    try (Stream<Path> all = Files.list(commits)) {
      for (Path one : all.filter(file -> file.toString().endsWith(".json")).toList()) {
        Commit commit = json.readValue(one.toFile(), Commit.class);
        publish(commit);
        committed.addAll(commit.files());
        next.merge(
            new TopicPartition(commit.topic(), commit.partition()), commit.next(), Math::max);
      }
    }
    try (Stream<Path> all = Files.walk(unfinished)) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        Files.delete(one);
      }
    }
  }

  /** The offset of the next record of each partition that the archive has records of. */
  public Map<TopicPartition, Long> positions() {
    return Map.copyOf(next);
  }

  /** Where to write a file before it is committed. */
  Path unfinished(String file) {
    Path path = unfinished.resolve(file);
    try {
      Files.createDirectories(parent(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return path;
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  /** Commits a batch whose files are written. */
  void commit(Commit commit) throws IOException {
    for (String file : commit.files()) {
      sync(unfinished.resolve(file));
    }
    Path file =
        commits.resolve(
            "%s-%d-%020d.json".formatted(commit.topic(), commit.partition(), commit.first()));
    writeAndSync(file, json.writeValueAsString(commit));
    publish(commit);
    next.put(new TopicPartition(commit.topic(), commit.partition()), commit.next());
  }

  /** Renames the files of a committed batch into the archive, those that are not yet there. */
  private void publish(Commit commit) throws IOException {
    for (String file : commit.files()) {
      Path from = unfinished.resolve(file);
      if (Files.exists(from)) {
        Path to = folder.resolve(file);
        Files.createDirectories(parent(to));
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  private static void writeAndSync(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporary, text);
    sync(temporary);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    @Nullable Path parent = file.getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
