package org.sidereus.integration.explorer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ModelError;
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

  /** A name that is written from the right to the left, with marks that turn what follows. */
  static final String TURNED = "\u05d2\u05dc\u05e7\u05e1\u05d9\u05d4 \u202e7 \ud83c\udf1f";

  /** A group of two bundles, which have other parameters in another order. */
  static final String TWO_BUNDLES = "two-bundles";

  /** A group whose robust posterior is wide, and whose truth is far away. */
  static final String WIDE = "wide";

  /** The truth of {@link #WIDE}. */
  static final Map<String, Double> FAR_AWAY = Map.of("slope", -40.0, "age", 900.0);

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
    all.add(object(TURNED, TURNED, "one-parameter", 1, List.of()));
    for (int i = 0; i < 20; i++) {
      all.add(object("wide-" + i, WIDE, "two-parameters", 2, List.of()));
    }
    return all;
  }

  static List<GroupPosterior> groups() {
    List<GroupPosterior> all = new ArrayList<>();
    all.add(group(LONG_NAME, "one-parameter", 1, 1, List.of()));
    all.add(group(TURNED, "one-parameter", 1, 1, List.of()));
    all.add(group(FLAGGED, "seven-parameters", 7, 3, List.of("UNRELIABLE", "HETEROGENEOUS")));
    all.add(wide());
    for (long objects = 1; objects <= 64; objects *= 2) {
      all.add(ofTwo("slope-and-age", objects, List.of("slope", "age"), List.of(-2.0, 7.0)));
      all.add(ofTwo("age-alone", objects, List.of("age"), List.of(7.5)));
    }
    for (int window = 0; window < 5; window++) {
      all.add(
          GroupPosterior.newBuilder(
                  ofTwo("age-alone", 3, List.of("age"), List.of(7.0 + window / 10.0)))
              .setWindowStart(TIME.plusSeconds(3600L * window))
              .setWindowEnd(TIME.plusSeconds(3600L * (window + 1)))
              .setSurvey(window % 2 == 0 ? "survey" : "another survey")
              .setClosed(true)
              .build());
    }
    return all;
  }

  /** A group of {@link #TWO_BUNDLES}: the bundle's name says its parameters. */
  private static GroupPosterior ofTwo(
      String bundle, long objects, List<String> names, List<Double> means) {
    List<SharedParameter> parameters = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      double sd = 0.5 / Math.sqrt(objects);
      parameters.add(
          parameter(names.get(i), names.get(i).equals("age") ? "Gyr" : "", means.get(i), sd));
    }
    return group(TWO_BUNDLES, bundle, parameters, objects)
        .setLogEvidence(objects * (bundle.equals("age-alone") ? -2.0 : -1.0))
        .build();
  }

  private static GroupPosterior wide() {
    List<SharedParameter> parameters =
        List.of(parameter("slope", "", -2.1, 0.001), parameter("age", "Gyr", 7, 0.002));
    parameters.forEach(one -> one.setRobustMean(one.getMean() + 0.3));
    parameters.forEach(one -> one.setRobustSd(2.0));
    return group(WIDE, "two-parameters", parameters, 20)
        .setRobustCovariance(List.of(4.0, 0.0, 0.0, 4.0))
        .setFlags(List.of("MODEL_MISFIT", "PRIOR_MISMATCH"))
        .setModelErrors(
            List.of(
                new ModelError("OFFSET", "Ne_Fe", "dex", 0.12, 0.01, true),
                new ModelError("SHIFT", "T_birth_Gyr", "", -0.45, 0.03, true)))
        .build();
  }

  /** An object without samples and without a p-value. */
  static ObjectPosterior object(
      String name, String group, String bundle, int dimension, List<String> flags) {
    List<ParameterPosterior> parameters =
        IntStream.range(0, dimension)
            .mapToObj(
                i ->
                    new ParameterPosterior(
                        name(bundle, i), "log10(Msun)", 1e6 + i, 0.1, 1e6 - 0.1, 1e6, 1e6 + 0.1))
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
            .mapToObj(i -> parameter("parameter_" + i, "log10(Msun)", 1e6 + i, 0.05))
            .toList();
    return group(name, bundle, parameters, objects)
        .setCombined(0L)
        .setLeftOut(objects)
        .setFlags(flags)
        .build();
  }

  static SharedParameter parameter(String name, String unit, double mean, double sd) {
    List<Double> z = DoubleStream.iterate(-4, x -> x + 0.25).limit(33).boxed().toList();
    return SharedParameter.newBuilder()
        .setName(name)
        .setUnit(unit)
        .setMean(mean)
        .setSd(sd)
        .setDensityNodes(z.stream().map(x -> mean + sd * x).toList())
        .setDensityValues(
            z.stream().map(x -> Math.exp(-0.5 * x * x) / (sd * Math.sqrt(2 * Math.PI))).toList())
        .build();
  }

  /** A group of parameters without correlation. */
  static GroupPosterior.Builder group(
      String name, String bundle, List<SharedParameter> parameters, long objects) {
    List<Double> covariance = diagonal(parameters.size(), 0);
    for (int i = 0; i < parameters.size(); i++) {
      covariance.set(i * (parameters.size() + 1), Math.pow(parameters.get(i).getSd(), 2));
    }
    return GroupPosterior.newBuilder()
        .setGroup(name)
        .setBundle(bundle)
        .setBundleVersion("1")
        .setTime(TIME)
        .setObjects(objects)
        .setCombined(objects)
        .setLeftOut(0L)
        .setParameters(parameters)
        .setCovariance(covariance)
        .setMethod("GAUSSIAN");
  }

  private static String name(String bundle, int parameter) {
    return bundle.equals("two-parameters") || bundle.equals("three-parameters")
        ? List.of("slope", "age", "dust").get(parameter)
        : "parameter_" + parameter;
  }

  private static List<Double> diagonal(int dimension, double variance) {
    List<Double> covariance = new ArrayList<>(Collections.nCopies(dimension * dimension, 0.0));
    for (int i = 0; i < dimension; i++) {
      covariance.set(i * (dimension + 1), variance);
    }
    return covariance;
  }
}
