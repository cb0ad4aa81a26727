package org.sidereus.model.catalog;

/**
 * One object of a catalogue.
 *
 * @param id identifier
 * @param group group, or null if it has none
 * @param line line of the file that it began on, from 1
 * @param features [F] row of the bundle's features
 */
record CatalogObject(String id, String group, long line, float[] features) {}
