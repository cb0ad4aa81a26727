package org.sidereus.streams.brokers;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers refuse to this service while it runs: a right that was taken away, its login,
 * the timestamps of a clock that is wrong, or records for which too few replicas are in sync. The
 * service waits until an operator has put it right. A refusal stands until nothing was refused for
 * a time. It is logged at once, and then once a minute. Safe for threads.
 */
public final class Refusals {
  /** Whoever is refused something tries it again sooner than this. */
  private static final Duration STANDING = Duration.ofSeconds(30);

  /** The same, where the stream has committed since. */
  private static final Duration STANDING_WITH_COMMITS = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Duration REMINDER = Duration.ofMinutes(1);

  private static final String RIGHTS =
      "Give the right back ('sidereus acls' prints all that are needed), or correct kafka.*";

  private final CommitTimes commits;
  private final LongSupplier clockNs;
  private @Nullable String refused;
  private long lastNs;
  private long sinceNs;

  /** When each sentence was said last; there are as many as resources. */
  private final Map<String, Long> saidNs = new HashMap<>();

  /**
   * Nothing is refused yet.
   *
   * @param commits when the stream has committed
   * @param clockNs nanoseconds by a clock that is never set
   */
  public Refusals(CommitTimes commits, LongSupplier clockNs) {
    this.commits = commits;
    this.clockNs = clockNs;
  }

  /**
   * Something that the brokers refuse.
   *
   * @param sentence what they refuse
   * @param remedy what an operator does
   */
  public record Refusal(String sentence, String remedy) {}

  /**
   * What the brokers refuse; empty: the failure is of another kind.
   *
   * @param failure the failure, or one of which it is a cause
   * @param of what was wanted, where the brokers do not say what they refuse
   */
  public static Optional<Refusal> in(Throwable failure, String of) {
    for (Throwable at = failure; at != null && at != at.getCause(); at = at.getCause()) {
      if (at instanceof AuthenticationException) {
        return Optional.of(
            new Refusal(
                "the brokers refuse the login of this service: " + at.getMessage(), RIGHTS));
      }
      if (at instanceof AuthorizationException denied) {
        return Optional.of(
            new Refusal("the brokers refuse this service a right: " + what(denied, of), RIGHTS));
      }
      if (at instanceof InvalidTimestampException) {
        return Optional.of(
            new Refusal(
                "the brokers refuse the timestamps of this service: " + at.getMessage(),
                "Correct the clock of this machine or of the brokers, or"
                    + " message.timestamp.after.max.ms and message.timestamp.before.max.ms of the"
                    + " topic"));
      }
    }
    return Optional.empty();
  }

  private static String what(AuthorizationException denied, String of) {
    if (denied instanceof TopicAuthorizationException topics
        && !topics.unauthorizedTopics().isEmpty()) {
      return topic(String.join("', '", topics.unauthorizedTopics()));
    }
    if (denied instanceof GroupAuthorizationException group && group.groupId() != null) {
      return "consumer group '%s'".formatted(group.groupId());
    }
    if (denied instanceof TransactionalIdAuthorizationException) {
      return "its transactional identifiers";
    }
    return of;
  }

  /** A topic, as sentences name it. */
  static String topic(String name) {
    return "topic '%s'".formatted(name);
  }

  /** Enters a refusal. */
  public synchronized void enter(Refusal refusal) {
    String sentence = refusal.sentence();
    long nowNs = clockNs.getAsLong();
    lastNs = nowNs;
    if (refused == null) {
      sinceNs = nowNs;
    }
    Long before = saidNs.get(sentence);
    if (before == null || nowNs - before >= REMINDER.toNanos()) {
      saidNs.put(sentence, nowNs);
      LOG.warn("{}; the service waits and nothing is lost. {}", sentence, refusal.remedy());
    }
    refused = sentence;
  }

  /** What is refused now; empty: nothing. Call this about every second. */
  public synchronized Optional<String> now() {
    if (refused == null) {
      return Optional.empty();
    }
    long nowNs = clockNs.getAsLong();
    Duration quiet = Duration.ofNanos(nowNs - lastNs);
    boolean committed =
        commits.sinceLastCommit().filter(age -> age.compareTo(quiet) < 0).isPresent();
    if (quiet.compareTo(committed ? STANDING_WITH_COMMITS : STANDING) > 0) {
      LOG.info(
          "the brokers refuse nothing any more; it lasted {} s",
          Duration.ofNanos(nowNs - sinceNs).toSeconds());
      refused = null;
      saidNs.clear();
    }
    return Optional.ofNullable(refused);
  }
}
