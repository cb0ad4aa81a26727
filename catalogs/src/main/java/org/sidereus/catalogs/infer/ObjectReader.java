package org.sidereus.catalogs.infer;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.CatalogCheck;
import org.sidereus.catalogs.catalog.CatalogEntry;
import org.sidereus.catalogs.catalog.CatalogReader;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.catalog.Refusal;
import org.sidereus.catalogs.table.BrokenRowException;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.inference.Encoding;
import org.sidereus.engine.inference.FeatureEncoder;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.SharedError;
import org.sidereus.engine.visit.ObjectVisits;
import org.sidereus.engine.visit.VisitCombination;

/**
 * Reads the objects of a catalogue as rows of a bundle's features: one for each row of the
 * catalogue or, where it names visits, one for all visits of an object. A catalogue with visits is
 * held in memory.
 */
public final class ObjectReader {
  private final CatalogReader reader;
  private final FeatureEncoder encoder;
  private final @Nullable String constantGroup;
  private final boolean skipIncomplete;
  private final VisitCombination combination;
  private @Nullable Iterator<VisitedObject> visited;
  private long skipped;

  /**
   * A reader for a bundle.
   *
   * @param constantGroup group of all objects where the catalogue has no groups; may be null
   * @param skipIncomplete whether an object that cannot be encoded is left out, instead of an error
   */
  public ObjectReader(
      CatalogReader reader,
      Manifest manifest,
      @Nullable String constantGroup,
      boolean skipIncomplete) {
    this.reader = reader;
    this.constantGroup = constantGroup;
    this.skipIncomplete = skipIncomplete;
    encoder = new FeatureEncoder(manifest);
    combination = new VisitCombination(manifest);
  }

  /** Number of objects left out so far. */
  public long skipped() {
    return skipped;
  }

  /**
   * The next object; an object of several visits has the place of its first row.
   *
   * @return null at the end
   * @throws SidereusException if a row is broken; the message has its place
   */
  @Nullable CatalogObject next() {
    if (!reader.hasVisits()) {
      CatalogEntry entry = nextEntry();
      return entry == null
          ? null
          : object(
              entry.id(),
              group(entry),
              entry.place(),
              1,
              entry.measurements(),
              entry.sharedErrors());
    }
    if (visited == null) {
      visited = gathered();
    }
    return visited.hasNext() ? combined(visited.next()) : null;
  }

  /** The next row that can get a posterior; null at the end. */
  private @Nullable CatalogEntry nextEntry() {
    for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
      Refusal refusal = refusal(reader, entry, encoder, skipIncomplete);
      if (refusal == null) {
        return entry;
      }
      reader.reasons().addLeftOut(entry.place(), entry.id(), refusal.reason(), refusal.sentence());
      skipped++;
    }
    return null;
  }

  /**
   * Why a row is left out; null if it can get a posterior.
   *
   * @throws BrokenRowException if it cannot and incomplete objects are not left out
   */
  private static @Nullable Refusal refusal(
      CatalogReader reader, CatalogEntry entry, FeatureEncoder encoder, boolean skipIncomplete) {
    if (entry.id().isEmpty()) {
      throw reader.broken(
          entry.place(), "the identifier of the object is empty or a word for a missing value");
    }
    Refusal refusal = Refusal.of(entry, encoder);
    if (refusal != null && !skipIncomplete) {
      throw reader.broken(
          entry.place(), refusal.sentence() + " (--skip-incomplete leaves such rows out)");
    }
    return refusal;
  }

  /** Notes that an object has a posterior, and is left out of its group for its flags. */
  void notCombined(CatalogObject object, Set<ObjectFlag> flags) {
    String reason =
        "left out of the group: "
            + flags.stream().map(ObjectFlag::name).collect(Collectors.joining(" "));
    reader.reasons().addLeftOut(object.place(), object.id(), reason, reason);
  }

  /**
   * Looks through a whole catalogue before it is inferred.
   *
   * @param open opens the catalogue at its first row
   * @throws SidereusException with all rows that are broken or, unless they are skipped, incomplete
   */
  public static CatalogCheck check(
      CatalogCheck.Opener open,
      Manifest manifest,
      boolean skipIncomplete,
      CatalogCheck.Repeats repeats) {
    FeatureEncoder encoder = new FeatureEncoder(manifest);
    try {
      return CatalogCheck.of(
          open,
          new Reasons(),
          (reader, entry) -> refusal(reader, entry, encoder, skipIncomplete) == null,
          repeats);
    } catch (SidereusException e) {
      throw new SidereusException(e.getMessage() + " (nothing was written)", e);
    }
  }

  private Iterator<VisitedObject> gathered() {
    VisitedObject.Gathering all = new VisitedObject.Gathering();
    long row = 0;
    for (CatalogEntry entry = nextEntry(); entry != null; entry = nextEntry()) {
      boolean timed = reader.hasTimes() && !entry.visit().isEmpty();
      all.add(entry, group(entry), timed ? reader.timeOf(entry).toEpochMilli() : row);
      row++;
    }
    return all.objects().iterator();
  }

  private CatalogObject combined(VisitedObject one) {
    if (one.isSingle()) {
      CatalogEntry entry = one.first();
      return object(
          entry.id(), one.group(), entry.place(), 1, entry.measurements(), entry.sharedErrors());
    }
    ObjectVisits visits;
    try {
      visits = one.visits();
    } catch (IllegalArgumentException e) {
      throw broken(one.first().place(), String.valueOf(e.getMessage()));
    }
    return object(
        one.first().id(),
        one.group(),
        one.first().place(),
        visits.count(),
        combination.of(visits),
        combination.sharedErrors(visits));
  }

  private CatalogObject object(
      String id,
      @Nullable String group,
      String place,
      int visits,
      Map<String, Measurement> measurements,
      List<SharedError> sharedErrors) {
    Encoding encoding = encoder.encode(measurements, sharedErrors);
    if (encoding instanceof Encoding.Row row) {
      return new CatalogObject(id, group, place, visits, row.features());
    }
    throw broken(place, ((Encoding.Refused) encoding).detail());
  }

  private @Nullable String group(CatalogEntry entry) {
    if (!reader.hasGroups()) {
      return constantGroup;
    }
    return entry.group().isEmpty() ? null : entry.group();
  }

  /** The message where the catalogue has no object. */
  String nothing() {
    return skipped == 0
        ? reader.name() + " has a header but no objects"
        : "%s has no complete object: all %d were left out; check the mapping"
            .formatted(reader.name(), skipped);
  }

  /** An error that names the catalogue and the place of a row. */
  SidereusException broken(String place, String what) {
    return new SidereusException(
        reader.broken(place, what).getMessage() + " (nothing was written)");
  }
}
