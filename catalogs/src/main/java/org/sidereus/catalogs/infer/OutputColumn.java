package org.sidereus.catalogs.infer;

/**
 * A column of a table that is written.
 *
 * @param name its name
 * @param type what its cells are
 * @param unit unit as in the manifest of the bundle; empty if it has none
 * @param ucd unified content descriptor (IVOA, UCD1+ 1.5); empty where none fits
 * @param description one sentence
 */
public record OutputColumn(String name, Type type, String unit, String ucd, String description) {

  /** What cells are; every cell but a text may be empty. */
  public enum Type {
    TEXT,
    /** 64 bits. */
    INTEGER,
    /** Double precision. */
    FLOATING
  }
}
