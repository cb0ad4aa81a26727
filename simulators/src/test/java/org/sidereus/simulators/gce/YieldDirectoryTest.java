package org.sidereus.simulators.gce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sidereus.engine.SidereusException;

class YieldDirectoryTest {
  @TempDir Path folder;

  @Test
  void shouldSayThatThereIsNoFolder() {
    requireError(() -> YieldDirectory.of(folder.resolve("none")), "none", "--yields");
  }

  @ParameterizedTest
  @EnumSource(YieldSource.class)
  void shouldNameTheMissingTable(YieldSource source) {
    String first = source == YieldSource.TNG ? "SNII.hdf5" : "nomoto_net_met_ind_4.npy";
    requireError(() -> GceModel.of(source, YieldDirectory.of(folder), 0), first, "--yields");
  }

  @Test
  void shouldSayWhichTableIsBroken() throws IOException {
    write("TNG/SNII.hdf5", "this is not HDF5".getBytes(StandardCharsets.UTF_8));
    requireError(
        () -> GceModel.of(YieldSource.TNG, YieldDirectory.of(folder), 0), "SNII.hdf5", "broken");
    write("TNG/SNII.hdf5", new byte[0]);
    requireError(
        () -> GceModel.of(YieldSource.TNG, YieldDirectory.of(folder), 0), "SNII.hdf5", "broken");
  }

  @Test
  void shouldSayWhichArrayIsBroken() throws IOException {
    String name = "Nomoto2013/nomoto_net_met_ind_4.npy";
    byte[] whole = npy("'<f8'", 1, 2);
    for (int bytes : new int[] {0, 5, 20, whole.length - 1}) {
      write(name, Arrays.copyOf(whole, bytes));
      requireError(
          () -> GceModel.of(YieldSource.ALTERNATIVE, YieldDirectory.of(folder), 0),
          "ind_4",
          "broken");
    }
    write(name, whole);
    requireError(
        () -> GceModel.of(YieldSource.ALTERNATIVE, YieldDirectory.of(folder), 0),
        "ind_4",
        "no field H");
  }

  @Test
  void shouldReadColumnsOfAStructuredArray() throws IOException {
    write("a.npy", npy("'<f8'", 1, 2, 3, 4));
    NpyTable table = NpyTable.read(folder.resolve("a.npy"));
    assertThat(table.column("Mass")).containsExactly(1, 3);
    assertThat(table.column("He")).containsExactly(2, 4);
    assertThat(table.column("Fe")).isNull();
    write("b.npy", npy("'<f4'", 1, 2, 3, 4));
    requireError(() -> NpyTable.read(folder.resolve("b.npy")), "b.npy", "float64");
  }

  @Test
  void shouldFindTheTablesInACheckout() throws IOException {
    write("Chempy/input/yields/TNG/SNIa.hdf5", new byte[] {1});
    assertThat(YieldDirectory.of(folder).file("TNG", "SNIa.hdf5")).exists();
  }

  @ParameterizedTest
  @EnumSource(YieldSource.class)
  void shouldHaveTheTotalsOfTheSources(YieldSource source) {
    YieldSet yields = Reference.model(source, 0).yields();
    double ejected = yields.supernovaIa().ejectedMass();
    assertThat(ejected).isBetween(1.3740, 1.3744);
    int tables = source == YieldSource.TNG ? 4 : 5;
    assertThat(yields.supernovaII().tables()).hasSize(tables);
    assertThat(yields.agb().tables()).hasSize(4);
  }

  /** An array with the fields Mass and He. */
  private static byte[] npy(String type, double... values) {
    String header =
        String.format(
            "{'descr': [('Mass', %s), ('He', %s)], 'fortran_order': False, 'shape': (%d,), }%n",
            type, type, values.length / 2);
    ByteBuffer buffer =
        ByteBuffer.allocate(10 + header.length() + 8 * values.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    buffer.put((byte) 1).put((byte) 0).putShort((short) header.length());
    buffer.put(header.getBytes(StandardCharsets.US_ASCII));
    for (double value : values) {
      buffer.putDouble(value);
    }
    return buffer.array();
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static void requireError(Runnable action, String... parts) {
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(action::run)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
  }
}
