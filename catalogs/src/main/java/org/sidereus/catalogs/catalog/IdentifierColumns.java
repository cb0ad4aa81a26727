package org.sidereus.catalogs.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names that columns of identifiers have in the tables of surveys. */
final class IdentifierColumns {
  /** In lower case and without underscores, the likeliest first. */
  private static final List<String> NAMES =
      List.of(
          "object",
          "id",
          "objectid",
          "objid",
          "obj",
          "sourceid",
          "apogeeid",
          "sobjectid",
          "starid",
          "gaiadr3sourceid",
          "dr3sourceid",
          "gaiasourceid",
          "gaiaid",
          "targetid",
          "specobjid",
          "cataid",
          "nsaid",
          "mangaid",
          "obsid",
          "uniqueid",
          "identifier",
          "objectname",
          "objname",
          "starname",
          "mainid",
          "designation",
          "tmassid",
          "2massid",
          "2mass",
          "iauname",
          "name",
          "star",
          "galaxy",
          "source",
          "hip",
          "hd",
          "kic",
          "tic",
          "epic");

  private IdentifierColumns() {}

  /**
   * The column that is likeliest that of the identifier.
   *
   * @param used columns that have another meaning
   * @return null if no name is one of an identifier
   */
  static @Nullable String guess(List<String> columns, Set<String> used) {
    for (String name : NAMES) {
      for (String column : columns) {
        if (!used.contains(column)
            && column.toLowerCase(Locale.ROOT).replaceAll("[_\\s-]", "").equals(name)) {
          return column;
        }
      }
    }
    return null;
  }
}
