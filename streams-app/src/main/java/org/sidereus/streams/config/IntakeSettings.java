package org.sidereus.streams.config;

import java.time.Duration;

/** What the intake takes, how long events wait, and when a batch is full. Immutable once bound. */
public final class IntakeSettings {
  @Setting(
      key = "observation.max.bytes",
      doc = "Size of key and value above which an event is rejected without being read, bytes.",
      min = 1)
  private int maxObservationBytes = 1024 * 1024;

  @Setting(
      key = "observation.max.ahead",
      doc =
          "How far the time of an observation may be ahead of the clock; one that is farther is"
              + " rejected, since it would close windows before their time. For simulated nights to"
              + " come, give as much as they need.",
      min = 0)
  private Duration maxAhead = Duration.ofMinutes(10);

  @Setting(
      key = "rejection.max.bytes",
      doc =
          "Longest original value that a rejection carries, bytes; of a longer one it carries the"
              + " beginning, and says so. Topics that are created accept messages of this size.",
      min = 0)
  private int maxRejectionBytes = 16 * 1024 * 1024;

  @Setting(key = "batch.size", doc = "Observations of one engine call, at most.", min = 1)
  private int batchSize = 256;

  @Setting(
      key = "batch.linger",
      doc =
          "Longest wait of an observation for its batch to fill. Where a thread waits for most of"
              + " its time and has read no more of the partition, it does not wait. Before a commit"
              + " of the thread the wait ends, too.",
      min = 1)
  private Duration batchLinger = Duration.ofMillis(10);

  @Setting(
      key = "pending.max",
      doc =
          "Observations per partition that may wait, for their batch or for their schema, before no"
              + " more are read of the partition.",
      min = 1)
  private int maxPending = 20_000;

  @Setting(
      key = "pending.max.bytes",
      doc =
          "The same limit in bytes. All partitions of an instance together have an eighth of its"
              + " heap: a partition at which as much waits as is left of that reads no more,"
              + " either.",
      min = 1)
  private int maxPendingBytes = 64 * 1024 * 1024;

  @Setting(
      key = "schema.unknown.wait",
      doc =
          "How long an observation waits for a schema id that the registry does not have (HTTP 404"
              + " or 400) before it is rejected as UNKNOWN_SCHEMA.",
      min = 0)
  private Duration unknownSchemaWait = Duration.ofSeconds(15);

  @Setting(
      key = "schema.failing.wait",
      doc =
          "How long an observation waits for a schema id for which the registry fails (HTTP 429 or"
              + " 5xx) while it responds for others. While it fails for all, observations wait as"
              + " long as it takes.",
      min = 0)
  private Duration failingSchemaWait = Duration.ofMinutes(30);

  IntakeSettings() {}

  /** Size of key and value above which an event is rejected without being read, bytes. */
  public int maxObservationBytes() {
    return maxObservationBytes;
  }

  /** How far the time of an observation may be ahead of the clock. */
  public Duration maxAhead() {
    return maxAhead;
  }

  /** Longest original value that a rejection carries, bytes. */
  public int maxRejectionBytes() {
    return maxRejectionBytes;
  }

  /** Observations of one engine call, at most. */
  public int batchSize() {
    return batchSize;
  }

  /** Longest wait of an observation for its batch to fill. */
  public Duration batchLinger() {
    return batchLinger;
  }

  /** Observations of a partition that may wait. */
  public int maxPending() {
    return maxPending;
  }

  /** The same limit in bytes. */
  public int maxPendingBytes() {
    return maxPendingBytes;
  }

  /** How long an observation waits for a schema id that the registry does not have. */
  public Duration unknownSchemaWait() {
    return unknownSchemaWait;
  }

  /** How long an observation waits for a schema id for which alone the registry fails. */
  public Duration failingSchemaWait() {
    return failingSchemaWait;
  }
}
