package org.sidereus.catalogs.time;

import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.Cell;

/**
 * The cells of a row that have its time.
 *
 * @param time the time, or its date
 * @param timeOfDay the time of day; null: it is in the same cell, or nowhere
 */
public record WrittenCells(Cell time, @Nullable Cell timeOfDay) {}
