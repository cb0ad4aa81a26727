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
import org.sidereus.schemas.MissingValue;
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
   * @param reasons what the user should know of the columns and of repeated identifiers, and the
   *     numbers of missing values and of objects without a posterior, by reason, in lines for a
   *     terminal
   */
  public record Outline(
      long rows, Optional<Instant> latest, boolean ordered, long moving, List<String> reasons) {}

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
    return new Outline(
        read.rows, Optional.ofNullable(read.latest), read.ordered, read.moving, lines);
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
    List<FeatureEncoder> encoders = bundles.stream().map(FeatureEncoder::new).toList();
    try (CatalogReader reader = open(new Reasons())) {
      long row = 0;
      for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
        boolean rejected = false;
        for (FeatureEncoder encoder : encoders) {
          rejected |= Refusal.of(entry, encoder) != null;
        }
        receiver.accept(observation(reader, entry, row++, rejected));
      }
    }
  }

  /**
   * The observation of a row.
   *
   * @param rejected whether a bundle will reject it; then it says why values are missing
   */
  private Observation observation(
      CatalogReader reader, CatalogEntry entry, long row, boolean rejected) {
    List<Measurement> measurements = new ArrayList<>(entry.measurements().size());
    if (entry.rejection() == null) { // without measurements, the stream rejects the object
      entry
          .measurements()
          .forEach(
              (name, one) -> measurements.add(new Measurement(name, one.value(), one.error())));
    }
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
            measurements.isEmpty()
                ? List.of()
                : entry.sharedErrors().stream().map(ObservationCatalog::sharedError).toList())
        .setMissing(rejected ? missing(entry) : List.of())
        .build();
  }

  private static List<MissingValue> missing(CatalogEntry entry) {
    List<MissingValue> missing = new ArrayList<>();
    entry.reasons().forEach((name, reason) -> missing.add(new MissingValue(name, reason)));
    return missing;
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

  /** Counts rows, compares times and groups, and counts the objects that the stream will reject. */
  private final class OutlineReader implements CatalogCheck.RowCheck {
    private final Reasons reasons;
    private final List<FeatureEncoder> encoders =
        bundles.stream().map(FeatureEncoder::new).toList();
    private long rows;
    private @Nullable Instant latest;
    private boolean ordered = true;
    private long moving;

    /** Hash of the group by that of the object; of bounded size. */
    private final Map<Long, Long> groups = new HashMap<>();

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
      Optional<Instant> time = time(reader, entry, rows);
      rows++;
      compareGroups(reader, entry);
      if (time.isEmpty()) {
        return;
      }
      if (latest != null && time.get().isBefore(latest)) {
        ordered = false;
      } else {
        latest = time.get();
      }
    }

    private void compareGroups(CatalogReader reader, CatalogEntry entry) {
      String name = group(reader, entry);
      if (name != null && groups.size() < MOST_COMPARED) {
        long group = hash(name);
        Long before = groups.put(hash(entry.id()), group);
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
