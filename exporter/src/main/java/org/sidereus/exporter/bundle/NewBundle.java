package org.sidereus.exporter.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.exporter.check.Acceptance;

/**
 * Writes the folder of a bundle. It appears under its name only when it is whole, loads and is
 * accepted; until then it lies in a hidden folder beside, which is removed after a failure.
 */
final class NewBundle {
  /** Key of the provenance: the faults that {@code check} found and the user accepted. */
  private static final String FAULTS = "accepted_faults";

  private final Path out;
  private final Path target;
  private final Acceptance acceptance;

  /**
   * A bundle that is not there yet.
   *
   * @param out its folder
   * @throws SidereusException where the folder exists
   */
  NewBundle(Path out, Acceptance acceptance) {
    this.out = out;
    this.acceptance = acceptance;
    target = out.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new SidereusException(out + " exists already; remove it or name another folder");
    }
  }

  /**
   * Writes it.
   *
   * @param draft the manifest without files
   * @param graphs contents by file
   * @param attachments other files by their path in the bundle
   * @throws SidereusException where the bundle does not load, is not accepted or cannot be written
   */
  void write(Manifest draft, Map<String, byte[]> graphs, Map<String, Path> attachments) {
    // not a temporary directory, which others could not read
    Path folder = target.resolveSibling(".export-" + UUID.randomUUID());
    try {
      Files.createDirectories(folder);
      Manifest manifest = draft.withFiles(files(graphs, attachments, folder));
      manifest.write(folder.resolve(Manifest.FILE));
      Bundle.load(folder);
      List<String> faults = acceptance.acceptedFaults(folder);
      if (!faults.isEmpty()) {
        Map<String, Object> provenance = new LinkedHashMap<>(manifest.provenance());
        provenance.put(FAULTS, new ArrayList<>(faults));
        manifest.toBuilder().provenance(provenance).build().write(folder.resolve(Manifest.FILE));
      }
      Files.move(folder, target);
    } catch (IOException e) {
      throw new SidereusException("cannot write " + out + ": " + e.getMessage(), e);
    } finally {
      remove(folder);
    }
  }

  private static Map<String, FileEntry> files(
      Map<String, byte[]> graphs, Map<String, Path> attachments, Path folder) throws IOException {
    Map<String, FileEntry> entries = new TreeMap<>();
    for (Map.Entry<String, byte[]> graph : graphs.entrySet()) {
      Path file = folder.resolve(graph.getKey());
      Files.write(file, graph.getValue());
      entries.put(graph.getKey(), FileEntry.of(file));
    }
    for (Map.Entry<String, Path> attachment : attachments.entrySet()) {
      Path file = folder.resolve(attachment.getKey());
      Files.createDirectories(file.getParent());
      Files.copy(attachment.getValue(), file);
      entries.put(attachment.getKey(), FileEntry.of(file));
    }
    return entries;
  }

  private static void remove(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new SidereusException("cannot remove " + folder + ": " + e.getMessage(), e);
    }
  }
}
