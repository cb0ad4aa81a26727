package org.sidereus.streams.service;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InconsistentGroupProtocolException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.SidereusException;
import org.sidereus.schemas.registry.RegistryRefusedException;
import org.sidereus.streams.brokers.CommitTimes;
import org.sidereus.streams.brokers.Refusals;

class FaultPolicyTest {
  private long nowNs;
  private final Refusals refusals = new Refusals(new CommitTimes(() -> nowNs), () -> nowNs);
  private final FaultPolicy policy = new FaultPolicy("night", refusals, () -> nowNs);

  @Test
  void shouldReplaceThreadsUntilTheyDieTooOften() {
    for (int i = 0; i < 20; i++) {
      assertThat(policy.handle(new StreamsException("failure"))).isEqualTo(REPLACE_THREAD);
    }
    assertThat(policy.handle(new StreamsException("failure"))).isEqualTo(SHUTDOWN_CLIENT);

    nowNs += Duration.ofMinutes(6).toNanos();
    assertThat(policy.handle(new StreamsException("failure"))).isEqualTo(REPLACE_THREAD);
  }

  @Test
  void shouldWaitWithoutLimitForBrokersThatDoNotRespond() {
    for (int i = 0; i < 100; i++) {
      assertThat(policy.handle(new StreamsException(new TimeoutException("no broker"))))
          .isEqualTo(REPLACE_THREAD);
    }
  }

  @Test
  void shouldStopAtOnceAtStateThatItDoesNotRead() {
    SidereusException unreadable = new SidereusException("the state is of format 2", new Error());
    assertThat(policy.handle(new StreamsException(unreadable))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last()).isSameAs(unreadable);
  }

  @Test
  void shouldStopAtOnceWhereAnOperatorMustCorrectSomething() {
    assertThat(policy.handle(new StreamsException(new OutOfMemoryError("heap"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.handle(new StreamsException(new RegistryRefusedException("no password"))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldSayThatAnotherProgramIsInItsGroup() {
    assertThat(
            policy.handle(
                new StreamsException(new InconsistentGroupProtocolException("inconsistent"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last())
        .hasMessageContaining("another program is in the consumer group 'night'");
  }

  @Test
  void shouldSayThatAnotherProcessHasItsNameInTheGroup() {
    assertThat(policy.handle(new StreamsException(new FencedInstanceIdException("fenced"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last())
        .hasMessageContainingAll("another process of 'night'", "group.instance.id", "state.dir");
  }

  @Test
  void shouldWaitForARightAsLongAsItIsRefused() {
    StreamsException refused =
        new StreamsException(new TopicAuthorizationException(Set.of("night.object-posteriors")));
    Thread.currentThread().interrupt(); // the policy does not pause
    for (int i = 0; i < 30; i++) {
      assertThat(policy.handle(refused)).isEqualTo(REPLACE_THREAD);
      nowNs += Duration.ofSeconds(2).toNanos();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(refusals.now())
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("a right", "night.object-posteriors"));
    nowNs += Duration.ofSeconds(31).toNanos();
    assertThat(refusals.now()).isEmpty();
  }

  @Test
  void shouldSayWhichOfItsTopicsHasOtherPartitions() {
    assertThat(
            policy.handle(
                new StreamsException(
                    "Existing internal topic night-group-sums-changelog has invalid partitions:"
                        + " expected: 4; actual: 7. Use 'org.apache.kafka.tools.StreamsResetter'")))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last())
        .isInstanceOf(SidereusException.class)
        .hasMessageContainingAll("'night-group-sums-changelog'", "7 partitions", "should have 4");
  }

  @Test
  void shouldWaitWhileBrokersRefuseItsTimestamps() {
    StreamsException refused =
        new StreamsException(new InvalidTimestampException("Timestamp 7 is out of range"));
    assertThat(policy.handle(refused)).isEqualTo(REPLACE_THREAD);
    assertThat(refusals.now())
        .contains("the brokers refuse the timestamps of this service: Timestamp 7 is out of range");
  }

  @Test
  void shouldSayWhichTopicRefusesARecordAsTooLarge() {
    StreamsException refused =
        new StreamsException(
            "Error encountered sending record to topic night.object-posteriors for task 0_1\nmore",
            new RecordTooLargeException("larger than the max message size"));
    assertThat(policy.handle(refused)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last())
        .hasMessageContainingAll("night.object-posteriors", "raise max.message.bytes");
  }

  @Test
  void shouldWaitForATopicThatABrokerDoesNotKnowYet() {
    for (int i = 0; i < 30; i++) {
      assertThat(policy.handle(new MissingSourceTopicException("missing")))
          .isEqualTo(REPLACE_THREAD);
    }
  }

  @Test
  void shouldSayThatTheLimitOfOpenFilesIsReached() {
    IOException tooMany = new IOException("While open a file: 000009.sst: Too many open files");
    assertThat(policy.handle(new StreamsException(new ProcessorStateException("a store", tooMany))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last()).hasMessageContainingAll("000009.sst", "ulimit -n", "LimitNOFILE");
    assertThat(policy.handle(new StreamsException(new SocketException("Too many open files"))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldSayThatTheDiskOfTheStateIsFull() {
    StreamsException full =
        new StreamsException(
            new ProcessorStateException(
                "Error flushing store",
                new IOException("While appending to file: 7.log: No space left on device")));
    assertThat(policy.handle(full)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(policy.last())
        .hasMessageContainingAll("7.log: No space left on device", "make room");
    assertThat(policy.handle(new StreamsException(new ProcessorStateException("another"))))
        .isEqualTo(REPLACE_THREAD);
  }
}
