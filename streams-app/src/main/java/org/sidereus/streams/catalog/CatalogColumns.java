package org.sidereus.streams.catalog;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.ColumnOptions;

/**
 * How the rows of a catalogue become observations.
 *
 * @param survey name of the survey; null: that of the mapping, else the name of the file
 * @param columns columns of the object. Without an option or a mapping, objects are grouped by the
 *     column {@code group}; without that column all are in one group with the name of the file
 * @param startTime time of the first row of a catalogue without times; null: its objects have none
 * @param interval time between its rows, if there is a start time
 * @param revision revision of all rows
 */
public record CatalogColumns(
    @Nullable String survey,
    ColumnOptions columns,
    @Nullable Instant startTime,
    Duration interval,
    int revision) {

  /** Default time between the rows of a catalogue without times. */
  public static final String DEFAULT_INTERVAL = "1s";

  /** All defaults. */
  public static CatalogColumns defaults() {
    return new CatalogColumns(null, ColumnOptions.NONE, null, Duration.ofSeconds(1), 0);
  }
}
