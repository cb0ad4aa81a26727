package org.sidereus.streams.topology;

import java.util.List;
import java.util.Optional;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.streams.state.GroupKey;

/** Turns the sums of groups into their posteriors. Safe for threads. */
final class GroupPosteriors {
  private final List<CombinedBundle> bundles;

  GroupPosteriors(List<CombinedBundle> bundles) {
    this.bundles = bundles;
  }

  /** Whether this instance has the version of the bundle that a group belongs to. */
  boolean canCombine(GroupKey group) {
    return bundle(group).isPresent();
  }

  /** The posterior of a group; empty if this instance does not have the version of its bundle. */
  Optional<GroupPosterior> posterior(SumKey key, PartialSum total, boolean closed) {
    return bundle(key.group())
        .map(
            bundle -> {
              GroupSummary summary = bundle.combiner().combine(total.state());
              return AvroRecords.groupPosterior(
                  bundle.manifest(), key, summary, total.latestMs(), closed);
            });
  }

  private Optional<CombinedBundle> bundle(GroupKey group) {
    return bundles.stream().filter(one -> one.owns(group)).findFirst();
  }
}
