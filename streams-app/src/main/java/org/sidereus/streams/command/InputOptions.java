package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.bundle.BundleLocator;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.config.ServiceConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the catalogue that a command publishes. */
final class InputOptions {
  @Option(names = "--in", required = true, paramLabel = "FILE", description = "The catalogue.")
  private Path in;

  @Option(
      names = "--bundle",
      paramLabel = "NAME|DIR",
      description =
          "Bundle that infers; its observables are published (default: those of the"
              + " configuration, and every bundle of the service infers).")
  private @Nullable String bundle;

  @Mixin private CatalogOptions catalogOptions = new CatalogOptions();

  /**
   * The catalogue; no row is read yet.
   *
   * @throws org.sidereus.engine.SidereusException if it, its mapping or a bundle cannot be read
   */
  ObservationCatalog catalog(ServiceConfig config) {
    BundleLocator locator = BundleLocator.ofInstallation();
    List<Manifest> bundles =
        (bundle == null ? config.bundles() : List.of(bundle))
            .stream()
                .map(name -> Manifest.read(locator.locate(name).resolve(Manifest.FILE)))
                .toList();
    ObservationCatalog catalog = catalogOptions.catalog(in, bundles);
    return bundle == null ? catalog : catalog.inferredBy(bundles.get(0).name());
  }

  /** Warns of identifiers that are in several groups, since an object is in its last group only. */
  static void warnOfMoves(
      ObservationCatalog.Outline outline, ServiceConfig config, PrintWriter err) {
    if (outline.moving() > 0 && config.groups().overlappingSurveys().isEmpty()) {
      err.printf(
          "sidereus: warning: %d rows name an object that an earlier row has in another group; an"
              + " object is in the group of its last row. Give each object of the survey its own"
              + " identifier, or name the survey in groups.overlap of the service%n",
          outline.moving());
      err.flush();
    }
  }

  /**
   * Reads the whole catalogue.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be read or has a broken row
   */
  ObservationCatalog.Outline outline(ObservationCatalog catalog) {
    return catalogOptions.outline(catalog);
  }
}
