package org.sidereus.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFormatTest {

  @Test
  void shouldReadWhatItWrote() {
    byte[] value = StateFormat.begin().putLong(7).putString("seven").toBytes();
    BinaryReader in = StateFormat.open(value, "a value");
    assertThat(in.getLong()).isEqualTo(7);
    assertThat(in.getString()).isEqualTo("seven");
    assertThat(in.hasMore()).isFalse();
  }

  @Test
  void shouldNameALaterFormat() {
    byte[] value = StateFormat.begin().putLong(7).toBytes();
    value[0]++;
    assertThatThrownBy(() -> StateFormat.open(value, "the sum of a group"))
        .isInstanceOf(StateFormatException.class)
        .hasMessage(
            "the sum of a group is of state format 4, and this release reads format 3; start under"
                + " a new application.id and replay the observations, or start the release that"
                + " wrote the state");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 0x10, 0x80, 0xff})
  void shouldRefuseAValueWithoutANumber(int first) {
    assertThatThrownBy(() -> StateFormat.open(new byte[] {(byte) first, 0, 0}, "a value"))
        .isInstanceOf(StateFormatException.class)
        .hasMessageContaining("no format number", "0.1.0");
  }

  @Test
  void shouldRefuseAnEmptyValue() {
    assertThatThrownBy(() -> StateFormat.open(new byte[0], "a value"))
        .isInstanceOf(StateFormatException.class);
  }
}
