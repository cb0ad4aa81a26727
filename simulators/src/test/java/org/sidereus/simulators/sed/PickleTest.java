package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PickleTest {
  @Test
  void shouldReadNestedLists() {
    PickledArray matrix = new PickledArray(new int[] {2, 3}, new double[] {1, 2, 3, 4, 5, 6.5});
    Object read = Pickle.read(PickleBytes.of(List.of(7, "x", List.of(matrix))));
    assertThat(read).isInstanceOf(List.class);
    List<?> list = (List<?>) read;
    assertThat(list.get(0)).isEqualTo(7);
    assertThat(list.get(1)).isEqualTo("x");
    PickledArray array = (PickledArray) ((List<?>) list.get(2)).get(0);
    assertThat(array.shape()).containsExactly(2, 3);
    assertThat(array.row(1)).containsExactly(4, 5, 6.5);
  }

  @Test
  void shouldRefuseAFunction() {
    // what a malicious file would hold: os.system('true')
    byte[] bytes =
        "\u0080\u0003cos\nsystem\nX\u0004\0\0\0true\u0085R.".getBytes(StandardCharsets.ISO_8859_1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pickle.read(bytes))
        .withMessageContaining("os.system")
        .withMessageContaining("refused");
  }

  @Test
  void shouldRefuseAnUnknownOperation() {
    byte[] bytes = "\u0080\u0003}.".getBytes(StandardCharsets.ISO_8859_1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pickle.read(bytes))
        .withMessageContaining("0x7d")
        .withMessageContaining("byte 2");
  }

  @Test
  void shouldSayThatAFileIsCutOff() {
    byte[] whole = PickleBytes.of(List.of(new PickledArray(new int[] {2}, new double[] {1, 2})));
    for (int length = 0; length < whole.length; length++) {
      byte[] some = Arrays.copyOf(whole, length);
      assertThatIllegalArgumentException()
          .as("%d bytes", length)
          .isThrownBy(() -> Pickle.read(some));
    }
  }
}
