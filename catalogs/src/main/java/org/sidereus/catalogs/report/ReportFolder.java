package org.sidereus.catalogs.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.GroupSummary;

/** The folder of a report: {@value #PAGE}, and each figure as an SVG file in {@value #FIGURES}. */
public final class ReportFolder {
  /** The page; it has all figures in it and needs no other file. */
  public static final String PAGE = "report.html";

  /** The folder of the figures. */
  public static final String FIGURES = "figures";

  private final Path folder;

  /**
   * Makes the folder.
   *
   * @throws SidereusException if it cannot be made, or has something that is no report
   */
  public ReportFolder(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder.resolve(FIGURES));
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> !List.of(PAGE, FIGURES).contains(String.valueOf(file.getFileName())))
            .findFirst()
            .ifPresent(
                file -> {
                  throw new SidereusException(
                      "%s has %s, which is no part of a report; name a folder that is new or has a report"
                          .formatted(folder, file.getFileName()));
                });
      }
    } catch (IOException | UncheckedIOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes the report in place of an older one.
   *
   * @param source name of the catalogue
   * @param groups posteriors of the groups, by their names
   * @param notes what the user should know of the columns that were chosen
   */
  public void write(
      String source,
      Manifest manifest,
      BundleIdentity bundle,
      CatalogReport report,
      Map<String, GroupSummary> groups,
      Reasons reasons,
      List<String> notes) {
    ReportPage page = new ReportPage(source, manifest, bundle, report, groups, reasons, notes);
    String html = page.html();
    try {
      try (Stream<Path> older = Files.list(folder.resolve(FIGURES))) {
        for (Path file : older.filter(one -> one.toString().endsWith(".svg")).toList()) {
          Files.delete(file);
        }
      }
      for (Map.Entry<String, String> figure : page.figures().entrySet()) {
        Files.writeString(folder.resolve(FIGURES).resolve(figure.getKey()), figure.getValue());
      }
      Files.writeString(folder.resolve(PAGE), html);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private SidereusException unwritable(Exception e) {
    return new SidereusException(
        "%s cannot be written: %s; name a folder that can be made"
            .formatted(folder, e instanceof IOException io ? SidereusException.reason(io) : e),
        e);
  }
}
