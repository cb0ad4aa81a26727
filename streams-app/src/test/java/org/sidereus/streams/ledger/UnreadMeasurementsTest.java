package org.sidereus.streams.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Producers choose the names, and each is the label of one series. */
class UnreadMeasurementsTest {
  private static final List<String> KNOWN = List.of("Fe_H");
  private static final String LONG = "x".repeat(99);

  private final UnreadMeasurements unread = new UnreadMeasurements();

  @Test
  void shouldCountNamesThatLookAlikeTogether() {
    unread.count("a\u0007", KNOWN);
    unread.count("a\\u0007", KNOWN);

    assertThat(unread.byName()).containsExactly(entry("a\\u0007", 2L));
  }

  @Test
  void shouldNotCutACharacterInTwo() {
    unread.count(LONG + "\ud83d\ude00", KNOWN);
    unread.count(LONG + "\ud835\udc00 and more", KNOWN);

    assertThat(unread.byName()).containsExactly(entry(LONG + "...", 2L));
    String shown = unread.byName().firstKey();
    assertThat(new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(shown);
  }

  @Test
  void shouldCountANameLikeThatOfTheOthersWithThem() {
    unread.count("(others)", KNOWN);
    for (int i = 0; i < 101; i++) {
      unread.count("name " + i, KNOWN);
    }

    assertThat(unread.byName()).hasSize(100).containsEntry("(others)", 3L);
  }
}
