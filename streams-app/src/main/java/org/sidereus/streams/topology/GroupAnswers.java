package org.sidereus.streams.topology;

import java.util.List;
import java.util.Optional;
import org.sidereus.model.combine.GroupSummary;
import org.sidereus.schemas.GroupPosterior;

/** Turns the sums of groups into their posteriors. Safe for threads. */
final class GroupAnswers {
  private final List<ServedBundle> bundles;

  GroupAnswers(List<ServedBundle> bundles) {
    this.bundles = bundles;
  }

  /** The posterior of a group; empty if its bundle, in its version, is no longer served. */
  Optional<GroupPosterior> posterior(SumKey key, GroupSum sum, boolean closed) {
    return bundles.stream()
        .filter(b -> b.name().equals(key.group().bundle()))
        .filter(b -> b.version().equals(key.group().version()))
        .findFirst()
        .map(
            bundle -> {
              PartialSum total = sum.total();
              GroupSummary summary = bundle.combiner().combine(total.state());
              return Records.groupPosterior(
                  bundle.manifest(), key, summary, total.latestMs(), closed);
            });
  }
}
