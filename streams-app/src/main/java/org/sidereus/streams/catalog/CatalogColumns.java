package org.sidereus.streams.catalog;

import java.time.Duration;
import java.time.Instant;
import org.sidereus.catalogs.catalog.CatalogRoles;
import org.sidereus.catalogs.catalog.ColumnChoice;
import org.sidereus.catalogs.catalog.Grouping;
import org.sidereus.catalogs.mapping.Mapping;

/**
 * How the rows of a catalogue become observations. What is null takes its default.
 *
 * @param survey name of the survey; null: the name of the file
 * @param idColumn column of the identifier; null: {@code object}, else {@code id}, else the first
 *     column if it is no observable, else the number of the row
 * @param grouping how objects are grouped; if it says nothing: by the column {@code group} if there
 *     is one, else all in a group with the name of the file
 * @param timeColumn column of the time, ISO-8601 or milliseconds since 1970; null: {@code time} if
 *     there is one
 * @param visitColumn column of the visit; null: {@code visit} if there is one
 * @param startTime time of the first row of a catalogue without times
 * @param interval time between its rows
 * @param revision revision of all rows
 */
public record CatalogColumns(
    String survey,
    String idColumn,
    Grouping grouping,
    String timeColumn,
    String visitColumn,
    Instant startTime,
    Duration interval,
    int revision) {

  /** Time of the first row of a catalogue without times, unless told otherwise. */
  public static final String DEFAULT_START_TIME = "2000-01-01T00:00:00Z";

  /** Time between the rows of a catalogue without times, unless told otherwise. */
  public static final String DEFAULT_INTERVAL = "1s";

  /** All defaults. */
  public static CatalogColumns defaults() {
    return new CatalogColumns(
        null,
        null,
        Grouping.NONE,
        null,
        null,
        Instant.parse(DEFAULT_START_TIME),
        Duration.ofSeconds(1),
        0);
  }

  /** The columns that say what an object is. */
  CatalogRoles roles() {
    return new CatalogRoles(
        ColumnChoice.required(idColumn),
        grouping.isGiven() ? ColumnChoice.required(grouping.column()) : ColumnChoice.usual("group"),
        ColumnChoice.requiredOrUsual(timeColumn, "time"),
        ColumnChoice.requiredOrUsual(visitColumn, CatalogRoles.VISIT));
  }

  /** These, and where they say nothing, those of a mapping; the mapping may be null. */
  CatalogColumns orElse(Mapping mapping) {
    if (mapping == null) {
      return this;
    }
    return new CatalogColumns(
        survey == null ? mapping.survey() : survey,
        idColumn,
        grouping.orElse(mapping),
        timeColumn == null ? mapping.timeColumn() : timeColumn,
        visitColumn == null ? mapping.visitColumn() : visitColumn,
        startTime,
        interval,
        revision);
  }
}
