package org.sidereus.simulators.gce;

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

  /** The tables in increasing order of metallicity. */
  List<YieldTable> tables() {
    return tables;
  }

  /**
   * The yields at a metallicity.
   *
   * @param metallicity mass fraction of metals; may be negative, which is below all tables
   */
  Yields at(double metallicity) {
    int lower = 0;
    while (lower < tables.size() - 1 && tables.get(lower + 1).metallicity() <= metallicity) {
      lower++;
    }
    YieldTable below = tables.get(lower);
    if (lower == tables.size() - 1 || metallicity <= below.metallicity()) {
      return new Yields(below, below, 0);
    }
    YieldTable above = tables.get(lower + 1);
    // A table without metals stands at Z = 1e-10, so that for smaller Z the weight of the upper
    // table is negative: an extrapolation (section 6).
    double from = below.metallicity() == 0 ? LOG10_OF_ZERO : Math.log10(below.metallicity());
    double to = Math.log10(above.metallicity());
    return new Yields(below, above, (Math.log10(metallicity) - from) / (to - from));
  }

  /**
   * Yields between two metallicities.
   *
   * @param lower table below or at the metallicity
   * @param upper table above it
   * @param upperWeight weight of the upper table; 0 where only the lower one counts
   */
  record Yields(YieldTable lower, YieldTable upper, double upperWeight) {

    /** As {@link YieldTable#addNetYields}, for the weighted sum of the tables. */
    double addNetYields(
        InitialMassFunction imf, int from, int to, double mass, double[] target, int at) {
      double unchanged = lower.addNetYields(imf, from, to, mass * (1 - upperWeight), target, at);
      if (upperWeight != 0) {
        unchanged += upper.addNetYields(imf, from, to, mass * upperWeight, target, at);
      }
      return unchanged;
    }
  }
}
