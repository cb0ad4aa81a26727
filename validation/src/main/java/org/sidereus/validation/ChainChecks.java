package org.sidereus.validation;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Posteriors beside reference chains. Only chains that agree with each other are a reference: an
 * object whose chains do not is left out of the values, and a check that passes without it is
 * undecided.
 */
final class ChainChecks {
  private static final double SHIFT = 0.15;
  private static final double WIDTH = 0.1;

  private ChainChecks() {}

  /** The checks of all objects that have chains; none if no object has. */
  static List<Check> of(List<ChainComparison> chains) {
    if (chains.isEmpty()) {
      return List.of();
    }
    List<ChainComparison> decided = chains.stream().filter(ChainComparison::decided).toList();
    String of =
        decided.size() == chains.size()
            ? ""
            : "; the chains of %d of %d objects do not agree"
                .formatted(chains.size() - decided.size(), chains.size());
    boolean all = decided.size() == chains.size();
    return Stream.of(
            check(
                "means",
                rms(decided, ChainComparison.ChainMarginal::shift),
                SHIFT,
                "rms difference of the means in sd of the chain" + of),
            check(
                "standard deviations",
                rms(decided, marginal -> Math.log(marginal.width())),
                WIDTH,
                "rms logarithm of the ratio of the sd" + of))
        .map(check -> all || fails(check) ? check : check.undecided())
        .toList();
  }

  /** Whether the chains that agree are enough to say that the bundle is wrong. */
  private static boolean fails(Check check) {
    return check.outcome() == CheckOutcome.FAILED && !Double.isNaN(check.value());
  }

  private static Check check(String subject, double value, double highest, String meaning) {
    CheckLimits limits = CheckLimits.atMost(highest);
    return Check.of("mcmc", subject, value, limits, limits, meaning);
  }

  /** Root mean square over all parameters of all objects; NaN of none. */
  private static double rms(
      List<ChainComparison> chains, ToDoubleFunction<ChainComparison.ChainMarginal> value) {
    return Math.sqrt(
        chains.stream()
            .flatMap(chain -> chain.parameters().stream())
            .mapToDouble(value)
            .map(x -> x * x)
            .average()
            .orElse(Double.NaN));
  }
}
