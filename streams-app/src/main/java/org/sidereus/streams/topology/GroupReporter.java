package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the changed sums of one partition of the observations to the combination, and how far the
 * partition has come: at most once per emit interval, and at every marker. For one thread.
 */
final class GroupReporter {
  private static final byte[] NO_KEY = {};

  /** Longest time between two checks whether the partition is idle. */
  private static final long LONGEST_IDLE_CHECK_MS = 500;

  private final int observationPartition;
  private final GroupMembers members;
  private final SurveyTimes surveys;
  private final IdlePartition idlePartition;
  private final long idleCheckMs;
  private final EmitSchedule schedule;
  private final BiConsumer<byte[], GroupMessage> combination;
  private long idleCheckedMs;
  private boolean idle;
  private long receivedLogMs;
  private long logMs;
  private GroupMessage.@Nullable ProgressReport last;

  /**
   * A reporter.
   *
   * @param observationPartition the partition of the observations
   * @param emitInterval shortest time between two reports without a marker
   * @param combination takes messages with their keys
   */
  GroupReporter(
      int observationPartition,
      GroupMembers members,
      SurveyTimes surveys,
      IdlePartition idlePartition,
      Duration emitInterval,
      BiConsumer<byte[], GroupMessage> combination,
      long nowMs) {
    this.observationPartition = observationPartition;
    this.members = members;
    this.surveys = surveys;
    this.logMs = Math.max(0, surveys.latestLogMs());
    this.idlePartition = idlePartition;
    this.idleCheckMs = Math.min(LONGEST_IDLE_CHECK_MS, emitInterval.toMillis());
    this.schedule = new EmitSchedule(emitInterval, nowMs);
    this.combination = combination;
  }

  /** Time between two calls of {@link #tick}. */
  Duration tick() {
    return schedule.tick();
  }

  /**
   * An event has come.
   *
   * @param eventLogMs Kafka's timestamp of it
   */
  void event(long nowMs, long eventLogMs) {
    receivedLogMs = Math.max(receivedLogMs, Math.min(eventLogMs, nowMs));
    idlePartition.event(nowMs);
    idle = false;
    schedule.change(nowMs);
  }

  /** Sums have changed. */
  void change(long nowMs) {
    schedule.change(nowMs);
  }

  /**
   * Reports if it is time.
   *
   * @param hasPending whether observations of the partition are pending
   */
  void tick(long nowMs, boolean hasPending) {
    if (nowMs - idleCheckedMs >= idleCheckMs) {
      idleCheckedMs = nowMs;
      idle = idlePartition.isIdle(nowMs);
    }
    if (schedule.isDue(nowMs, true)) {
      report(idle && !hasPending, hasPending);
    }
  }

  /** Reports at once that a marker was passed. */
  void marker() {
    sendSums();
    sendProgress(progress(false, true, false), surveys.takeUnsent());
  }

  private void report(boolean nowIdle, boolean hasPending) {
    if (!hasPending) {
      logMs = Math.max(logMs, receivedLogMs);
    }
    boolean hasNews = members.hasUnsent();
    sendSums();
    GroupMessage.ProgressReport progress = progress(nowIdle, false, schedule.rests());
    // A partition that sent sums counts as busy until it reports that it rests.
    if (!progress.equals(last) || (hasNews && progress.resting()) || surveys.hasUnsent()) {
      sendProgress(progress, surveys.takeUnsent());
    }
  }

  /** A report without news of surveys. */
  private GroupMessage.ProgressReport progress(boolean nowIdle, boolean marked, boolean resting) {
    return new GroupMessage.ProgressReport(
        observationPartition, nowIdle, marked, resting, logMs, Collections.emptySortedMap());
  }

  private void sendSums() {
    members.send(
        partial ->
            combination.accept(
                // One partition for all bundles, so one instance can compare them.
                partial.key().group().group().getBytes(StandardCharsets.UTF_8), partial));
  }

  private void sendProgress(
      GroupMessage.ProgressReport progress, SortedMap<String, SurveyTime> news) {
    members.forgetClosedWindows();
    last = progress(progress.idle(), false, progress.resting());
    combination.accept(
        NO_KEY,
        new GroupMessage.ProgressReport(
            observationPartition,
            progress.idle(),
            progress.marked(),
            progress.resting(),
            progress.logMs(),
            news));
  }
}
