package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the changed sums of one partition of the observations to the combination, and the event
 * time that the partition has reached: at most once per emit interval, and at every marker. For one
 * thread.
 */
final class GroupReporter {
  private static final byte[] NO_KEY = {};

  /** Longest time between two checks whether the partition is idle. */
  private static final long LONGEST_IDLE_CHECK_MS = 500;

  private final int observationPartition;
  private final GroupMembers members;
  private final Ledger ledger;
  private final IdlePartition idlePartition;
  private final long idleCheckMs;
  private final EmitSchedule schedule;
  private final BiConsumer<byte[], GroupMessage> combination;
  private long idleCheckedMs;
  private boolean idle;
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
      Ledger ledger,
      IdlePartition idlePartition,
      Duration emitInterval,
      BiConsumer<byte[], GroupMessage> combination,
      long nowMs) {
    this.observationPartition = observationPartition;
    this.members = members;
    this.ledger = ledger;
    this.idlePartition = idlePartition;
    this.idleCheckMs = Math.min(LONGEST_IDLE_CHECK_MS, emitInterval.toMillis());
    this.schedule = new EmitSchedule(emitInterval, nowMs);
    this.combination = combination;
  }

  /** Time between two calls of {@link #tick}. */
  Duration tick() {
    return schedule.tick();
  }

  /** An event has come. */
  void event(long nowMs) {
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
      report(idle && !hasPending);
    }
  }

  /** Reports at once that a marker was passed. */
  void marker() {
    sendSums();
    sendProgress(progress(false, true, false));
  }

  private void report(boolean nowIdle) {
    boolean hasNews = members.hasUnsent();
    sendSums();
    GroupMessage.ProgressReport progress = progress(nowIdle, false, schedule.rests());
    // A partition that sent sums counts as busy until it reports that it rests.
    if (!progress.equals(last) || (hasNews && progress.resting())) {
      sendProgress(progress);
    }
  }

  private GroupMessage.ProgressReport progress(boolean nowIdle, boolean marked, boolean resting) {
    return new GroupMessage.ProgressReport(
        observationPartition, ledger.closedThroughMs(), nowIdle, marked, resting);
  }

  private void sendSums() {
    members.send(
        partial ->
            combination.accept(
                // One partition for all bundles, so one instance can compare them.
                partial.key().group().group().getBytes(StandardCharsets.UTF_8), partial));
  }

  private void sendProgress(GroupMessage.ProgressReport progress) {
    members.forgetClosedWindows();
    last = progress(progress.idle(), false, progress.resting());
    combination.accept(NO_KEY, progress);
  }
}
