package org.sidereus.streams.topology;

import java.util.List;
import org.sidereus.engine.inference.ObjectSummary;

/** Answers rows of features with posteriors. MUST be safe for use from several threads. */
@FunctionalInterface
public interface Inference {

  /**
   * The posteriors of some objects.
   *
   * @param rows rows of a bundle's features
   * @return one summary for each row, in the same order
   * @throws RuntimeException if the rows cannot be answered together
   */
  List<ObjectSummary> infer(List<float[]> rows);
}
