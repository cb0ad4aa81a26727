package org.sidereus.catalogs.infer;

import org.jspecify.annotations.Nullable;

/**
 * One object of a catalogue.
 *
 * @param id identifier
 * @param group group, or null if it has none
 * @param place line or row of the file that it began on
 * @param visits number of visits that are combined; 1 if it has none
 * @param features row of the bundle's features; see {@link
 *     org.sidereus.engine.inference.Encoding.Row}
 */
record CatalogObject(
    String id, @Nullable String group, String place, int visits, float[] features) {}
