package org.sidereus.streams.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sidereus.schemas.RejectionReason;
import org.slf4j.event.Level;

class RejectionLogTest {
  private long nowNs = -5;

  @Test
  void shouldTellOfEachReasonOnceInTenSeconds() {
    RejectionLog log = new RejectionLog(() -> nowNs);

    assertThat(log.level(RejectionReason.MALFORMED)).isEqualTo(Level.INFO);
    assertThat(log.level(RejectionReason.MALFORMED)).isEqualTo(Level.DEBUG);
    assertThat(log.level(RejectionReason.OUTDATED)).isEqualTo(Level.INFO);
    nowNs += 9_999_999_999L;
    assertThat(log.level(RejectionReason.MALFORMED)).isEqualTo(Level.DEBUG);
    nowNs += 1;
    assertThat(log.level(RejectionReason.MALFORMED)).isEqualTo(Level.INFO);
    assertThat(log.level(RejectionReason.MALFORMED)).isEqualTo(Level.DEBUG);
  }
}
