package org.sidereus.simulators.sed;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

@Tag("fuzz")
class PickleFuzzTest {
  @TempDir Path folder;

  @Test
  void shouldReadOrRefuse() {
    PickledArray array = new PickledArray(new int[] {2, 2}, new double[] {1, 2, 3, 4});
    byte[] lists = PickleBytes.of(List.of("a", 1, List.of(array, List.of(2)), List.of(array)));

    new Fuzz("pickle", SidereusException.class, List.of(lists)).run(folder, SpectrumNetwork::read);
  }
}
