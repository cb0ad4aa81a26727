package org.sidereus.streams.topology;

import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.FlaggedObjects;
import org.sidereus.streams.state.GroupKey;

/**
 * A version of a bundle whose groups can be published: one that is served, or one that was.
 *
 * @param manifest the manifest of the bundle
 * @param combiner from sums of contributions to posteriors of groups
 */
public record CombinedBundle(Manifest manifest, Combiner combiner) {

  /**
   * A bundle that combines by some method.
   *
   * @param flagged how flagged objects are treated
   */
  public static CombinedBundle of(
      Manifest manifest, CombinationMethod combination, FlaggedObjects flagged) {
    return new CombinedBundle(manifest, Combiner.of(manifest, combination, flagged));
  }

  String name() {
    return manifest.name();
  }

  String version() {
    return manifest.version();
  }

  boolean owns(GroupKey group) {
    return name().equals(group.bundle()) && version().equals(group.version());
  }
}
