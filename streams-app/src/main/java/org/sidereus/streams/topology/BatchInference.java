package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.RejectionReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Infers the posteriors of a batch by one call of the engine. If that fails, each row is tried
 * alone, so one bad row does not cost the others their posteriors.
 */
final class BatchInference {
  private static final Logger LOG = LoggerFactory.getLogger(BatchInference.class);

  /** The outcome of one row. */
  sealed interface Result {
    /**
     * A posterior.
     *
     * @param contribution what the object contributes to its group; null: it has no group
     */
    record Inferred(ObjectSummary summary, double @Nullable [] contribution) implements Result {}

    /** There is no posterior. */
    record Failed(RejectionCause cause) implements Result {}
  }

  private final ServedBundle bundle;
  private final List<float[]> rows = new ArrayList<>();

  /** The rows of objects that have a group. */
  private final BitSet grouped = new BitSet();

  /** An empty batch. */
  BatchInference(ServedBundle bundle) {
    this.bundle = bundle;
  }

  /**
   * Adds a row.
   *
   * @param row [F] features of the bundle
   * @param hasGroup whether the contribution of the object is wanted
   */
  void add(float[] row, boolean hasGroup) {
    grouped.set(rows.size(), hasGroup);
    rows.add(row);
  }

  /** The results of the rows, in their order. */
  List<Result> infer() {
    List<Result> results = new ArrayList<>(rows.size());
    if (rows.isEmpty()) {
      return results;
    }
    try {
      List<ObjectSummary> summaries = inferred(rows, grouped);
      for (int i = 0; i < rows.size(); i++) {
        results.add(result(summaries.get(i), grouped.get(i)));
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "bundle {} could not infer {} objects together ({}); trying one by one",
          bundle.name(),
          rows.size(),
          e.toString());
      results.clear();
      for (int i = 0; i < rows.size(); i++) {
        results.add(alone(rows.get(i), grouped.get(i)));
      }
    }
    return results;
  }

  private List<ObjectSummary> inferred(List<float[]> some, BitSet sharedFit) {
    List<ObjectSummary> summaries = bundle.inference().infer(some, sharedFit);
    if (summaries.size() != some.size()) {
      throw new IllegalStateException(
          "the engine gave " + summaries.size() + " posteriors for " + some.size() + " rows");
    }
    return summaries;
  }

  private Result alone(float[] row, boolean hasGroup) {
    BitSet sharedFit = new BitSet();
    sharedFit.set(0, hasGroup);
    try {
      return result(inferred(List.of(row), sharedFit).get(0), hasGroup);
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  /** A posterior may be degenerate for the combination only. Without a group that is no error. */
  private Result result(ObjectSummary summary, boolean hasGroup) {
    if (!hasGroup) {
      return new Result.Inferred(summary, null);
    }
    try {
      return new Result.Inferred(summary, bundle.combiner().contribution(summary));
    } catch (InferenceException e) {
      return failed(e);
    }
  }

  private Result failed(RuntimeException e) {
    return new Result.Failed(
        new RejectionCause(
            RejectionReason.INFERENCE_FAILED,
            "bundle '%s' version %s gave no posterior: %s"
                .formatted(bundle.name(), bundle.version(), e.getMessage())));
  }
}
