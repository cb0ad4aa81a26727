package org.sidereus.simulators.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;

class ParameterFileTest {
  private static final List<String> COLUMNS = List.of("mass", "age");

  @TempDir Path folder;

  @Test
  void shouldFindColumnsByName() throws IOException {
    assertThat(read("age,note,mass\n1.5,\"x,\ny\",-2e-3\n 3 ,,4\n"))
        .isDeepEqualTo(new double[][] {{-2e-3, 1.5}, {4, 3}});
  }

  @Test
  void shouldNameTheMissingColumn() {
    requireError("age,note\n1,2\n", "no column mass");
  }

  @Test
  void shouldNameTheLineOfABrokenRow() {
    requireError("mass,age\n1,2\n1,2,3\n", "line 3");
    requireError("mass,age\n1\n", "line 2");
    requireError("mass,age\n1,2\n1,two\n", "line 3", "age", "two");
    requireError("mass,age\n1,\n", "line 2", "age");
    requireError("mass,age\nNaN,1\n", "line 2", "mass");
    requireError("mass,age,x\n1,2,\"a\nb\"\n1,z,2\n", "line 4");
  }

  @Test
  void shouldRefuseFilesWithoutRows() {
    requireError("", "empty");
    requireError("mass,age\n", "no rows");
  }

  @Test
  void shouldSayThatThereIsNoFile() {
    ParameterFile file = new ParameterFile(folder.resolve("none.csv"), COLUMNS);
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(file::read)
        .withMessageContaining("none.csv");
  }

  private double[][] read(String content) throws IOException {
    Path path = folder.resolve("in.csv");
    Files.writeString(path, content);
    return new ParameterFile(path, COLUMNS).read();
  }

  private void requireError(String content, String... parts) {
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(() -> read(content))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).contains("in.csv"));
  }
}
