package org.sidereus.simulators.sed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;

class FilterCurveTest {
  @TempDir Path folder;

  @Test
  void shouldGiveTheZeroPointOfTheSystem() {
    // 3631 Jy at all wavelengths is one maggy; its spectrum in wavelength falls with the square
    double[] nodes = new double[3001];
    float[] flux = new float[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = 4000 + i;
      flux[i] = (float) (3631e-23 * 2.99792458e18 / nodes[i] / nodes[i]);
    }
    FilterCurve filter =
        FilterCurve.of(new double[] {5000, 5010, 5020, 5990, 6000}, new double[] {0, 1, 1, 1, 0});
    // trapezoids of the zero point have the nodes of the filter only: wide ones are not exact
    assertThat(filter.nanomaggies(nodes, flux, 1)).isCloseTo(1e9, within(1e7));
    FilterCurve fine =
        FilterCurve.of(new double[] {5000, 5005, 5010, 5015}, new double[] {0, 1, 1, 0});
    assertThat(fine.nanomaggies(nodes, flux, 1)).isCloseTo(1e9, within(1e3));
    // the same source farther away in redshift: the filter sees bluer light
    double stretched = fine.nanomaggies(nodes, flux, 1.1);
    assertThat(stretched).isCloseTo(1e9 * 1.1 * 1.1, within(1e4));
  }

  @Test
  void shouldRefuseABrokenTable() throws IOException {
    requireError("wavelength flux\n1 0\n2 0\n", "wavelength and response");
    requireError("wavelength response\n2 0\n1 0\n", "ascend");
    requireError("wavelength response\n1 0\n2 1\n", "with 0");
    requireError("wavelength response\n1 0\n2 x\n", "x");
  }

  private void requireError(String content, String part) throws IOException {
    Path file = folder.resolve("filter.ecsv");
    Files.writeString(file, "# %ECSV 1.0\n" + content);
    assertThatExceptionOfType(SidereusException.class)
        .isThrownBy(() -> FilterCurve.read(file))
        .withMessageContaining("filter.ecsv")
        .withMessageContaining(part);
  }
}
