package org.sidereus.streams.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseDoublesTest {
  private static byte[] written(double[] values) {
    return new BinaryWriter().putSparseDoubles(values).putInt(7).toBytes();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.9, 1})
  void shouldReadTheSameBits(double shareOfZeros) {
    Random random = new Random(3);
    for (int length = 0; length < 60; length++) {
      double[] values = new double[length];
      for (int i = 0; i < length; i++) {
        double some = random.nextGaussian();
        double value = i / 7 % 2 == 0 ? some : (float) some;
        values[i] = random.nextDouble() < shareOfZeros ? 0 : value;
      }
      if (length > 3) {
        values[1] = -0.0;
        values[2] = Double.NaN;
        values[3] = Double.POSITIVE_INFINITY;
      }
      BinaryReader in = new BinaryReader(written(values));
      double[] read = in.getSparseDoubles();
      assertThat(read).hasSize(length);
      for (int i = 0; i < length; i++) {
        assertThat(Double.doubleToRawLongBits(read[i]))
            .isEqualTo(Double.doubleToRawLongBits(values[i]));
      }
      assertThat(in.getInt()).isEqualTo(7);
    }
  }

  @Test
  void shouldNotStoreZeros() {
    double[] values = new double[1000];
    values[500] = 1;
    assertThat(written(values)).hasSizeLessThan(50);
  }

  @Test
  void shouldStoreNumbersOfSinglePrecisionInFourBytes() {
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.1 * i + 0.1);
    }
    values[300] = 0.1;
    assertThat(written(values)).hasSizeBetween(4000, 4050);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 6",
    "6, -1",
    "6, 0",
    "0, 6",
    "3, 3",
    "2147483647, 1",
    "3, -3",
    "0, -6",
    "0, -2147483648"
  })
  void shouldRefuseRunsThatDoNotEndOrGoBeyondTheEnd(int zeros, int others) {
    byte[] damaged =
        new BinaryWriter()
            .putInt(5)
            .putInt(zeros)
            .putInt(others)
            .putDoubles(new double[8])
            .toBytes();
    assertThatThrownBy(() -> new BinaryReader(damaged).getSparseDoubles())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("damaged");
  }
}
