package org.sidereus.streams.topology;

import java.util.BitSet;
import java.util.List;
import org.sidereus.engine.inference.ObjectSummary;

/** Infers posteriors from rows of features. MUST be safe for use from several threads. */
@FunctionalInterface
public interface Inference {

  /**
   * The posteriors of some objects.
   *
   * @param rows rows [F] of a bundle's features
   * @param sharedFit indices of the rows whose fit of the shared parameters is wanted: those of
   *     objects with a group; MUST NOT be changed. The summaries of other rows may lack the fit.
   * @return one summary for each row, in the same order
   * @throws RuntimeException if there is no posterior for one of the rows
   */
  List<ObjectSummary> infer(List<float[]> rows, BitSet sharedFit);
}
