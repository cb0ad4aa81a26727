package org.sidereus.trainer.gce;

import java.util.List;

/**
 * The yields of one kind of dying star at several metallicities. Between two metallicities the
 * returned masses are interpolated linearly in log Z; beyond the ends the last table serves.
 */
final class YieldChannel {
  private static final double LOG10_OF_ZERO = -10;

  private final List<YieldTable> tables;

  /**
   * A channel.
   *
   * @param tables at least one, in increasing order of metallicity
   */
  YieldChannel(List<YieldTable> tables) {
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("tables must not be empty");
    }
    for (int i = 1; i < tables.size(); i++) {
      if (tables.get(i).metallicity() <= tables.get(i - 1).metallicity()) {
        throw new IllegalArgumentException(
            "metallicities must increase but hold " + tables.get(i).metallicity());
      }
    }
    this.tables = List.copyOf(tables);
  }

  List<YieldTable> tables() {
    return tables;
  }

  /** The table with the largest metallicity that is not above the given one, or the first. */
  int lower(double metallicity) {
    int lower = 0;
    while (lower < tables.size() - 1 && tables.get(lower + 1).metallicity() <= metallicity) {
      lower++;
    }
    return lower;
  }

  /**
   * Weight of the table after {@code lower}; 0 where only {@code lower} counts.
   *
   * <p>A table without metals stands at Z = 1e-10, so for smaller Z the weight is negative: an
   * extrapolation (section 6).
   */
  double upperWeight(int lower, double metallicity) {
    double below = tables.get(lower).metallicity();
    if (lower == tables.size() - 1 || metallicity <= below) {
      return 0;
    }
    double from = below == 0 ? LOG10_OF_ZERO : Math.log10(below);
    double to = Math.log10(tables.get(lower + 1).metallicity());
    return (Math.log10(metallicity) - from) / (to - from);
  }
}
