package org.sidereus.catalogs.infer;

import org.jspecify.annotations.Nullable;
import org.sidereus.engine.inference.ObjectSummary;

/** Hears of the posteriors of a catalogue, in the order of the file. */
@FunctionalInterface
public interface PosteriorListener {

  /**
   * An object has a posterior.
   *
   * @param object its identifier
   * @param group its group; null if it has none
   */
  void posterior(String object, @Nullable String group, ObjectSummary posterior);
}
