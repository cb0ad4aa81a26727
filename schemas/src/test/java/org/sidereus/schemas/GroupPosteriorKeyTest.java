package org.sidereus.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupPosteriorKeyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-01-01T01:00:00.500Z");

  private static String text(GroupPosteriorKey key) {
    return new String(key.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldBeAJsonArrayOnTheWire() {
    assertThat(text(new GroupPosteriorKey("milky-way", "gce-tng", "1.0.0", null, null)))
        .isEqualTo("[\"milky-way\",\"gce-tng\",\"1.0.0\"]");
    assertThat(text(new GroupPosteriorKey("milky-way", "gce-tng", "1.0.0", START, END)))
        .isEqualTo(
            "[\"milky-way\",\"gce-tng\",\"1.0.0\",\"2026-01-01T00:00:00Z\",\"2026-01-01T01:00:00.500Z\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\",\"b", "\\", "M 31\n\u001b[2J", "銀河", "[]", "\ud83c\udf0c"})
  void shouldKeepEveryName(String name) {
    for (GroupPosteriorKey key :
        new GroupPosteriorKey[] {
          new GroupPosteriorKey(name, "b", "1", null, null),
          new GroupPosteriorKey("g", name, "1", START, END)
        }) {
      assertThat(GroupPosteriorKey.parse(key.toBytes())).isEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "milky-way",
        "[]",
        "[\"a\",\"b\"]",
        "[\"a\",\"b\",\"c\",\"d\",\"e\"]",
        "null",
        "{}"
      })
  void shouldRefuseOtherBytes(String bytes) {
    assertThatThrownBy(() -> GroupPosteriorKey.parse(bytes.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no key of a group posterior");
  }

  @Test
  void shouldHaveBothEndsOfAWindow() {
    assertThatThrownBy(() -> new GroupPosteriorKey("g", "b", "1", START, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
