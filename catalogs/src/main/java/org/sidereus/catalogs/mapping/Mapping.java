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
 * @param survey name of the survey
 * @param object the columns of identifier, group, time and visit
 * @param missing what stands for a missing value
 * @param where conditions on the rows that are read
 * @param measurements by name of observable or covariate, in the order of the file
 * @param sharedErrors errors that these share
 */
public record Mapping(
    String file,
    TableSource source,
    @Nullable String survey,
    ObjectColumns object,
    Sentinels missing,
    List<Condition> where,
    Map<String, MappedQuantity> measurements,
    MappedSharedErrors sharedErrors) {

  public Mapping {
    if (measurements.isEmpty()) {
      throw new IllegalArgumentException("measurements is empty; name at least one");
    }
    sharedErrors.check(measurements);
    where = List.copyOf(where);
    measurements = Collections.unmodifiableMap(new LinkedHashMap<>(measurements));
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
