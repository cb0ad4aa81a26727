package org.sidereus.streams.topology;

import java.util.ArrayList;
import java.util.List;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.RejectionReason;
import org.sidereus.streams.topology.DecodedEvent.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a batch by one call. If that fails, each row is tried alone, so that one bad row does not
 * cost the others their answer.
 */
final class BatchInference {
  private static final Logger LOG = LoggerFactory.getLogger(BatchInference.class);

  /** What became of one row. */
  sealed interface Result {
    /**
     * The posterior of the object, and what it says of its group.
     *
     * @param contribution empty array: none was wanted
     */
    record Answered(ObjectSummary summary, double[] contribution) implements Result {}

    /** There is no posterior. */
    record Failed(Refusal refusal) implements Result {}
  }

  private final ServedBundle bundle;

  BatchInference(ServedBundle bundle) {
    this.bundle = bundle;
  }

  /** The results of the rows, in their order. */
  List<Result> answer(List<float[]> rows) {
    List<Result> results = new ArrayList<>(rows.size());
    if (rows.isEmpty()) {
      return results;
    }
    try {
      for (ObjectSummary summary : inferred(rows)) {
        results.add(result(summary));
      }
    } catch (RuntimeException fault) {
      LOG.warn(
          "bundle {} could not answer {} objects together ({}); trying one by one",
          bundle.name(),
          rows.size(),
          fault.toString());
      results.clear();
      rows.forEach(row -> results.add(alone(row)));
    }
    return results;
  }

  private List<ObjectSummary> inferred(List<float[]> rows) {
    List<ObjectSummary> summaries = bundle.inference().infer(rows);
    if (summaries.size() != rows.size()) {
      throw new IllegalStateException(
          "the engine gave %d answers to %d rows".formatted(summaries.size(), rows.size()));
    }
    return summaries;
  }

  private Result alone(float[] row) {
    try {
      return result(inferred(List.of(row)).get(0));
    } catch (RuntimeException fault) {
      return failed(fault);
    }
  }

  private Result result(ObjectSummary summary) {
    Combiner combiner = bundle.combiner();
    try {
      return new Result.Answered(summary, combiner.contribution(summary));
    } catch (InferenceException fault) {
      return failed(fault);
    }
  }

  private Result failed(RuntimeException fault) {
    return new Result.Failed(
        new Refusal(
            RejectionReason.INFERENCE_FAILED,
            "bundle '%s' version %s gave no posterior: %s"
                .formatted(bundle.name(), bundle.version(), fault.getMessage())));
  }
}
