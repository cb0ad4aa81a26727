package org.sidereus.model.catalog;

import org.sidereus.command.UserError;
import org.sidereus.model.bundle.Manifest;
import org.sidereus.model.engine.Encoding;
import org.sidereus.model.engine.FeatureEncoder;

/** Reads the objects of a catalogue as rows of a bundle's features. */
final class ObjectReader {
  private final CatalogReader reader;
  private final FeatureEncoder encoder;
  private final String constantGroup;
  private final boolean skipIncomplete;
  private long skipped;

  /**
   * A reader for a bundle.
   *
   * @param constantGroup group of all objects where the catalogue has no groups; may be null
   * @param skipIncomplete whether an object that cannot be encoded is left out, instead of an error
   */
  ObjectReader(
      CatalogReader reader, Manifest manifest, String constantGroup, boolean skipIncomplete) {
    this.reader = reader;
    this.constantGroup = constantGroup;
    this.skipIncomplete = skipIncomplete;
    encoder = new FeatureEncoder(manifest);
  }

  /** Number of objects left out so far. */
  long skipped() {
    return skipped;
  }

  /**
   * The next object.
   *
   * @return null at the end
   * @throws UserError if the row is broken; the message has its place
   */
  CatalogObject next() {
    for (CatalogEntry entry = reader.next(); entry != null; entry = reader.next()) {
      if (entry.id().isEmpty()) {
        throw broken(entry.place(), "the identifier of the object is empty");
      }
      Encoding encoding = encoder.encode(entry.measurements());
      if (encoding instanceof Encoding.Row row) {
        return new CatalogObject(entry.id(), group(entry), entry.place(), row.features());
      }
      if (!skipIncomplete) {
        throw broken(
            entry.place(),
            ((Encoding.Refused) encoding).detail() + " (--skip-incomplete leaves such rows out)");
      }
      skipped++;
    }
    return null;
  }

  private String group(CatalogEntry entry) {
    if (!reader.hasGroups()) {
      return constantGroup;
    }
    return entry.group().isEmpty() ? null : entry.group();
  }

  /** Why there was no object. */
  String nothing() {
    return skipped == 0
        ? reader.name() + " has a header but no objects"
        : "%s has no complete object: all %d were left out; check the mapping"
            .formatted(reader.name(), skipped);
  }

  /** An error that names the catalogue and the place of a row. */
  UserError broken(String place, String what) {
    return new UserError(reader.broken(place, what).getMessage() + " (nothing was written)");
  }
}
