package org.sidereus.validation;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Posteriors beside reference chains. Only chains that agree with each other are a reference: an
 * object whose chains do not is left out of the values, and a check that passes without it is
 * undecided. Posteriors with the flag that too few samples are effective are not corrected, though
 * they are asked to be: they are no part of the values either, and what they differ by is said.
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
    List<ChainComparison> counted = decided.stream().filter(chain -> !chain.flagged()).toList();
    List<ChainComparison> flagged = chains.stream().filter(ChainComparison::flagged).toList();
    String of =
        decided.size() == chains.size()
            ? ""
            : "; the chains of %d of %d objects do not agree"
                .formatted(chains.size() - decided.size(), chains.size());
    // what is not compared needs no chains that agree
    boolean all =
        !counted.isEmpty() && chains.stream().allMatch(chain -> chain.decided() || chain.flagged());
    return Stream.of(
            check(
                "means",
                counted,
                ChainComparison.ChainMarginal::shift,
                SHIFT,
                "rms difference of the means in sd of the chain"
                    + of
                    + besides(flagged, chains, ChainComparison.ChainMarginal::shift)),
            check(
                "standard deviations",
                counted,
                ChainChecks::logWidth,
                WIDTH,
                String.format(
                        Locale.ROOT,
                        "rms logarithm of the ratio of the sd, Monte Carlo errors alone %.3f",
                        rms(counted, ChainComparison.ChainMarginal::widthError))
                    + of
                    + besides(flagged, chains, ChainChecks::logWidth)))
        .map(check -> all || fails(check) ? check : check.undecided())
        .toList();
  }

  private static double logWidth(ChainComparison.ChainMarginal marginal) {
    return Math.log(marginal.width());
  }

  /** What is said of the flagged objects. */
  private static String besides(
      List<ChainComparison> flagged,
      List<ChainComparison> chains,
      ToDoubleFunction<ChainComparison.ChainMarginal> value) {
    return flagged.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "; %d of %d objects are flagged as having too few effective samples and differ by %.3f",
            flagged.size(),
            chains.size(),
            rms(flagged, value));
  }

  /** Whether the chains that agree are enough to say that the bundle is wrong. */
  private static boolean fails(Check check) {
    return check.outcome() == CheckOutcome.FAILED && !Double.isNaN(check.value());
  }

  private static Check check(
      String subject,
      List<ChainComparison> chains,
      ToDoubleFunction<ChainComparison.ChainMarginal> value,
      double highest,
      String meaning) {
    CheckLimits limits = CheckLimits.atMost(highest);
    return Check.of("mcmc", subject, rms(chains, value), limits, limits, meaning);
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
