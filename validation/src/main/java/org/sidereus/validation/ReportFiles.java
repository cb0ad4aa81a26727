package org.sidereus.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.FileEntry;
import org.sidereus.engine.bundle.Manifest;

/** The files of a report: numbers as JSON and figures as SVG. */
public final class ReportFiles {
  /** Folder of a bundle for these files. */
  public static final String FOLDER = "calibration";

  /** File with all numbers. */
  public static final String NUMBERS = "validation.json";

  private static final JsonMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final ValidationReport report;

  public ReportFiles(ValidationReport report) {
    this.report = report;
  }

  /**
   * Makes a folder for the files.
   *
   * @throws SidereusException if it cannot be made or written to
   */
  public static void prepare(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
    if (!Files.isWritable(folder)) {
      throw unwritable(folder, new AccessDeniedException(folder.toString()));
    }
  }

  private static SidereusException unwritable(Path folder, IOException cause) {
    return new SidereusException(
        "cannot write to %s: %s; choose another folder"
            .formatted(folder, SidereusException.reason(cause)),
        cause);
  }

  /**
   * Writes all files.
   *
   * @param folder made where it is missing
   * @return the files by name
   */
  public Map<String, Path> write(Path folder) {
    Map<String, String> contents = new LinkedHashMap<>();
    contents.put(NUMBERS, report.json());
    contents.putAll(new Figures(report).all());
    Map<String, Path> files = new LinkedHashMap<>();
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> content : contents.entrySet()) {
        Path file = folder.resolve(content.getKey());
        Files.writeString(file, content.getValue());
        files.put(content.getKey(), file);
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
    return files;
  }

  /**
   * Puts the files into {@code calibration/} of a bundle in place of those of an earlier report,
   * and the summary into its manifest.
   */
  public void attach(Path bundle) {
    Path manifestFile = bundle.resolve(Manifest.FILE);
    Manifest before = Manifest.read(manifestFile);
    Map<String, FileEntry> files = new TreeMap<>(before.files());
    for (String name : before.files().keySet()) {
      if (name.startsWith(FOLDER + "/")) {
        files.remove(name);
        remove(bundle.resolve(name));
      }
    }
    write(bundle.resolve(FOLDER))
        .forEach((name, file) -> files.put(FOLDER + "/" + name, FileEntry.of(file)));
    before.withFiles(files).withCalibration(json(report.summary())).write(manifestFile);
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new SidereusException("cannot remove " + file + ": " + e.getMessage(), e);
    }
  }

  /** Through text: maps and lists in place of records, as the manifest's reader gives them. */
  private static Map<String, Object> json(Map<String, Object> summary) {
    try {
      return MAPPER.readValue(MAPPER.writeValueAsString(summary), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary cannot be written as JSON", e);
    }
  }
}
