package org.sidereus.streams.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.schemas.GroupPosterior;

/**
 * How well each bundle explains the objects of one group: the sum of their log evidences, and its
 * difference to the best one, the logarithm of the Bayes factor.
 *
 * <p>Sums over different objects do not compare bundles. A bundle that has combined fewer objects
 * than another one, because its batches come later or because it rejected some, is listed but not
 * compared. The same is true of a bundle whose evidence is not known.
 *
 * @param entries one per bundle and version: first the compared ones, the best at the top
 */
public record BundleComparison(List<Entry> entries) {

  /**
   * The evidence of one bundle.
   *
   * @param objects number of objects combined
   * @param logEvidence sum of the natural logarithms of the objects' evidences; null: not known
   * @param logBayesFactor natural logarithm of the Bayes factor against the best bundle, 0 for that
   *     one and negative for the others; null: cannot be compared
   */
  public record Entry(
      String bundle,
      String version,
      long objects,
      @Nullable Double logEvidence,
      @Nullable Double logBayesFactor) {}

  /**
   * Compares bundles.
   *
   * @param posteriors of one group, all for all time or all in one window, one per bundle and
   *     version
   */
  public static BundleComparison of(Collection<GroupPosterior> posteriors) {
    long most = posteriors.stream().mapToLong(GroupPosterior::getObjects).max().orElse(0);
    double best =
        posteriors.stream()
            .filter(one -> isComparable(one, most))
            .mapToDouble(GroupPosterior::getLogEvidence)
            .max()
            .orElse(Double.NaN);
    List<Entry> entries = new ArrayList<>();
    for (GroupPosterior one : posteriors) {
      entries.add(
          new Entry(
              one.getBundle(),
              one.getBundleVersion(),
              one.getObjects(),
              one.getLogEvidence(),
              isComparable(one, most) ? one.getLogEvidence() - best : null));
    }
    entries.sort(
        Comparator.comparing(Entry::logBayesFactor, Comparator.nullsLast(Comparator.reverseOrder()))
            .thenComparing(Entry::bundle)
            .thenComparing(Entry::version));
    return new BundleComparison(List.copyOf(entries));
  }

  private static boolean isComparable(GroupPosterior posterior, long objects) {
    return posterior.getObjects() == objects && posterior.getLogEvidence() != null;
  }
}
