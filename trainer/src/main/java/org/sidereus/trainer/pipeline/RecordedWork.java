package org.sidereus.trainer.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.trainer.training.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of a training with a record of its settings, so that it is not done twice. A file marks it
 * as begun, so that a checkpoint of other settings is not continued.
 *
 * @param label name for messages
 * @param settings all that its result depends on
 * @param record file of the record
 * @param begun file that is there while the work is not finished
 * @param checkpoints of the work
 */
record RecordedWork(
    String label, JsonNode settings, Path record, Path begun, Checkpoints checkpoints) {
  private static final Logger LOG = LoggerFactory.getLogger(RecordedWork.class);

  /** The record, if the work was finished with these settings. */
  Optional<StageRecord> finished() {
    return StageRecord.read(record).filter(one -> one.settings().equals(settings));
  }

  /**
   * Does the work.
   *
   * @param resume whether work that was finished with these settings is left out and interrupted
   *     work goes on from its checkpoint; otherwise it starts over
   * @return what was measured
   */
  JsonNode run(boolean resume, StageWork work) {
    Optional<StageRecord> finished = resume ? finished() : Optional.empty();
    if (finished.isPresent()) {
      LOG.info("{}: finished before with the same settings", label);
      return finished.get().results();
    }
    boolean goesOn =
        resume
            && StageRecord.read(begun).filter(one -> one.settings().equals(settings)).isPresent();
    if (!goesOn) {
      checkpoints.clear();
    }
    remove(record);
    new StageRecord(settings, StageRecord.json(Map.of())).write(begun);
    long start = System.nanoTime();
    Map<String, Object> results = new LinkedHashMap<>(work.run());
    double seconds = (System.nanoTime() - start) * 1e-9;
    results.put("seconds", seconds);
    JsonNode measured = StageRecord.json(results);
    new StageRecord(settings, measured).write(record);
    remove(begun);
    checkpoints.clear();
    LOG.info("{}: done in {} s", label, String.format(Locale.ROOT, "%.1f", seconds));
    return measured;
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new SidereusException("cannot remove " + file + ": " + e.getMessage(), e);
    }
  }
}
