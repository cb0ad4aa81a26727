package org.sidereus.streams.command;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.command.ObjectOptions;
import org.sidereus.catalogs.command.ReasonsFile;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.streams.catalog.CatalogColumns;
import org.sidereus.streams.catalog.ObservationCatalog;
import org.sidereus.streams.config.Durations;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the conversion of a catalogue to observations. */
public final class CatalogOptions {
  @Mixin private ObjectOptions objects = new ObjectOptions();

  @Option(
      names = "--time-column",
      paramLabel = "C",
      description = "Column of the time of observation (default: that of the mapping, else time).")
  private @Nullable String timeColumn;

  @Option(
      names = "--start-time",
      paramLabel = "T",
      description =
          "Time of the first row if there are no times (default: none; the objects count for all"
              + " time and are in no window).")
  private @Nullable Instant startTime;

  @Option(
      names = "--interval",
      paramLabel = "D",
      defaultValue = CatalogColumns.DEFAULT_INTERVAL,
      converter = DurationConverter.class,
      description = "Time between rows, with --start-time (default: ${DEFAULT-VALUE}).")
  private Duration interval;

  @Option(
      names = "--survey",
      paramLabel = "NAME",
      description =
          "Name of the survey that publishes (default: that of the mapping, else the name of the"
              + " file).")
  private @Nullable String survey;

  @Option(
      names = "--revision",
      paramLabel = "N",
      defaultValue = "0",
      description = "Revision of the data: a higher one replaces a lower one (default: 0).")
  private int revision;

  /** Reads durations such as {@code 20ms}. */
  public static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return Durations.parse(text);
    }
  }

  /** A catalogue for some bundles, read by its own mapping. */
  public ObservationCatalog catalog(CatalogSource source, List<Manifest> bundles) {
    CatalogColumns columns =
        new CatalogColumns(survey, objects.columns(timeColumn), startTime, interval, revision);
    return new ObservationCatalog(source, bundles, columns);
  }

  /**
   * Reads a whole catalogue, and lists what is missing or rejected where an option names a file.
   *
   * @throws org.sidereus.engine.SidereusException if it cannot be read or has a broken row
   */
  public ObservationCatalog.Outline outline(ObservationCatalog catalog) {
    try (ReasonsFile reasons = objects.reasons()) {
      ObservationCatalog.Outline outline = catalog.outline(reasons.reasons());
      reasons.commit();
      return outline;
    }
  }

  /** A file for some bundles, read by the mapping of these options. */
  public ObservationCatalog catalog(Path file, List<Manifest> bundles) {
    return catalog(objects.source(file), bundles);
  }
}
