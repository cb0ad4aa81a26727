package org.sidereus.catalogs.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Missing;
import org.sidereus.catalogs.time.WrittenCells;
import org.sidereus.engine.inference.Measurement;
import org.sidereus.engine.inference.SharedError;

/**
 * One row of a catalogue.
 *
 * @param id identifier; may be empty
 * @param group group; empty if the catalogue names none
 * @param time time as the catalogue writes it; null if it has no times
 * @param visit name of the visit of the object; empty if the catalogue names none
 * @param place line or row of the file, for messages
 * @param measurements what was measured, by name of observable or covariate
 * @param missing why others are missing, by name of observable or covariate
 * @param sharedErrors errors that these measurements share
 */
public record CatalogEntry(
    String id,
    String group,
    @Nullable WrittenCells time,
    String visit,
    String place,
    Map<String, Measurement> measurements,
    Map<String, Missing> missing,
    List<SharedError> sharedErrors) {

  /**
   * Why the whole object is rejected by its mapping.
   *
   * @return null if it is not
   */
  public @Nullable String rejection() {
    for (Map.Entry<String, Missing> one : missing.entrySet()) {
      if (one.getValue().rejects()) {
        return "the mapping rejects the object: %s: %s"
            .formatted(one.getKey(), one.getValue().sentence());
      }
    }
    return null;
  }

  /**
   * Why quantities are missing, by name; of an object that its mapping rejects only that, by {@link
   * Refusal#WHOLE_OBJECT}.
   */
  public Map<String, String> reasons() {
    String rejection = rejection();
    if (rejection != null) {
      return Map.of(Refusal.WHOLE_OBJECT, rejection);
    }
    Map<String, String> reasons = new LinkedHashMap<>();
    missing.forEach((name, one) -> reasons.put(name, one.sentence()));
    return reasons;
  }
}
