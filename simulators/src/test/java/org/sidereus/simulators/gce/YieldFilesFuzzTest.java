package org.sidereus.simulators.gce;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

@Tag("fuzz")
class YieldFilesFuzzTest {
  @TempDir Path folder;

  @Test
  void shouldReadOrRefuseTables() {
    String header =
        "{'descr': [('M', '<f8'), ('Z', '<f8')], 'fortran_order': False, 'shape': (3,), }";
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer npy = ByteBuffer.allocate(10 + text.length + 48).order(ByteOrder.LITTLE_ENDIAN);
    npy.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.ISO_8859_1));
    npy.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text);

    new Fuzz("npy", SidereusException.class, List.of(npy.array())).run(folder, NpyTable::read);
  }

  @Test
  void shouldReadOrRefuseHdf5() throws IOException {
    Path example = folder.resolve("example.hdf5");
    try (WritableHdfFile file = HdfFile.write(example)) {
      file.putDataset("Yield", new double[42]);
      file.putGroup("Other").putDataset("Masses", new float[2][3]);
    }
    Path table = folder.resolve("TNG/SNIa.hdf5");
    Files.createDirectories(table.getParent());
    TngYields yields = new TngYields(YieldDirectory.of(folder), new MassGrid());

    new Fuzz("hdf5", SidereusException.class, Fuzz.bytes(List.of(example)))
        .run(
            folder,
            file -> {
              move(file, table);
              yields.supernovaIa();
            });
  }

  private static void move(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
