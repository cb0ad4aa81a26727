package org.sidereus.streams.catalog;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.sidereus.model.bundle.BundleLocator;
import org.sidereus.model.bundle.Feature;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.catalog.CatalogSource;
import org.sidereus.model.catalog.MappingOption;
import org.sidereus.streams.config.Durations;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how a catalogue becomes observations. */
public final class CatalogOptions {
  @Mixin private MappingOption mapping = new MappingOption();

  @Option(
      names = "--id-column",
      paramLabel = "C",
      description =
          "Column of the object's identifier (default: object, else id, else the first column if it"
              + " is no observable, else the number of the row).")
  private String idColumn;

  @Option(
      names = "--group-column",
      paramLabel = "C",
      description =
          "Column of the object's group (default: group); an object without one is not combined.")
  private String groupColumn;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description = "Group of all objects (default, without a group column: the name of the file).")
  private String group;

  @Option(
      names = "--time-column",
      paramLabel = "C",
      description =
          "Column of the time of observation, ISO-8601 or milliseconds since 1970 (default: time).")
  private String timeColumn;

  @Option(
      names = "--start-time",
      paramLabel = "T",
      defaultValue = CatalogColumns.DEFAULT_START_TIME,
      description = "Time of the first row if there are no times (default: ${DEFAULT-VALUE}).")
  private Instant startTime;

  @Option(
      names = "--interval",
      paramLabel = "D",
      defaultValue = CatalogColumns.DEFAULT_INTERVAL,
      converter = DurationConverter.class,
      description = "Time between rows if there are no times (default: ${DEFAULT-VALUE}).")
  private Duration interval;

  @Option(
      names = "--survey",
      paramLabel = "NAME",
      description = "Name of the survey that publishes (default: the name of the file).")
  private String survey;

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

  /** A catalogue that has the columns of these options. */
  public ObservationCatalog catalog(CatalogSource source, Collection<String> observables) {
    CatalogColumns columns =
        new CatalogColumns(
            survey, idColumn, groupColumn, group, timeColumn, startTime, interval, revision);
    return new ObservationCatalog(source, observables, columns.orElse(source.mapping()));
  }

  /** A file, read by the mapping of these options. */
  public ObservationCatalog catalogOf(Path file, Collection<String> observables) {
    return catalog(mapping.source(file), observables);
  }

  /** A file, read by the mapping of these options, for the observables of some bundles. */
  public ObservationCatalog catalog(Path file, List<String> bundles) {
    Set<String> wanted = new LinkedHashSet<>();
    BundleLocator locator = BundleLocator.ofInstallation();
    for (String bundle : bundles) {
      wanted.addAll(observables(Manifest.read(locator.locate(bundle).resolve(Manifest.FILE))));
    }
    return catalog(mapping.source(file), wanted);
  }

  /** A file for one bundle, which its observations name. */
  public ObservationCatalog catalog(Path file, String bundle) {
    Path folder = BundleLocator.ofInstallation().locate(bundle);
    String name = Manifest.read(folder.resolve(Manifest.FILE)).name();
    return catalog(file, List.of(bundle)).answeredBy(name);
  }

  /** Names of what a bundle reads, in the order of its features. */
  public static Collection<String> observables(Manifest manifest) {
    Set<String> names = new LinkedHashSet<>();
    manifest.features().stream().map(Feature::of).forEach(names::add);
    return names;
  }
}
