package org.sidereus.catalogs.catalog;

/**
 * A column that was asked for.
 *
 * @param name its name; null: none was asked for
 * @param required whether a catalogue without it is refused
 */
public record ColumnChoice(String name, boolean required) {
  /** No column. */
  public static final ColumnChoice NONE = new ColumnChoice(null, false);

  /** A column that must be there; none if the name is null. */
  public static ColumnChoice required(String name) {
    return new ColumnChoice(name, name != null);
  }

  /** A column that must be there; if the name is null, a usual one if it is there. */
  public static ColumnChoice requiredOrUsual(String name, String usual) {
    return name == null ? usual(usual) : required(name);
  }

  /** A column that is used if it is there. */
  public static ColumnChoice usual(String name) {
    return new ColumnChoice(name, false);
  }
}
