package org.sidereus.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  @Test
  void shouldHaveDefaultNames() {
    assertThat(Topics.defaults())
        .isEqualTo(
            new Topics(
                "sidereus.observations",
                "sidereus.object-posteriors",
                "sidereus.group-posteriors",
                "sidereus.rejections"));
  }

  @Test
  void shouldTakeAnotherPrefix() {
    assertThat(Topics.withPrefix("staging-2").groupPosteriors())
        .isEqualTo("staging-2.group-posteriors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "slash/", "ü"})
  void shouldRefuseAPrefixThatKafkaRefuses(String prefix) {
    assertThatThrownBy(() -> Topics.withPrefix(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("topic");
  }

  @Test
  void shouldRefuseANameThatIsTooLongForKafka() {
    assertThat(Topics.withPrefix("p".repeat(231)).objectPosteriors()).hasSize(249);
    assertThatThrownBy(() -> Topics.withPrefix("p".repeat(232))).hasMessageContaining("1 to 249");
  }

  @Test
  void shouldRefuseTwoTopicsOfOneName() {
    assertThatThrownBy(() -> new Topics("a", "b", "a", "c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a, b, a, c]");
  }
}
