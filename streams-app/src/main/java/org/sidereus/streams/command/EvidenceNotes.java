package org.sidereus.streams.command;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.results.BundleComparison;

/**
 * Notes beside the posterior of a group that compare the evidence of its bundle. For one thread.
 */
final class EvidenceNotes {
  private final Map<Scope, Map<List<String>, GroupPosterior>> latest = new HashMap<>();

  /**
   * Posteriors that can be compared: those of a group, for all time or in one window of a survey.
   */
  private record Scope(String group, @Nullable String survey, @Nullable Instant windowStart) {
    static Scope of(GroupPosterior one) {
      return new Scope(one.getGroup(), one.getSurvey(), one.getWindowStart());
    }
  }

  /**
   * Adds a posterior.
   *
   * @return two blanks and the note; empty where no other bundle has combined as many objects
   */
  String note(GroupPosterior posterior) {
    Map<List<String>, GroupPosterior> bundles =
        latest.computeIfAbsent(Scope.of(posterior), s -> new HashMap<>());
    bundles.put(List.of(posterior.getBundle(), posterior.getBundleVersion()), posterior);
    if (posterior.getClosed() && isClosed(bundles.values())) {
      latest.remove(Scope.of(posterior));
    }
    return note(posterior, BundleComparison.of(bundles.values()));
  }

  private static boolean isClosed(Collection<GroupPosterior> posteriors) {
    return posteriors.stream().allMatch(GroupPosterior::getClosed);
  }

  private static String note(GroupPosterior posterior, BundleComparison comparison) {
    List<BundleComparison.Entry> compared =
        comparison.entries().stream().filter(one -> one.logBayesFactor() != null).toList();
    BundleComparison.Entry own =
        compared.stream()
            .filter(one -> one.bundle().equals(posterior.getBundle()))
            .filter(one -> one.version().equals(posterior.getBundleVersion()))
            .findFirst()
            .orElse(null);
    if (own == null || compared.size() < 2) {
      return "";
    }
    BundleComparison.Entry best = compared.get(0);
    if (!own.equals(best)) {
      return String.format(Locale.ROOT, "  ln(evidence) %.1f below %s", below(own), best.bundle());
    }
    return compared.stream()
        .skip(1)
        .map(one -> String.format(Locale.ROOT, "%.1f above %s", below(one), one.bundle()))
        .collect(Collectors.joining(", ", "  ln(evidence) ", ""));
  }

  /** Logarithm of the Bayes factor of the best bundle to one that has an evidence. */
  private static double below(BundleComparison.Entry one) {
    return -Objects.requireNonNull(one.logBayesFactor(), "logBayesFactor");
  }
}
