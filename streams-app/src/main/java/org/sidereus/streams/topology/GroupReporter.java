package org.sidereus.streams.topology;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the changed sums of one partition of the observations to the combination, and how far the
 * partition has come: at most once per emit interval, and at every marker. How far it has come is
 * sent to every partition of the combination; with many of them it is sent less often than sums.
 * For one thread.
 */
final class GroupReporter implements AutoCloseable {
  private static final byte[] NO_KEY = {};

  /** Longest time between two checks whether the partition is idle. */
  private static final long LONGEST_IDLE_CHECK_MS = 500;

  /**
   * Messages of progress that a partition sends in an emit interval, apart from those of markers.
   * With fewer partitions there is no such limit.
   */
  private static final int MESSAGES_PER_INTERVAL = 8;

  private final int observationPartition;
  private final GroupMembers members;
  private final SurveyTimes surveys;
  private final IdlePartition idlePartition;
  private final long idleCheckMs;
  private final long progressEveryMs;
  private final EmitSchedule schedule;
  private final EmissionShare.Account account;
  private final BiConsumer<byte[], GroupMessage> combination;
  private long idleCheckedMs;
  private boolean idle;
  private long receivedLogMs;
  private long logMs;
  private GroupMessage.@Nullable ProgressReport last;

  /** The report that is being sent: first the sums, then this; null: none is. */
  private GroupMessage.@Nullable ProgressReport open;

  /** Whether sums were sent since the last progress. */
  private boolean sentSums;

  /** News of surveys that a report had, but did not send, because the last progress was recent. */
  private final SortedMap<String, SurveyTime> held = new TreeMap<>();

  private long progressMs;

  /** Whether a marker has come since the report that is being sent began. */
  private boolean marked;

  /**
   * A reporter.
   *
   * @param observationPartition the partition of the observations
   * @param partitions of the combination
   * @param emitInterval shortest time between two reports without a marker
   * @param account what the reports may take
   * @param combination takes messages with their keys
   */
  GroupReporter(
      int observationPartition,
      GroupMembers members,
      SurveyTimes surveys,
      IdlePartition idlePartition,
      int partitions,
      Duration emitInterval,
      EmissionShare.Account account,
      BiConsumer<byte[], GroupMessage> combination,
      long nowMs) {
    this.observationPartition = observationPartition;
    this.members = members;
    this.surveys = surveys;
    this.logMs = surveys.latestLogMs();
    this.idlePartition = idlePartition;
    this.idleCheckMs = Math.min(LONGEST_IDLE_CHECK_MS, emitInterval.toMillis());
    this.progressEveryMs = emitInterval.toMillis() * (partitions / MESSAGES_PER_INTERVAL);
    this.progressMs = nowMs - progressEveryMs;
    this.schedule = new EmitSchedule(emitInterval, nowMs);
    this.account = account;
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
    change(nowMs);
  }

  /** Sums have changed. */
  void change(long nowMs) {
    schedule.change(nowMs);
    account.change(nowMs);
  }

  /**
   * Reports if it is time, as long as the call lasts.
   *
   * @param hasPending whether observations of the partition are pending
   */
  void tick(long nowMs, boolean hasPending, WorkBudget.Call call) {
    if (nowMs - idleCheckedMs >= idleCheckMs || nowMs < idleCheckedMs) {
      idleCheckedMs = nowMs;
      idle = idlePartition.isIdle(nowMs);
    }
    if (open == null && schedule.isDue(nowMs, true)) {
      if (!hasPending) {
        logMs = Math.max(logMs, receivedLogMs);
      }
      begin(idle && !hasPending);
    }
    goOn(nowMs, call);
  }

  /** Reports at once that a marker was passed, as long as the call lasts. */
  void marker(long nowMs, WorkBudget.Call call) {
    marked = true;
    if (open == null) {
      begin(false);
    }
    goOn(nowMs, call);
  }

  private void begin(boolean nowIdle) {
    sentSums |= members.hasUnsent();
    members.beginSending();
    held.putAll(surveys.takeUnsent());
    open =
        new GroupMessage.ProgressReport(
            observationPartition,
            nowIdle,
            marked,
            !marked && schedule.rests(),
            logMs,
            new TreeMap<>(held));
    marked = false;
  }

  private void goOn(long nowMs, WorkBudget.Call call) {
    while (open != null && send(open, nowMs, call)) {
      open = null;
      if (marked) {
        begin(false);
      }
    }
  }

  /**
   * Sends a report and its sums, as long as the call lasts and the share allows; those of a marker
   * without regard to the share.
   *
   * @return whether all is sent
   */
  private boolean send(GroupMessage.ProgressReport report, long nowMs, WorkBudget.Call call) {
    boolean urgent = marked || report.marked();
    if (urgent) {
      account.leave();
    } else if (!account.mayEmit(nowMs)) {
      return false;
    }
    long leftNs = call.leftNs();
    boolean all =
        members.send(
            this::sendSum,
            () ->
                !call.isOver()
                    && (urgent
                        || account.goesOn(nowMs, account.withReceipt(leftNs - call.leftNs()))));
    if (all) {
      sendProgressIfNews(report, nowMs, call);
    }
    long tookNs = leftNs - call.leftNs();
    if (!urgent) {
      account.endTurn(nowMs, account.withReceipt(tookNs), !all);
    }
    account.sent(tookNs);
    return all;
  }

  private void sendProgressIfNews(
      GroupMessage.ProgressReport report, long nowMs, WorkBudget.Call call) {
    // A partition that sent sums counts as busy until it reports that it rests.
    boolean news =
        !report.surveys().isEmpty() || !report.equals(last) || (sentSums && report.resting());
    boolean mayWait = nowMs - progressMs < progressEveryMs && nowMs >= progressMs;
    if (report.marked() || (news && !mayWait)) {
      sendProgress(report, call);
      held.clear();
      sentSums = false;
      progressMs = nowMs;
    }
  }

  private void sendSum(GroupMessage.Partial partial) {
    // One partition for all bundles, so one instance can compare them.
    combination.accept(partial.key().group().group().getBytes(StandardCharsets.UTF_8), partial);
  }

  private void sendProgress(GroupMessage.ProgressReport report, WorkBudget.Call call) {
    members.forgetClosedWindows(call);
    last =
        new GroupMessage.ProgressReport(
            observationPartition,
            report.idle(),
            false,
            report.resting(),
            report.logMs(),
            Collections.emptySortedMap());
    combination.accept(NO_KEY, report);
  }

  @Override
  public void close() {
    account.leave();
  }
}
