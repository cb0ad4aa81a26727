package org.sidereus.streams.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sidereus.streams.state.StateFormatException;

class KnownChangelogsTest {
  private final KnownChangelogs known = new KnownChangelogs();

  @Test
  void shouldTakeThoseThatComeLater() {
    known.see(Map.of("a", "1"));
    known.see(Map.of("a", "1", "b", "2"));
    assertThat(known.missingFrom(Set.of("a"))).containsExactly("b");
    assertThat(known.missingFrom(Set.of("a", "b", "c"))).isEmpty();
  }

  @Test
  void shouldRefuseOneThatWasMadeAnew() {
    known.see(Map.of("a", "1", "b", "2"));
    assertThatThrownBy(() -> known.see(Map.of("a", "1", "b", "3")))
        .isInstanceOf(StateFormatException.class)
        .hasMessageStartingWith("the changelogs [b] of this state were deleted");
  }
}
