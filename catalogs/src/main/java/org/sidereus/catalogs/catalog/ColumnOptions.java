package org.sidereus.catalogs.catalog;

import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.mapping.Mapping;
import org.sidereus.catalogs.time.TimeStyle;

/**
 * The columns that the options of a command name. Here stands the rule for all columns and all
 * commands: the option, else the mapping, else the usual name.
 *
 * @param id column of the identifier; null: no option
 * @param grouping how objects are grouped; {@link Grouping#NONE}: no option
 * @param time column of the time of observation; null: no option
 * @param visit column of the visit; null: no option
 * @param timeStyle how times are written, as far as options say it
 */
public record ColumnOptions(
    @Nullable String id,
    Grouping grouping,
    @Nullable String time,
    @Nullable String visit,
    TimeStyle timeStyle) {
  /** No option is given. */
  public static final ColumnOptions NONE = new ColumnOptions(null, Grouping.NONE, null, null);

  private static final String GROUP = "group";
  private static final String TIME = "time";
  private static final String VISIT = "visit";

  /** Options that do not say how times are written. */
  public ColumnOptions(
      @Nullable String id, Grouping grouping, @Nullable String time, @Nullable String visit) {
    this(id, grouping, time, visit, TimeStyle.UNSAID);
  }

  /** How objects are grouped: by the options, else by the mapping. */
  public Grouping grouping(@Nullable Mapping mapping) {
    return grouping.isGiven() || mapping == null
        ? grouping
        : new Grouping(mapping.object().groupColumn(), mapping.object().group());
  }

  /**
   * The columns for inference without a stream. Objects have groups only where an option or the
   * mapping names them. A table may lack the column of the time, because only the order of visits
   * depends on it.
   */
  public CatalogRoles forInference(@Nullable Mapping mapping) {
    return new CatalogRoles(
        id(mapping),
        ColumnChoice.required(grouping(mapping).column()),
        time(mapping).optional(),
        visit(mapping),
        style(mapping));
  }

  /**
   * The columns of observations for a stream. The column {@code group} names the groups where
   * neither an option nor the mapping does.
   */
  public CatalogRoles forPublication(@Nullable Mapping mapping) {
    Grouping chosen = grouping(mapping);
    return new CatalogRoles(
        id(mapping),
        chosen.isGiven() ? ColumnChoice.required(chosen.column()) : ColumnChoice.usual(GROUP),
        time(mapping),
        visit(mapping),
        style(mapping));
  }

  private ColumnChoice id(@Nullable Mapping mapping) {
    return choice(id, mapping == null ? null : mapping.object().id(), null);
  }

  private ColumnChoice time(@Nullable Mapping mapping) {
    return choice(time, mapping == null ? null : mapping.object().timeColumn(), TIME);
  }

  /** How the times are written: by the options, else by the mapping if it names this column. */
  private TimeStyle style(@Nullable Mapping mapping) {
    if (mapping == null || mapping.object().time() == null) {
      return timeStyle;
    }
    if (time != null && !time.equals(mapping.object().time().column())) {
      return timeStyle;
    }
    TimeStyle mapped = mapping.object().time().style();
    return timeStyle.isSaid() ? timeStyle.with(mapped.timeOfDay()) : mapped;
  }

  private ColumnChoice visit(@Nullable Mapping mapping) {
    return choice(visit, mapping == null ? null : mapping.object().visit(), VISIT);
  }

  private static ColumnChoice choice(
      @Nullable String option, @Nullable String mapped, @Nullable String usual) {
    String named = option == null ? mapped : option;
    return named == null ? ColumnChoice.usual(usual) : ColumnChoice.required(named);
  }
}
