package org.sidereus.integration.explorer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.SharedParameter;
import org.sidereus.schemas.Source;

/** Posteriors that other bundles than those of the project may publish. */
final class UncommonPosteriors {
  /** A name that is too long for a line. */
  static final String LONG_NAME = "a-very-long-name-".repeat(12).substring(0, 200);

  /** A group of which all objects have flags. */
  static final String FLAGGED = "flagged";

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private UncommonPosteriors() {}

  /** One object with a long name, alone in its group, of a bundle with one parameter. */
  static List<ObjectPosterior> objects() {
    List<ObjectPosterior> all = new ArrayList<>();
    all.add(object(LONG_NAME, LONG_NAME, "one-parameter", 1, List.of()));
    for (int i = 0; i < 3; i++) {
      all.add(
          object(
              "flagged-" + i,
              FLAGGED,
              "seven-parameters",
              7,
              List.of("MODEL_MISFIT", "OUT_OF_SUPPORT")));
    }
    all.add(object("alone", null, "seven-parameters", 7, List.of("NO_LIKELIHOOD")));
    return all;
  }

  static List<GroupPosterior> groups() {
    return List.of(
        group(LONG_NAME, "one-parameter", 1, 1, List.of()),
        group(FLAGGED, "seven-parameters", 7, 3, List.of("UNRELIABLE", "HETEROGENEOUS")));
  }

  private static ObjectPosterior object(
      String name, String group, String bundle, int dimension, List<String> flags) {
    List<ParameterPosterior> parameters =
        IntStream.range(0, dimension)
            .mapToObj(
                i ->
                    new ParameterPosterior(
                        "parameter_" + i, "log10(Msun)", 1e6 + i, 0.1, 1e6 - 0.1, 1e6, 1e6 + 0.1))
            .toList();
    return ObjectPosterior.newBuilder()
        .setSurvey("survey")
        .setObject(name)
        .setGroup(group)
        .setTime(TIME)
        .setBundle(bundle)
        .setBundleVersion("1")
        .setParameters(parameters)
        .setCovariance(diagonal(dimension, 0.01))
        .setSamples(0)
        .setSource(new Source("sidereus.observations", 0, 0L))
        .setFlags(flags)
        .build();
  }

  private static GroupPosterior group(
      String name, String bundle, int dimension, long objects, List<String> flags) {
    List<SharedParameter> parameters =
        IntStream.range(0, dimension)
            .mapToObj(
                i ->
                    SharedParameter.newBuilder()
                        .setName("parameter_" + i)
                        .setUnit("log10(Msun)")
                        .setMean(1e6 + i)
                        .setSd(0.05)
                        .setDensityNodes(
                            DoubleStream.iterate(-4, x -> x + 0.25)
                                .limit(33)
                                .mapToObj(x -> 1e6 + i + 0.05 * x)
                                .toList())
                        .setDensityValues(
                            DoubleStream.iterate(-4, x -> x + 0.25)
                                .limit(33)
                                .mapToObj(x -> 8 * Math.exp(-0.5 * x * x))
                                .toList())
                        .build())
            .toList();
    return GroupPosterior.newBuilder()
        .setGroup(name)
        .setBundle(bundle)
        .setBundleVersion("1")
        .setTime(TIME)
        .setObjects(objects)
        .setCombined(0L)
        .setLeftOut(objects)
        .setParameters(parameters)
        .setCovariance(diagonal(dimension, 0.0025))
        .setMethod("GAUSSIAN")
        .setFlags(flags)
        .build();
  }

  private static List<Double> diagonal(int dimension, double variance) {
    List<Double> covariance = new ArrayList<>(Collections.nCopies(dimension * dimension, 0.0));
    for (int i = 0; i < dimension; i++) {
      covariance.set(i * (dimension + 1), variance);
    }
    return covariance;
  }
}
