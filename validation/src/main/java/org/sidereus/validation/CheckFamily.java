package org.sidereus.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The checks of one report, judged together. A check that has sampling noise has two bands: its
 * own, which an exact bundle leaves with a probability of 1 %, and the one of the family, which it
 * leaves with 1 % divided by the number of such checks (Bonferroni). So an exact bundle fails any
 * of them in at most one report of a hundred, however many there are and however they depend on
 * each other. A check without noise has the same limits twice.
 */
final class CheckFamily {
  /** The share of the reports of exact bundles that may fail. */
  static final double LEVEL = 0.01;

  private final List<Judged> entries = new ArrayList<>();

  private record Judged(
      String name,
      String subject,
      double value,
      DoubleFunction<CheckLimits> limits,
      boolean noisy,
      String meaning) {}

  /**
   * Adds a check with sampling noise.
   *
   * @param limits of a value that an exact bundle leaves with the given probability or less
   */
  void addNoisy(
      String name,
      String subject,
      double value,
      DoubleFunction<CheckLimits> limits,
      String meaning) {
    entries.add(new Judged(name, subject, value, limits, true, meaning));
  }

  /** Adds a check of which the limits hold whatever the number of checks is. */
  void addFixed(String name, String subject, double value, CheckLimits limits, String meaning) {
    entries.add(new Judged(name, subject, value, share -> limits, false, meaning));
  }

  /** The number of checks with sampling noise. */
  int noisy() {
    return (int) entries.stream().filter(Judged::noisy).count();
  }

  /** All checks, in the order in which they were added. */
  List<Check> checks() {
    double share = LEVEL / Math.max(1, noisy());
    return entries.stream()
        .map(
            entry ->
                Check.of(
                    entry.name(),
                    entry.subject(),
                    entry.value(),
                    entry.limits().apply(LEVEL),
                    entry.limits().apply(share),
                    entry.meaning()))
        .toList();
  }
}
