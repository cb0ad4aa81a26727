package org.sidereus.streams.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.schemas.Coefficient;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ObservationKind;
import org.sidereus.schemas.SharedError;

/**
 * A catalogue as observations, read by {@link CatalogReader}. An observation lacks the quantities
 * that were not measured. Rows that can get no posterior are published too, so that the stream
 * rejects them with a reason.
 */
public final class ObservationCatalog {
  /** Objects whose groups are compared before anything is published. */
  private static final int MOST_COMPARED = 1_000_000;

  private final CatalogSource source;
  private final List<Manifest> bundles;
  private final CatalogColumns columns;
  private final @Nullable String bundle;
  private final ObservationKind kind;

  /**
   * A catalogue; reads nothing yet.
   *
   * @param bundles whose observables and covariates are published
   */
  public ObservationCatalog(
      CatalogSource source, Collection<Manifest> bundles, CatalogColumns columns) {
    this(source, bundles, columns, null, ObservationKind.OBSERVATION);
  }

  private ObservationCatalog(
      CatalogSource source,
      Collection<Manifest> bundles,
      CatalogColumns columns,
      @Nullable String bundle,
      ObservationKind kind) {
    this.source = source;
    this.bundles = List.copyOf(bundles);
    this.columns = columns;
    this.bundle = bundle;
    this.kind = kind;
  }

  /** The same catalogue, whose observations name the bundle that infers them. */
  public ObservationCatalog inferredBy(String bundle) {
    return new ObservationCatalog(source, bundles, columns, bundle, kind);
  }

  /** The withdrawals of the same objects. */
  public ObservationCatalog withdrawals() {
    return new ObservationCatalog(source, bundles, columns, bundle, ObservationKind.WITHDRAWAL);
  }

  /**
   * Properties of a whole catalogue.
   *
   * @param rows number of rows
   * @param latest latest time; empty: no row has one
   * @param ordered whether no time is before an earlier row's
   * @param moving rows whose object an earlier row has in another group, among the first million
   *     objects
   */
  public record Outline(long rows, Optional<Instant> latest, boolean ordered, long moving) {}

  /**
   * Reads the whole catalogue; keeps no row.
   *
   * @throws SidereusException if it cannot be read, lacks a column that a bundle needs or has a
   *     broken row; the message has the line
   */
  public Outline outline() {
    OutlineReader read = new OutlineReader();
    forEachInFile(read);
    if (read.rows == 0) {
      throw new SidereusException(
          source.name() + " has a header but no rows; nothing can be published");
    }
    return new Outline(read.rows, Optional.ofNullable(read.latest), read.ordered, read.moving);
  }

  /**
   * Gives the observations to the receiver in the order of their times, and those of the same time
   * in the order of the file. It holds a catalogue in memory that is not in this order.
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
    try (CatalogReader reader =
        new CatalogReader(source, bundles, columns.columns().forPublication(source.mapping()))) {
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
    Optional<Instant> time = time(reader, entry, row);
    Observation.Builder observation =
        Observation.newBuilder()
            .setKind(kind)
            .setSurvey(survey())
            .setObject(entry.id())
            .setTime(time.orElse(Instant.EPOCH))
            .setDated(time.isPresent())
            .setRevision(columns.revision())
            .setBundle(bundle);
    if (kind == ObservationKind.WITHDRAWAL) {
      return observation.build();
    }
    return observation
        .setGroup(group(reader, entry))
        .setMeasurements(measurements)
        .setVisit(entry.visit().isEmpty() ? null : entry.visit())
        .setSharedErrors(
            entry.sharedErrors().stream().map(ObservationCatalog::sharedError).toList())
        .build();
  }

  private static SharedError sharedError(org.sidereus.engine.inference.SharedError one) {
    List<Coefficient> coefficients = new ArrayList<>();
    one.coefficients().forEach((name, factor) -> coefficients.add(new Coefficient(name, factor)));
    return new SharedError(one.error(), one.included(), coefficients);
  }

  private String survey() {
    Mapping mapping = source.mapping();
    if (columns.survey() != null) {
      return columns.survey();
    }
    return mapping == null || mapping.survey() == null ? source.stem() : mapping.survey();
  }

  private @Nullable String group(CatalogReader reader, CatalogEntry entry) {
    String common = columns.columns().grouping(source.mapping()).name();
    if (common != null) {
      return common;
    }
    if (!reader.hasGroups()) {
      return source.stem();
    }
    return entry.group().isEmpty() ? null : entry.group();
  }

  private Optional<Instant> time(CatalogReader reader, CatalogEntry entry, long row) {
    if (reader.hasTimes()) {
      return Optional.of(reader.timeOf(entry));
    }
    return Optional.ofNullable(columns.startTime())
        .map(start -> start.plus(columns.interval().multipliedBy(row)));
  }

  /** Counts rows and compares times and groups. */
  private static final class OutlineReader implements Consumer<Observation> {
    private long rows;
    private @Nullable Instant latest;
    private boolean ordered = true;
    private long moving;

    /** Hash of the group by that of the object; of bounded size. */
    private final Map<Long, Long> groups = new HashMap<>();

    @Override
    public void accept(Observation observation) {
      rows++;
      compareGroups(observation);
      if (!observation.getDated()) {
        return;
      }
      if (latest != null && observation.getTime().isBefore(latest)) {
        ordered = false;
      } else {
        latest = observation.getTime();
      }
    }

    private void compareGroups(Observation observation) {
      if (observation.getGroup() != null && groups.size() < MOST_COMPARED) {
        long group = hash(observation.getGroup());
        Long before = groups.put(hash(observation.getObject()), group);
        moving += before == null || before == group ? 0 : 1;
      }
    }

    /** FNV-1a of 64 bits. */
    private static long hash(String text) {
      long hash = 0xcbf29ce484222325L;
      for (int i = 0; i < text.length(); i++) {
        hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
      }
      return hash;
    }
  }
}
