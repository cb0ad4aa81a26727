package org.sidereus.benchmarks.stream;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.exporter.onnx.EmulatorGraph;
import org.sidereus.exporter.parity.GraphRun;
import org.sidereus.networks.Activation;
import org.sidereus.networks.EmulatorSpec;
import org.sidereus.networks.ParameterScaling;
import org.sidereus.networks.RandomNetworks;
import org.sidereus.networks.Standardisation;
import org.sidereus.networks.Tensor;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;
import org.sidereus.streams.topology.Inference;

/**
 * The network and the events of Crayfish, the benchmark of inference in streams (Horchidan et al.
 * 2024, EDBT, doi:10.48786/edbt.2024.58): images of 28 x 28 random numbers, ten classes, four
 * layers of 32 with ReLU between, 28,618 weights. The program that trains it there is
 * resources/training/convert_ffnn.py of its repository. The weights are random here; speed does not
 * depend on them.
 */
final class ImageNetwork implements AutoCloseable {
  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;
  private static final long SEED = 20240325;

  /** The scores are no samples; a manifest needs a number. */
  private static final int SAMPLES = 2;

  private final GraphRun graph;

  ImageNetwork() {
    EmulatorSpec spec =
        new EmulatorSpec(
            Collections.nCopies(PIXELS, new ParameterScaling.Affine(0, 1)),
            List.of(32, 32, 32, 32),
            Activation.RELU,
            Collections.nCopies(CLASSES, new Standardisation(0, 1)),
            false);
    graph = new GraphRun(EmulatorGraph.of(new RandomNetworks(new Random(SEED), 1).emulator(spec)));
  }

  /** The names and sizes, as the service needs them. */
  static Manifest manifest() {
    return Manifest.builder()
        .name("crayfish")
        .version("1")
        .description("Scores of images, for timing only")
        .parameters(
            IntStream.range(0, CLASSES)
                .mapToObj(i -> new Parameter("c" + i, "1", Role.LOCAL, new Normal(0, 1)))
                .toList())
        .observables(
            IntStream.range(0, PIXELS).mapToObj(i -> new Observable("" + i, "1", null)).toList())
        .features(
            IntStream.range(0, PIXELS)
                .mapToObj(i -> new Feature(Feature.Kind.VALUE, "" + i))
                .toList())
        .samples(SAMPLES)
        .build();
  }

  /** Events, each with an image of its own; the same ones every time. They have no group. */
  static List<Observation> observations(String prefix, int count) {
    return observations(prefix, count, count);
  }

  /**
   * The same with few images, which return. The measurements of many images take gigabytes, whose
   * collection would be part of what is measured.
   */
  static List<Observation> observations(String prefix, int count, int images) {
    SplittableRandom random =
        new SplittableRandom(SEED + Arrays.hashCode(prefix.getBytes(StandardCharsets.UTF_8)));
    List<String> names = IntStream.range(0, PIXELS).mapToObj(Integer::toString).toList();
    List<List<Measurement>> pixels = new ArrayList<>(images);
    for (int i = 0; i < images; i++) {
      List<Measurement> image = new ArrayList<>(PIXELS);
      for (String name : names) {
        image.add(new Measurement(name, (double) (float) random.nextDouble(), null));
      }
      pixels.add(image);
    }
    List<Observation> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      // Not by the builder, which copies the measurements.
      Observation observation =
          Observation.newBuilder()
              .setSurvey("crayfish")
              .setObject(prefix + i)
              .setTime(Instant.EPOCH.plusMillis(i))
              .build();
      observation.setMeasurements(pixels.get(i % images));
      all.add(observation);
    }
    return all;
  }

  /** Scores as means; variances of 1 stand for what the network does not say. */
  Inference inference() {
    return (rows, sharedFit) -> scores(rows);
  }

  private List<ObjectSummary> scores(List<float[]> rows) {
    float[] values = new float[rows.size() * PIXELS];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * PIXELS, PIXELS);
    }
    float[] scores =
        GraphRun.output(
            graph.run(Map.of(GraphContract.THETA, Tensor.matrix(rows.size(), PIXELS, values))),
            GraphContract.PREDICTIONS);
    List<ObjectSummary> all = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      double[] mean = new double[CLASSES];
      double[] covariance = new double[CLASSES * CLASSES];
      double[][] quantiles = new double[CLASSES][];
      for (int c = 0; c < CLASSES; c++) {
        mean[c] = scores[i * CLASSES + c];
        covariance[c * CLASSES + c] = 1;
        quantiles[c] = new double[] {mean[c] - 1, mean[c], mean[c] + 1};
      }
      all.add(new ObjectSummary(mean, covariance, quantiles, SAMPLES));
    }
    return all;
  }

  @Override
  public void close() {
    graph.close();
  }
}
