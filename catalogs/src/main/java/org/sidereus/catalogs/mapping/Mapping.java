package org.sidereus.catalogs.mapping;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.table.TableSource;
import org.sidereus.engine.SidereusException;

/**
 * How the table of a survey becomes measurements: a mapping file, described in
 * docs/guide/catalogs.md. What is null is not in the file, and the command has a default.
 *
 * @param file name of the mapping file, for messages
 * @param source what it says of the table's file
 * @param idColumn column of the object's identifier
 * @param groupColumn column of its group
 * @param group group of all objects
 * @param time where the time of observation is
 * @param visitColumn column of the visit, where an object was observed several times
 * @param survey name of the survey
 * @param missing what stands for a missing value
 * @param where conditions on the rows that are read
 * @param measurements by name of observable or covariate, in the order of the file
 * @param sharedErrors errors that measurements share beside those of common columns
 * @param sharedColumns whether measurements that are made from a common column share its error
 */
public record Mapping(
    String file,
    TableSource source,
    @Nullable String idColumn,
    @Nullable String groupColumn,
    @Nullable String group,
    @Nullable TimeColumn time,
    @Nullable String visitColumn,
    @Nullable String survey,
    Sentinels missing,
    List<Condition> where,
    Map<String, MappedQuantity> measurements,
    List<MappedSharedError> sharedErrors,
    boolean sharedColumns) {

  public Mapping {
    if (groupColumn != null && group != null) {
      throw new IllegalArgumentException(
          "group_column and group are both given; remove one of them");
    }
    if (measurements.isEmpty()) {
      throw new IllegalArgumentException("measurements is empty; name at least one");
    }
    for (MappedSharedError shared : sharedErrors) {
      for (String name : shared.coefficients().keySet()) {
        if (!measurements.containsKey(name)) {
          throw new IllegalArgumentException(
              "a shared error enters %s, which is not among measurements; there are %s"
                  .formatted(name, String.join(", ", measurements.keySet())));
        }
      }
    }
    where = List.copyOf(where);
    sharedErrors = List.copyOf(sharedErrors);
    measurements = Collections.unmodifiableMap(new LinkedHashMap<>(measurements));
  }

  /** Column of the time of observation; null: the mapping names none. */
  public @Nullable String timeColumn() {
    return time == null ? null : time.column();
  }

  /**
   * Reads a mapping file.
   *
   * @throws SidereusException if it cannot be read or is wrong; the message has the field
   */
  public static Mapping read(Path file) {
    return MappingJson.read(file);
  }
}
