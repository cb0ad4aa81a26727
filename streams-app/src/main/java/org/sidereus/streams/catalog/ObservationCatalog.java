package org.sidereus.streams.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;

/**
 * A catalogue as observations, read by {@link CatalogReader}. What was not measured is left out of
 * the observation; what no posterior can be made of is passed on, so that the stream rejects it
 * with a reason.
 */
public final class ObservationCatalog {
  private final CatalogSource source;
  private final List<Manifest> bundles;
  private final CatalogColumns columns;
  private final String answering;

  /**
   * A catalogue; reads nothing yet.
   *
   * @param bundles whose observables and covariates are published
   */
  public ObservationCatalog(
      CatalogSource source, Collection<Manifest> bundles, CatalogColumns columns) {
    this(source, bundles, columns, null);
  }

  private ObservationCatalog(
      CatalogSource source,
      Collection<Manifest> bundles,
      CatalogColumns columns,
      String answering) {
    this.source = source;
    this.bundles = List.copyOf(bundles);
    this.columns = columns;
    this.answering = answering;
  }

  /** The same catalogue, whose observations name the bundle that shall answer. */
  public ObservationCatalog answeredBy(String bundle) {
    return new ObservationCatalog(source, bundles, columns, bundle);
  }

  /**
   * What a look at the whole catalogue tells.
   *
   * @param rows number of rows
   * @param latest latest time
   * @param ordered whether the times never go back
   */
  public record Outline(long rows, Instant latest, boolean ordered) {}

  /**
   * Reads the whole catalogue and keeps nothing.
   *
   * @throws SidereusException if it cannot be read, lacks a column that a bundle needs or has a
   *     broken row; the message has the line
   */
  public Outline outline() {
    Looker looker = new Looker();
    forEachInFile(looker);
    if (looker.rows == 0) {
      throw new SidereusException(
          source.name() + " has a header but no rows; nothing can be published");
    }
    return new Outline(looker.rows, looker.latest, looker.ordered);
  }

  /**
   * Hands out the observations in the order of their times; those of the same time, in the order of
   * the file. A catalogue that is not in this order is held in memory.
   */
  public void forEach(Outline outline, Consumer<Observation> receiver) {
    if (outline.ordered()) {
      forEachInFile(receiver);
      return;
    }
    List<Observation> all = new ArrayList<>();
    forEachInFile(all::add);
    all.sort((left, right) -> left.getTime().compareTo(right.getTime()));
    all.forEach(receiver);
  }

  private void forEachInFile(Consumer<Observation> receiver) {
    try (CatalogReader reader = new CatalogReader(source, bundles, columns.roles())) {
      long row = 0;
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        receiver.accept(observation(reader, entry, row++));
      }
    }
  }

  private Observation observation(CatalogReader reader, CatalogEntry entry, long row) {
    List<Measurement> measurements = new ArrayList<>(entry.measurements().size());
    entry
        .measurements()
        .forEach((name, one) -> measurements.add(new Measurement(name, one.value(), one.error())));
    return new Observation(
        ObservationKind.OBSERVATION,
        columns.survey() == null ? source.stem() : columns.survey(),
        entry.id(),
        group(reader, entry),
        time(reader, entry, row),
        columns.revision(),
        answering,
        measurements,
        entry.visit().isEmpty() ? null : entry.visit());
  }

  private String group(CatalogReader reader, CatalogEntry entry) {
    if (columns.grouping().name() != null) {
      return columns.grouping().name();
    }
    if (!reader.hasGroups()) {
      return source.stem();
    }
    return entry.group().isEmpty() ? null : entry.group();
  }

  private Instant time(CatalogReader reader, CatalogEntry entry, long row) {
    if (!reader.hasTimes()) {
      return columns.startTime().plus(columns.interval().multipliedBy(row));
    }
    return reader.timeOf(entry);
  }

  /** Counts rows and watches times. */
  private static final class Looker implements Consumer<Observation> {
    private long rows;
    private Instant latest = Instant.MIN;
    private boolean ordered = true;

    @Override
    public void accept(Observation observation) {
      rows++;
      if (observation.getTime().isBefore(latest)) {
        ordered = false;
      } else {
        latest = observation.getTime();
      }
    }
  }
}
