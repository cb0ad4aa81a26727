package org.sidereus.streams.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogCheck;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.CatalogSource;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.catalog.Refusal;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.FeatureEncoder;
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
  private final CatalogSource source;
  private final List<Manifest> bundles;
  private final CatalogColumns columns;
  private final @Nullable String bundle;

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
      @Nullable String bundle) {
    this.source = source;
    this.bundles = List.copyOf(bundles);
    this.columns = columns;
    this.bundle = bundle;
  }

  /** The same catalogue, whose observations name the bundle that infers them. */
  public ObservationCatalog inferredBy(String bundle) {
    return new ObservationCatalog(source, bundles, columns, bundle);
  }

  /**
   * Properties of a whole catalogue.
   *
   * @param rows number of rows
   * @param latest latest time
   * @param ordered whether no time is before an earlier row's
   * @param reasons what the user should know of the columns and of repeated identifiers, and the
   *     numbers of missing values and of objects without a posterior, by reason, in lines for a
   *     terminal
   */
  public record Outline(long rows, Instant latest, boolean ordered, List<String> reasons) {}

  /**
   * Reads the whole catalogue; keeps no row.
   *
   * @throws SidereusException if it cannot be read, lacks a column that a bundle needs or has a
   *     broken row; the message has the line
   */
  public Outline outline() {
    return outline(new Reasons());
  }

  /**
   * Reads the whole catalogue; keeps no row.
   *
   * @param reasons gets why values are missing, and objects get no posterior
   * @throws SidereusException if it cannot be read, lacks a column that a bundle needs or has a
   *     broken row; the message has the line
   */
  public Outline outline(Reasons reasons) {
    OutlineReader read = new OutlineReader(reasons);
    CatalogCheck check = CatalogCheck.of(this::open, reasons, read, CatalogCheck.Repeats.LATER);
    if (read.rows == 0) {
      throw new SidereusException(
          source.name() + " has a header but no rows; nothing can be published");
    }
    List<String> lines = new ArrayList<>(check.notes());
    lines.addAll(reasons.lines());
    return new Outline(read.rows, read.latest, read.ordered, lines);
  }

  private CatalogReader open(Reasons reasons) {
    return new CatalogReader(
        source, bundles, columns.columns().forPublication(source.mapping()), reasons);
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
    try (CatalogReader reader = open(new Reasons())) {
      long row = 0;
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        receiver.accept(observation(reader, entry, row++));
      }
    }
  }

  private Observation observation(CatalogReader reader, CatalogEntry entry, long row) {
    List<Measurement> measurements = new ArrayList<>(entry.measurements().size());
    if (entry.rejection() == null) { // without measurements, the stream rejects the object
      entry
          .measurements()
          .forEach(
              (name, one) -> measurements.add(new Measurement(name, one.value(), one.error())));
    }
    return new Observation(
        ObservationKind.OBSERVATION,
        survey(),
        entry.id(),
        group(reader, entry),
        time(reader, entry, row),
        columns.revision(),
        bundle,
        measurements,
        entry.visit().isEmpty() ? null : entry.visit(),
        measurements.isEmpty()
            ? List.of()
            : entry.sharedErrors().stream().map(ObservationCatalog::sharedError).toList());
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

  private Instant time(CatalogReader reader, CatalogEntry entry, long row) {
    if (!reader.hasTimes()) {
      return columns.startTime().plus(columns.interval().multipliedBy(row));
    }
    return reader.timeOf(entry);
  }

  /** Counts rows, compares times, and counts the objects that the stream will reject. */
  private final class OutlineReader implements CatalogCheck.RowCheck {
    private final Reasons reasons;
    private final List<FeatureEncoder> encoders =
        bundles.stream().map(FeatureEncoder::new).toList();
    private long rows;
    private Instant latest = Instant.MIN;
    private boolean ordered = true;

    OutlineReader(Reasons reasons) {
      this.reasons = reasons;
    }

    @Override
    public boolean counts(CatalogReader reader, CatalogEntry entry) {
      return encoders.stream().anyMatch(encoder -> Refusal.of(entry, encoder) == null);
    }

    @Override
    public void see(CatalogReader reader, CatalogEntry entry) {
      for (int i = 0; i < encoders.size(); i++) {
        Refusal refusal = Refusal.of(entry, encoders.get(i));
        if (refusal != null) {
          String name = bundles.size() == 1 ? "" : bundles.get(i).name() + ": ";
          reasons.addLeftOut(
              entry.place(), entry.id(), name + refusal.reason(), name + refusal.sentence());
        }
      }
      Instant time = time(reader, entry, rows);
      rows++;
      if (time.isBefore(latest)) {
        ordered = false;
      } else {
        latest = time;
      }
    }
  }
}
