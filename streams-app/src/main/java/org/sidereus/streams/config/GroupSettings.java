package org.sidereus.streams.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.combination.CombinationMethod;
import org.sidereus.engine.combination.FlaggedObjects;

/** How groups are combined, in which windows, and how often. Immutable once bound. */
public final class GroupSettings {
  @Setting(
      key = "window.size",
      doc =
          "Length of the windows of event time. To change it, let the stream begin anew under"
              + " another application.id.",
      min = 1)
  private Duration windowSize = Duration.ofHours(1);

  @Setting(
      key = "window.grace",
      doc = "How long after its end, in event time, a window waits for late observations.",
      min = 0)
  private Duration windowGrace = Duration.ofMinutes(5);

  @Setting(
      key = "window.idle",
      doc =
          "Time by the clock without new events after which a partition of the"
              + " observations is idle and windows no longer wait for it.",
      min = 1)
  private Duration windowIdle = Duration.ofSeconds(30);

  @Setting(
      key = "groups.interval",
      doc =
          "Time between two posteriors of a group that keeps changing. Where nothing"
              + " comes for a tenth of it, changed groups are published at once.",
      min = 1)
  private Duration interval = Duration.ofMillis(500);

  @Setting(
      key = "groups.max.percent",
      doc =
          "Largest share of the time of a stream thread, in percent, that sums and posteriors of"
              + " groups take while observations come, and posteriors also while sums come; 100: no"
              + " limit. Where they would take more, groups are published less often than"
              + " groups.interval says, and sums go before posteriors. A thread that waits for"
              + " less than a fifth of its time gives them less, down to a quarter of it.",
      min = 1,
      max = 100)
  private int maxPercent = 20;

  @Setting(
      key = "groups.overlap",
      doc =
          "Surveys whose objects may be in several groups at once, separated by commas. An"
              + " observation that names another group adds one. Objects of all other surveys are"
              + " in the group that their last observation names.")
  private List<String> overlappingSurveys = List.of();

  @Setting(
      key = "combination",
      doc =
          "How the objects of a group are combined: polynomial or gaussian. To change it, let the"
              + " stream begin anew under another application.id.")
  private CombinationMethod combination = CombinationMethod.POLYNOMIAL;

  @Setting(
      key = "combination.flagged",
      doc =
          "What becomes of objects with a flag in the posterior of their group: leave-out (they are"
              + " counted and not combined) or count (they are combined like all others). To change"
              + " it, let the stream begin anew under another application.id.")
  private FlaggedObjects flaggedObjects = FlaggedObjects.LEAVE_OUT;

  GroupSettings() {}

  /** Length of the windows. */
  public Duration windowSize() {
    return windowSize;
  }

  /** How long a window waits for late observations, in event time. */
  public Duration windowGrace() {
    return windowGrace;
  }

  /** Time without events after which a partition is idle. */
  public Duration windowIdle() {
    return windowIdle;
  }

  /** Largest share of a stream thread's time that groups take, in (0, 1]. */
  public double share() {
    return maxPercent / 100.0;
  }

  /** Time between two posteriors of a group that keeps changing. */
  public Duration interval() {
    return interval;
  }

  /** Surveys whose objects may be in several groups. */
  public Set<String> overlappingSurveys() {
    return Set.copyOf(overlappingSurveys);
  }

  /** How objects are combined. */
  public CombinationMethod combination() {
    return combination;
  }

  /** How the posterior of a group treats flagged objects. */
  public FlaggedObjects flaggedObjects() {
    return flaggedObjects;
  }

  void validate() {
    if (!CombinationMethod.choices().contains(combination)) {
      throw new SidereusException(
          "combination: groups are not combined by '"
              + combination.name().toLowerCase(Locale.ROOT)
              + "'; give polynomial or gaussian");
    }
  }
}
