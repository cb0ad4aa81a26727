package org.sidereus.streams.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EmissionShareTest {
  private static final long MS = 1_000_000;
  private static final int TICK_MS = 50;

  private final AtomicLong lastCommitNs = new AtomicLong();
  private double waitingShare = 0.5;
  private final EmissionShare share = share(0.2);

  private EmissionShare share(double share) {
    return new EmissionShare(share, Duration.ofMillis(500), lastCommitNs::get, () -> waitingShare);
  }

  /** A processor that always has something to emit, in parts of 5 ms. */
  private static final class Busy {
    private final EmissionShare.Account account;
    private long tookMs;

    Busy(EmissionShare.Account account) {
      this.account = account;
    }

    void tick(long nowMs) {
      if (account.mayEmit(nowMs)) {
        long turnMs = 0;
        do {
          turnMs += 5;
        } while (account.goesOn(nowMs, turnMs * MS));
        account.endTurn(nowMs, turnMs * MS, true);
        tookMs += turnMs;
      }
    }
  }

  @Test
  void shouldTakeNoMoreThanTheShareAndGiveEachProcessorItsTurn() {
    List<Busy> busy = Stream.generate(() -> new Busy(share.ofSums())).limit(7).toList();
    for (long nowMs = TICK_MS; nowMs <= 60_000; nowMs += TICK_MS) {
      for (Busy one : busy) {
        one.account.change(nowMs);
        one.tick(nowMs);
      }
    }
    long tookMs = busy.stream().mapToLong(one -> one.tookMs).sum();
    assertThat(tookMs).as("a fifth of a minute").isBetween(11_500L, 12_200L);
    assertThat(busy).allSatisfy(one -> assertThat(one.tookMs).isBetween(1_500L, 1_950L));
  }

  /** With hundreds of partitions, a thread commits for most of its time. */
  @Test
  void shouldGiveTheShareAlsoWhereCommitsTakeLong() {
    List<Busy> busy = Stream.generate(() -> new Busy(share.ofSums())).limit(7).toList();
    lastCommitNs.set(800 * MS);
    for (long nowMs = 1_000; nowMs <= 60_000; nowMs += 1_000) {
      for (Busy one : busy) {
        one.account.change(nowMs);
        one.tick(nowMs);
      }
    }
    long tookMs = busy.stream().mapToLong(one -> one.tookMs).sum();
    assertThat(tookMs).as("a fifth of a minute").isBetween(10_000L, 12_200L);
  }

  @Test
  void shouldTakeAQuarterOfTheShareWhereAThreadHasNoTimeLeft() {
    List<Busy> busy = Stream.generate(() -> new Busy(share.ofSums())).limit(3).toList();
    for (long nowMs = TICK_MS; nowMs <= 120_000; nowMs += TICK_MS) {
      waitingShare = nowMs <= 60_000 ? 0 : 0.1;
      for (Busy one : busy) {
        one.account.change(nowMs);
        one.tick(nowMs);
      }
    }
    long tookMs = busy.stream().mapToLong(one -> one.tookMs).sum();
    assertThat(tookMs).as("0.05 and 0.1 of a minute").isBetween(8_700L, 9_200L);
  }

  @Test
  void shouldHaveTheWholeShareWhereOnlySumsCome() {
    waitingShare = 0;
    Busy posteriors = new Busy(share.ofPosteriors());
    for (long nowMs = TICK_MS; nowMs <= 60_000; nowMs += TICK_MS) {
      posteriors.account.change(nowMs);
      posteriors.tick(nowMs);
    }
    assertThat(posteriors.tookMs).as("a fifth of a minute").isBetween(11_500L, 12_200L);
  }

  @Test
  void shouldLetSumsGoFirstAndPosteriorsHaveOneOfFiveTurns() {
    List<Busy> sums = Stream.generate(() -> new Busy(share.ofSums())).limit(3).toList();
    List<Busy> posteriors = Stream.generate(() -> new Busy(share.ofPosteriors())).limit(3).toList();
    List<Busy> all = Stream.concat(sums.stream(), posteriors.stream()).toList();
    for (long nowMs = TICK_MS; nowMs <= 60_000; nowMs += TICK_MS) {
      for (Busy one : all) {
        one.account.change(nowMs);
        one.tick(nowMs);
      }
    }
    assertThat(all.stream().mapToLong(one -> one.tookMs).sum()).isBetween(11_500L, 12_200L);
    long ofPosteriors = posteriors.stream().mapToLong(one -> one.tookMs).sum();
    assertThat(ofPosteriors).as("a fifth of a fifth of a minute").isBetween(2_200L, 2_600L);
  }

  @Test
  void shouldLetSumsThatWaitGoFirstAlsoWithoutALimit() {
    EmissionShare.Account sums = share.ofSums();
    EmissionShare.Account posteriors = share.ofPosteriors();
    sums.change(10_000);
    assertThat(sums.mayEmit(10_000)).isTrue();
    sums.endTurn(10_000, 20 * MS, true);
    assertThat(posteriors.mayEmit(10_050)).as("sums wait").isFalse();
    assertThat(sums.mayEmit(10_050)).isTrue();
    sums.endTurn(10_050, 20 * MS, false);
    assertThat(posteriors.mayEmit(10_050)).isTrue();
  }

  /** Or sums and posteriors would keep each other at the share when no more observations come. */
  @Test
  void shouldNotLimitSumsBecauseSumsCome() {
    EmissionShare.Account sums = share.ofSums();
    EmissionShare.Account posteriors = share.ofPosteriors();
    sums.change(10_000);
    assertThat(sums.mayEmit(10_000)).isTrue();
    sums.endTurn(10_000, 1_000 * MS, false);
    posteriors.change(10_049);
    assertThat(sums.mayEmit(10_049)).isFalse();
    sums.leave();
    assertThat(sums.mayEmit(10_050)).isTrue();
    assertThat(posteriors.mayEmit(10_050)).as("sums come").isFalse();
  }

  /** Sums of other threads come only when these commit. */
  @Test
  void shouldTakeNoPauseBetweenTheCommitsOfOthersForTheEndOfTheSums() {
    EmissionShare.Account posteriors = share.ofPosteriors();
    lastCommitNs.set(800 * MS);
    posteriors.change(10_000);
    assertThat(posteriors.mayEmit(10_000)).isTrue();
    posteriors.endTurn(10_000, 100_000 * MS, true);
    assertThat(posteriors.mayEmit(13_249)).isFalse();
    assertThat(posteriors.mayEmit(13_250)).isTrue();
  }

  @Test
  void shouldAllowAtOnceWhatATenthOfAnIntervalAllows() {
    EmissionShare.Account account = share.ofPosteriors();
    account.change(10_000);
    assertThat(account.mayEmit(10_000)).isTrue();
    assertThat(account.goesOn(10_000, 9 * MS)).isTrue();
    assertThat(account.goesOn(10_000, 11 * MS)).isFalse();
    account.endTurn(10_000, 11 * MS, false);
    account.change(10_004);
    assertThat(account.mayEmit(10_004)).as("a debt of 1 ms takes 5 ms").isFalse();
    account.change(10_006);
    assertThat(account.mayEmit(10_006)).isTrue();
  }

  @Test
  void shouldHaveNoLimitWhileNothingComesToTheThread() {
    EmissionShare.Account account = share.ofPosteriors();
    account.change(10_000);
    assertThat(account.mayEmit(10_000)).isTrue();
    account.endTurn(10_000, 1_000 * MS, true);
    assertThat(account.mayEmit(10_049)).isFalse();
    assertThat(account.mayEmit(10_050)).isTrue();
    assertThat(account.goesOn(10_050, 60_000 * MS)).isTrue();
    account.endTurn(10_050, 60_000 * MS, false);

    account.change(15_100);
    assertThat(account.mayEmit(15_100)).as("a rest is not paid for").isTrue();
  }

  @Test
  void shouldNotWaitForAProcessorThatHasGone() {
    EmissionShare.Account gone = share.ofPosteriors();
    EmissionShare.Account account = share.ofPosteriors();
    gone.change(10_000);
    assertThat(gone.mayEmit(10_000)).isTrue();
    assertThat(account.mayEmit(10_000)).as("its turn comes later").isFalse();
    gone.leave();
    assertThat(account.mayEmit(10_000)).isTrue();
  }

  @Test
  void shouldGoOnWhenTheClockIsSetBack() {
    EmissionShare.Account account = share.ofPosteriors();
    account.change(10_000_000);
    assertThat(account.mayEmit(10_000_000)).isTrue();
    account.endTurn(10_000_000, 120 * MS, true);
    account.change(5_000);
    assertThat(account.mayEmit(5_000)).isFalse();
    account.change(5_600);
    assertThat(account.mayEmit(5_600)).isTrue();
  }

  @Test
  void shouldHaveNoLimitWithAShareOfOne() {
    EmissionShare.Account account = share(1).ofPosteriors();
    account.change(10_000);
    assertThat(account.mayEmit(10_000)).isTrue();
    assertThat(account.goesOn(10_000, 60_000 * MS)).isTrue();
  }

  @Test
  void shouldRefuseAShareOfNothing() {
    assertThatThrownBy(() -> share(0)).hasMessage("a share must be in (0, 1] but is 0.0");
  }

  @Test
  void shouldChargeTheSenderWithWhatItsMessagesTakeWhereTheyAreReceived() {
    EmissionShare.Account sender = share.ofSums();
    EmissionShare.Account receiver = share.ofPosteriors();
    assertThat(sender.withReceipt(10 * MS)).as("nothing is known yet").isEqualTo(10 * MS);
    sender.sent(10 * MS);
    receiver.received(30 * MS);
    assertThat(sender.withReceipt(10 * MS)).isEqualTo(40 * MS);
    receiver.received(30_000 * MS);
    assertThat(sender.withReceipt(10 * MS)).as("most is of other instances").isEqualTo(110 * MS);
  }
}
