package org.sidereus.benchmarks.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.sidereus.benchmarks.NoiselessObjects;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Role;
import org.sidereus.schemas.Measurement;
import org.sidereus.schemas.Observation;

/**
 * A survey that is the same in every run: objects drawn from a bundle's own model, with the errors
 * for which it was trained, in groups of objects with equal shared parameters.
 */
final class GeneratedSurvey {
  private static final String SURVEY = "recorded";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Alert rate of the Rubin Observatory. */
  private static final Duration INTERVAL = Duration.ofMillis(4);

  /** Objects of a group, where nothing else is said. */
  static final int GROUP_SIZE = 1000;

  private static final int PERCENT = 100;

  /** Error of an observable for which a bundle names none. */
  private static final double ERROR = 0.05;

  private final List<Observation> observations = new ArrayList<>();
  private final List<float[]> rows = new ArrayList<>();

  GeneratedSurvey(Bundle bundle, int objects) {
    this(bundle, objects, GROUP_SIZE, 0);
  }

  /**
   * A survey.
   *
   * @param groupSize objects in each group; 0: no object has a group
   * @param hotPercent how many of a hundred observations are of one object, which has one key
   */
  GeneratedSurvey(Bundle bundle, int objects, int groupSize, int hotPercent) {
    int groups = Math.max(1, objects / Math.max(1, groupSize));
    Manifest manifest = bundle.manifest();
    SplittableRandom random = new SplittableRandom(20260101);
    float[] truths = truths(manifest, objects, groups, random);
    float[] predictions = new NoiselessObjects(bundle).of(truths, random);
    GeneratedFeatures features = new GeneratedFeatures(manifest);
    int m = manifest.observables().size();
    for (int i = 0; i < objects; i++) {
      List<Measurement> measurements = new ArrayList<>(m);
      for (int j = 0; j < m; j++) {
        String name = manifest.observables().get(j).name();
        Double known = manifest.observables().get(j).error();
        double error = known == null ? ERROR : known;
        double value = predictions[i * m + j] + error * random.nextGaussian();
        boolean given = manifest.features().contains(new Feature(Feature.Kind.ERROR, name));
        measurements.add(new Measurement(name, value, given ? error : null));
      }
      boolean hot = i % PERCENT < hotPercent;
      Observation observation =
          Observation.newBuilder()
              .setSurvey(SURVEY)
              .setObject(hot ? "hot" : "object-" + i)
              .setGroup(groupSize == 0 ? null : "group-" + (hot ? 0 : i % groups))
              .setTime(START.plus(INTERVAL.multipliedBy(i)))
              .setMeasurements(measurements)
              .build();
      rows.add(features.row(observation));
      observations.add(observation);
    }
  }

  /** Parameters [N * D]; the shared ones are equal for all objects of a group. */
  private static float[] truths(
      Manifest manifest, int objects, int groups, SplittableRandom random) {
    int d = manifest.parameters().size();
    float[] theta = new float[objects * d];
    for (int i = 0; i < objects; i++) {
      for (int p = 0; p < d; p++) {
        Parameter parameter = manifest.parameters().get(p);
        boolean known = parameter.role() == Role.SHARED && i >= groups;
        theta[i * d + p] =
            known ? theta[(i - groups) * d + p] : (float) parameter.prior().sample(random);
      }
    }
    return theta;
  }

  /** The observations, ascending in time. */
  List<Observation> observations() {
    return observations;
  }

  /** The same observations under other names, so that none replaces another. */
  List<Observation> again(int time) {
    return observations.stream()
        .map(
            one ->
                Observation.newBuilder(one)
                    .setObject(one.getObject() + "-" + time)
                    .setGroup(one.getGroup() == null ? null : one.getGroup() + "-" + time)
                    .build())
        .toList();
  }

  /** The same observations of objects without a group. */
  List<Observation> alone(List<Observation> some) {
    return some.stream().map(one -> Observation.newBuilder(one).setGroup(null).build()).toList();
  }

  /** Rows of features [F] of the same objects. */
  List<float[]> rows() {
    return rows;
  }
}
