package org.sidereus.catalogs.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
 * @param sharedErrors errors that these measurements share
 */
public record CatalogEntry(
    String id,
    String group,
    @Nullable String time,
    String visit,
    String place,
    Map<String, Measurement> measurements,
    List<SharedError> sharedErrors) {}
