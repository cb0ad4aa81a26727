package org.sidereus.benchmarks.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.MockObjects;
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

  private static final long SEED = 20260101;

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
    GeneratedFeatures features = new GeneratedFeatures(bundle.manifest());
    List<Map<String, org.sidereus.engine.inference.Measurement>> drawn =
        MockObjects.draw(bundle, objects, groups, SEED);
    for (int i = 0; i < objects; i++) {
      List<Measurement> measurements = new ArrayList<>();
      drawn
          .get(i)
          .forEach(
              (name, one) -> measurements.add(new Measurement(name, one.value(), one.error())));
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
