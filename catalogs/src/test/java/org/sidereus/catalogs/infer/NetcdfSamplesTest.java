package org.sidereus.catalogs.infer;

import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.KeptSamples;

/** Draws for ArviZ, read by jHDF; {@code outputs.py} reads them by ArviZ. */
class NetcdfSamplesTest {
  private static final int OBJECTS = 5000; // more than a collection of the heap holds

  @TempDir Path folder;

  @Test
  void shouldDrawEachSampleAsOftenAsItsWeightSays() {
    Random random = new Random(1);
    float[] weights = new float[300];
    for (int s = 0; s < weights.length; s++) {
      weights[s] = s % 3 == 0 ? 0 : random.nextFloat();
    }
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    int[] drawn = NetcdfSamples.resampled(weights);
    assertThat(drawn).hasSize(weights.length).isSorted();
    for (int s = 0; s < weights.length; s++) {
      int sample = s;
      double expected = weights.length * weights[s] / sum;
      long count = Arrays.stream(drawn).filter(one -> one == sample).count();
      assertThat(count).isBetween((long) Math.floor(expected), (long) Math.ceil(expected));
    }
    assertThat(NetcdfSamples.resampled(new float[] {0.25f, 0.25f, 0.25f, 0.25f}))
        .containsExactly(0, 1, 2, 3);
  }

  @Test
  void shouldWriteDrawsByChainDrawAndObject() throws Exception {
    List<Parameter> parameters =
        List.of(
            new Parameter("a", "dex", Role.SHARED, new Normal(0, 1)),
            new Parameter("b", "", Role.LOCAL, new Normal(0, 1)));
    Path file = folder.resolve("draws.nc");
    try (SampleOutput output =
        new NetcdfSamples(file, parameters, new BundleIdentity("n", "7", "abc"))) {
      for (int i = 0; i < OBJECTS; i++) {
        float[] theta = {i, -i, i + 0.5f, -i - 0.5f};
        output.write("\u03b1 " + i, new KeptSamples(theta, new float[] {0.2f, 0.8f}));
      }
      output.commit();
    }
    try (HdfFile hdf = new HdfFile(file)) {
      assertThat(hdf.getByPath("posterior").getAttribute("bundle_sha256").getData())
          .isEqualTo("abc");
      assertThat(hdf.getDatasetByPath("posterior/a").getAttribute("units").getData())
          .isEqualTo("dex");
      assertThat(hdf.getDatasetByPath("posterior/b").getDimensions())
          .containsExactly(1, 2, OBJECTS);
      String[] objects = (String[]) hdf.getDatasetByPath("posterior/object").getData();
      assertThat(objects).hasSize(OBJECTS);
      float[][][] b = (float[][][]) hdf.getDatasetByPath("posterior/b").getData();
      for (int i = 0; i < OBJECTS; i += 499) {
        assertThat(objects[i]).isEqualTo("\u03b1 " + i);
        // the second sample has 0.8 of the weight, so it stands at 0.25 and 0.75
        assertThat(b[0][0][i]).isEqualTo(-i - 0.5f);
        assertThat(b[0][1][i]).isEqualTo(-i - 0.5f);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
